// The form for credentials, if the service gave none to the page or they no longer work.

import { useState } from "preact/hooks";

import { Heading } from "./parts";
import type { Credentials } from "./sign_in";

type Props = { reason: string; onSubmit: (credentials: Credentials) => Promise<void> };

export function SignInView({ reason, onSubmit }: Props) {
  const [clientId, setClientId] = useState("");
  const [clientSecret, setClientSecret] = useState("");
  const submit = (event: Event) => {
    event.preventDefault();
    void onSubmit({ clientId: clientId.trim(), clientSecret: clientSecret.trim() });
  };
  return (
    <main class="narrow">
      <Heading title="Sign in">Sign in</Heading>
      <p>Enter the credentials of an App Client that may manage App Clients.</p>
      <form noValidate onSubmit={submit} autocomplete="off">
        <div class="field">
          <label for="client-id">Client ID</label>
          <input
            id="client-id"
            value={clientId}
            autocomplete="off"
            onInput={(event) => setClientId(event.currentTarget.value)}
          />
        </div>
        <div class="field">
          <label for="client-secret">Client secret</label>
          <input
            id="client-secret"
            type="password"
            value={clientSecret}
            autocomplete="off"
            onInput={(event) => setClientSecret(event.currentTarget.value)}
          />
        </div>
        {reason && (
          <div class="problems" role="alert">
            <p>{reason}</p>
          </div>
        )}
        <div class="buttons">
          <button type="submit" class="primary">
            Sign in
          </button>
        </div>
      </form>
    </main>
  );
}
