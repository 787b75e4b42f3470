// How the console signs in. This is the only module that knows where the access token comes from: to
// serve the console from a deployment, replace it by one that signs a person in.
//
// Here the local service gives its own page the first App Client's credentials. The credentials and
// the token stay in this module's memory. They are never in a URL, in the history or in storage.

export type Credentials = { clientId: string; clientSecret: string };

/** The credentials are missing or wrong. */
export class SignInError extends Error {}

let credentials: Credentials | undefined;
let token: { value: string; expires: number } | undefined;

/** The credentials of the local service, or `undefined` if it does not give them to this page. */
export async function localCredentials(): Promise<Credentials | undefined> {
  const answer = await fetch("/console/credentials", { credentials: "omit" });
  if (!answer.ok) {
    return undefined;
  }
  const { client_id, client_secret } = await answer.json();
  return { clientId: client_id, clientSecret: client_secret };
}

/** Signs in, and fails with the reason. */
export async function signIn(chosen: Credentials): Promise<void> {
  credentials = chosen;
  token = undefined;
  await accessToken();
}

/** The client ID of the signed-in App Client. */
export function signedInAs(): string | undefined {
  return credentials?.clientId;
}

/** Takes the new secret of the signed-in App Client. */
export function secretChanged(clientId: string, clientSecret: string): void {
  if (credentials?.clientId === clientId) {
    credentials = { clientId, clientSecret };
  }
}

/** Forgets the token, so that the next request gets a new one. */
export function forgetToken(): void {
  token = undefined;
}

/** An access token. One is reused until shortly before it expires. */
export async function accessToken(): Promise<string> {
  if (token && Date.now() < token.expires) {
    return token.value;
  }
  if (!credentials) {
    throw new SignInError("Sign in to continue.");
  }
  const answer = await fetch("/oauth/token", {
    method: "POST",
    // Without this, the browser answers a 401 with a password dialog of its own.
    credentials: "omit",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({
      grant_type: "client_credentials",
      client_id: credentials.clientId,
      client_secret: credentials.clientSecret,
    }),
  });
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) {
    throw new SignInError(body.error_description ?? `No token: status ${answer.status}.`);
  }
  token = { value: body.access_token, expires: Date.now() + (body.expires_in - 30) * 1000 };
  return token.value;
}

/** The audience of the token: what a token request may name. */
export function audience(): string | undefined {
  const payload = token?.value.split(".")[1]?.replaceAll("-", "+").replaceAll("_", "/");
  const claims = payload ? JSON.parse(atob(payload)) : {};
  return typeof claims.aud === "string" ? claims.aud : undefined;
}
