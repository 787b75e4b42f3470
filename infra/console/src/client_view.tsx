// The view of one App Client: what it is, its secret, its form and its actions.

import { useEffect, useRef, useState } from "preact/hooks";

import { type Client, client as find, type Problem, remove, rotateSecret, update } from "./api";
import { ClientForm } from "./form";
import { Confirm, CopyButton, Heading, Name, Problems } from "./parts";
import { problemsOf, type Session } from "./session";
import { secretChanged, signedInAs } from "./sign_in";

type Props = {
  id: string;
  session: Session;
  /** The secret, if the API has just returned it. */
  secret: string | undefined;
  onClient: (client: Client) => void;
  onSecret: (secret: string) => void;
};

type Action = "rotate" | "disable" | "delete";

export function ClientView({ id, session, secret, onClient, onSecret }: Props) {
  const [client, setClient] = useState<Client>();
  const [problems, setProblems] = useState<Problem[]>([]);
  const [asking, setAsking] = useState<Action>();

  const show = (client: Client) => {
    setClient(client);
    onClient(client);
  };
  useEffect(() => {
    problemsOf(session, async () => show(await find(id))).then((all) => setProblems(all ?? []));
  }, [id]);

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
  const { accessTokenLifetime, tokenQuota } = client.attributes;
  const isOwn = clientId === signedInAs();
  const setStatus = async (status: "enabled" | "disabled") => {
    show(await update(id, { attributes: { status } }));
    session.announce(`The App Client is ${status}.`);
  };
  const actions: Record<Action, () => Promise<void>> = {
    rotate: async () => {
      const rotated = await rotateSecret(id);
      const { clientSecret } = rotated.attributes;
      if (clientSecret) {
        secretChanged(clientId, clientSecret);
        onSecret(clientSecret);
      }
      show(rotated);
      session.announce("The secret is rotated. The new one is shown once.");
    },
    disable: () => setStatus("disabled"),
    delete: async () => {
      await remove(id);
      session.close(`${name} is deleted.`);
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
        <dd>{time(createdAt)}</dd>
        <dt>Changed</dt>
        <dd>{time(updatedAt)}</dd>
      </dl>

      <section aria-labelledby="credentials">
        <h2 id="credentials">Credentials and status</h2>
        <div class="buttons">
          <button type="button" onClick={() => setAsking("rotate")}>
            Rotate secret
          </button>
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
        <Problems problems={problems} />
      </section>

      <section aria-labelledby="settings">
        <h2 id="settings">Settings</h2>
        <ClientForm
          session={session}
          initial={{
            name,
            description,
            role: client.relationships["auth/roles"].data?.id ?? "",
            accessTokenLifetime: String(accessTokenLifetime),
            tokenQuota: String(tokenQuota),
          }}
          action="Save changes"
          numberHint=""
          onSubmit={async (change) => {
            show(await update(id, change));
            session.announce("The changes are saved.");
          }}
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
        >
          <p>{ASK[asking].effect}</p>
          {isOwn && asking !== "rotate" && (
            <p>The console is signed in as this App Client: you will be signed out.</p>
          )}
        </Confirm>
      )}
    </>
  );
}

const ASK: Record<Action, { question: string; action: string; effect: string }> = {
  rotate: {
    question: "Rotate the secret of",
    action: "Rotate secret",
    effect: "The old secret stops working at once. Tokens stay valid until they expire.",
  },
  disable: {
    question: "Disable",
    action: "Disable",
    effect: "The App Client gets no more tokens, and the management API rejects those it has.",
  },
  delete: {
    question: "Delete",
    action: "Delete",
    effect: "The App Client and its secret are deleted. You cannot undo this.",
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

function time(seconds: number) {
  const date = new Date(seconds * 1000);
  return <time dateTime={date.toISOString()}>{date.toLocaleString()}</time>;
}
