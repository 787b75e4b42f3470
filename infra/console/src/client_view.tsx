// The view of one App Client: what it is, its secrets, its form and its actions.

import { useEffect, useRef, useState } from "preact/hooks";

import * as api from "./api";
import { ClientForm } from "./client_form";
import { Confirm, CopyButton, Day, Heading, keepFocus, Name, Problems, Time } from "./parts";
import { Secrets } from "./secrets";
import { textOf } from "./policy";
import type { Problem } from "./request";
import { problemsOf, type Session } from "./session";
import { secretChanged, signedInAs } from "./sign_in";

type Props = {
  id: string;
  session: Session;
  /** The secret, if the API has just returned it. */
  secret: string | undefined;
  onClient: (client: api.Client) => void;
  onSecret: (secret: string) => void;
};

type Action = "disable" | "delete";

export function ClientView({ id, session, secret, onClient, onSecret }: Props) {
  const [client, setClient] = useState<api.Current>();
  const [secrets, setSecrets] = useState<api.ClientSecret[]>([]);
  const [problems, setProblems] = useState<Problem[]>([]);
  const [asking, setAsking] = useState<Action>();
  const isLeft = useRef(false);

  const show = (client: api.Current) => {
    if (!isLeft.current) {
      setClient(client);
      onClient(client);
    }
  };
  /** Loads the state. Says whether that succeeded. */
  const load = async () => {
    const all = await problemsOf(session, async () => {
      // In this order, no secret is older than the client's ETag.
      const client = await api.client(id);
      setSecrets(await api.secrets(id));
      show(client);
    });
    setProblems(all ?? []);
    keepFocus();
    return all === undefined;
  };
  const reload = async () => {
    const isLoaded = await load();
    if (isLoaded) {
      session.announce("The current state is loaded.");
    }
    return isLoaded;
  };
  useEffect(() => {
    void load();
    return () => {
      isLeft.current = true;
    };
  }, []);

  const back = (
    <p>
      <a href="#">All App Clients</a>
    </p>
  );
  if (!client) {
    return (
      <>
        {back}
        {problems.length > 0 && <Heading title="App Client">App Client</Heading>}
        <Problems problems={problems} />
      </>
    );
  }

  const { name, description, clientId, status, createdAt, updatedAt } = client.attributes;
  const { accessTokenLifetime, tokenQuota, lastUsedOn } = client.attributes;
  const isOwn = clientId === signedInAs();
  const setStatus = async (status: "enabled" | "disabled") => {
    show(await api.update(client, { attributes: { status } }));
    session.announce(`The App Client is ${status}.`);
  };
  const actions: Record<Action, () => Promise<void>> = {
    disable: () => setStatus("disabled"),
    delete: async () => {
      await api.remove(client);
      session.close(`${name} is deleted.`, "");
    },
  };
  return (
    <>
      {back}
      <div class="title">
        <Heading title={name}>
          <Name>{name}</Name>
        </Heading>
        <span class={`status ${status}`}>{status}</span>
      </div>
      {isOwn && <p class="hint">The console is signed in as this App Client.</p>}
      {secret && <Secret secret={secret} announce={session.announce} />}
      <dl>
        <dt>ID</dt>
        <dd>
          <code>{client.id}</code>
          <CopyButton what="ID" text={client.id} announce={session.announce} />
        </dd>
        <dt>Client ID</dt>
        <dd>
          <code>{clientId}</code>
          <CopyButton what="client ID" text={clientId} announce={session.announce} />
        </dd>
        <dt>Created</dt>
        <dd>
          <Time seconds={createdAt} />
        </dd>
        <dt>Changed</dt>
        <dd>
          <Time seconds={updatedAt} />
        </dd>
        <dt>Last used</dt>
        <dd>{lastUsedOn ? <Day seconds={lastUsedOn} /> : "Never"}</dd>
      </dl>

      <Secrets
        client={client}
        secrets={secrets}
        isOwn={isOwn}
        session={session}
        onSecret={(secret, replaces) => {
          if (secret && replaces) {
            secretChanged(clientId, secret);
          }
          if (secret && !isLeft.current) {
            onSecret(secret);
          }
        }}
        onChange={load}
        onReload={reload}
      />

      <section aria-labelledby="status">
        <h2 id="status">Status</h2>
        <div class="buttons">
          {status === "enabled" ? (
            <button type="button" onClick={() => setAsking("disable")}>
              Disable
            </button>
          ) : (
            <button
              type="button"
              onClick={async () =>
                setProblems((await problemsOf(session, () => setStatus("enabled"))) ?? [])
              }
            >
              Enable
            </button>
          )}
          <button type="button" class="danger" onClick={() => setAsking("delete")}>
            Delete
          </button>
        </div>
        <Problems problems={problems} onReload={reload} />
      </section>

      <section aria-labelledby="settings">
        <h2 id="settings">Settings</h2>
        <ClientForm
          session={session}
          initial={{
            name,
            description,
            roles: api.roleIds(client).join(" "),
            accessPolicy: textOf(client.attributes.accessPolicy),
            accessTokenLifetime: String(accessTokenLifetime),
            tokenQuota: String(tokenQuota),
          }}
          action="Save changes"
          numberHint=""
          onSubmit={async (change) => {
            show(await api.update(client, change));
            session.announce("The changes are saved.");
          }}
          onReload={reload}
        />
      </section>

      {asking && (
        <Confirm
          title={
            <>
              {ASK[asking].question} <Name>{name}</Name>?
            </>
          }
          action={ASK[asking].action}
          onConfirm={() => problemsOf(session, actions[asking])}
          onClose={() => setAsking(undefined)}
          onReload={reload}
        >
          <p>{ASK[asking].effect}</p>
          {isOwn && <p>The console is signed in as this App Client: you will be signed out.</p>}
        </Confirm>
      )}
    </>
  );
}

const ASK: Record<Action, { question: string; action: string; effect: string }> = {
  disable: {
    question: "Disable",
    action: "Disable",
    effect: "The App Client gets no more tokens, and the management API rejects those it has.",
  },
  delete: {
    question: "Delete",
    action: "Delete",
    effect: "The App Client and its secrets are deleted. You cannot undo this.",
  },
};

type SecretProps = { secret: string; announce: (message: string) => void };

function Secret({ secret, announce }: SecretProps) {
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    // After the dialog has closed and returned the focus.
    requestAnimationFrame(() => box.current?.focus());
  }, [secret]);
  return (
    <section class="secret" aria-labelledby="secret" tabIndex={-1} ref={box}>
      <h2 id="secret">Client secret</h2>
      <p>Store it now. It is shown only here, and only until you leave this view.</p>
      <p>
        <code>{secret}</code>
      </p>
      <CopyButton what="client secret" text={secret} announce={announce} />
    </section>
  );
}
