// The console: its views, and what they share.

import { render } from "preact";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";

import { type Client, type Role, roleIds, roles as listRoles } from "./api";
import { ClientView } from "./client_view";
import { CreateView, type Draft } from "./create_view";
import { EVERYTHING, ListView } from "./list_view";
import { policyOf } from "./policy";
import { ApiError } from "./request";
import { RoleView } from "./role_view";
import { idsOf } from "./roles_input";
import { CreateRoleView, RolesView } from "./roles_view";
import type { Session } from "./session";
import { type Credentials, localCredentials, signIn, SignInError } from "./sign_in";
import { SignInView } from "./sign_in_view";
import { Steps } from "./steps";
import type { Subject } from "./shell";

type State =
  | { name: "starting" }
  | { name: "signed out"; reason: string }
  | { name: "signed in"; roles: Role[] };

/** A secret that the API has just returned, for as long as the client's view is open. */
type Secret = { id: string; value: string };

function App() {
  const [state, setState] = useState<State>({ name: "starting" });
  const [route, setRoute] = useState(location.hash);
  const [message, setMessage] = useState("");
  const [query, setQuery] = useState(EVERYTHING);
  const [opened, setOpened] = useState<Client>();
  const [draft, setDraft] = useState<Draft>();
  const [secret, setSecret] = useState<Secret>();
  /** What the next view shows. */
  const next = useRef<{ message?: string; secret?: Secret }>({});

  const start = useCallback(async (credentials: Credentials) => {
    try {
      await signIn(credentials);
      setState({ name: "signed in", roles: await permittedRoles() });
    } catch (error) {
      setState({ name: "signed out", reason: reasonOf(error) });
    }
  }, []);

  useEffect(() => {
    localCredentials()
      .then((credentials) =>
        credentials ? start(credentials) : setState({ name: "signed out", reason: "" }),
      )
      .catch((error) => setState({ name: "signed out", reason: reasonOf(error) }));
  }, []);

  useEffect(() => {
    const changed = () => {
      setRoute(location.hash);
      setOpened(undefined);
      setDraft(undefined);
      // The secret of a new client comes with its view. Any other change of view ends a secret.
      setMessage(next.current.message ?? "");
      setSecret(next.current.secret);
      next.current = {};
    };
    const left = () => setSecret(undefined);
    addEventListener("hashchange", changed);
    addEventListener("pagehide", left);
    return () => {
      removeEventListener("hashchange", changed);
      removeEventListener("pagehide", left);
    };
  }, []);

  if (state.name === "starting") {
    return <Frame message="">Signing in…</Frame>;
  }
  if (state.name === "signed out") {
    return (
      <Frame message="">
        <SignInView reason={state.reason} onSubmit={start} />
      </Frame>
    );
  }

  const session: Session = {
    roles: state.roles,
    setRoles: (roles) => setState({ name: "signed in", roles }),
    keepRole: (role) =>
      setState((state) => {
        if (state.name !== "signed in") {
          return state;
        }
        const others = state.roles.filter(({ id }) => id !== role.id);
        return { name: "signed in", roles: [...others, role].sort(byName) };
      }),
    roleNames: (ids) => ids.map((id) => nameOf(state.roles, id)).join(", "),
    announce: setMessage,
    close: (message, view) => {
      next.current = { message };
      location.hash = view;
    },
    signedOut: (error) => {
      setSecret(undefined);
      setState({ name: "signed out", reason: error.message });
    },
  };
  const subject = opened ? subjectOf(opened, state.roles, secret) : draftSubject(draft, state.roles);
  return (
    <Frame message={message}>
      <div class="columns">
        <main>{view(route)}</main>
        <Steps subject={subject} announce={setMessage} />
      </div>
    </Frame>
  );

  function view(route: string) {
    const id = /^#\/clients\/([^/]+)$/.exec(route)?.[1];
    if (id) {
      return (
        <ClientView
          key={id}
          id={safelyDecoded(id)}
          session={session}
          secret={secret?.value}
          onClient={setOpened}
          onSecret={(value) => setSecret({ id: safelyDecoded(id), value })}
        />
      );
    }
    if (route === "#/new") {
      const created = (client: Client) => {
        const value = client.attributes.clientSecret;
        next.current = { message: `${client.attributes.name} is created.` };
        if (value) {
          next.current.secret = { id: client.id, value };
        }
        location.hash = `#/clients/${encodeURIComponent(client.id)}`;
      };
      return <CreateView session={session} onDraft={setDraft} onCreated={created} />;
    }
    const roleId = /^#\/roles\/([^/]+)$/.exec(route)?.[1];
    if (roleId === "new") {
      const created = ({ id, attributes: { name } }: Role) =>
        session.close(`${name} is created.`, `#/roles/${encodeURIComponent(id)}`);
      return <CreateRoleView session={session} onCreated={created} />;
    }
    if (roleId) {
      return <RoleView key={roleId} id={safelyDecoded(roleId)} session={session} />;
    }
    if (route === "#/roles") {
      return <RolesView session={session} />;
    }
    return <ListView session={session} query={query} onQuery={setQuery} />;
  }
}

function Frame({ message, children }: { message: string; children: preact.ComponentChildren }) {
  return (
    <>
      <header>
        <a class="brand" href="#">
          Latchkey console
        </a>
        <nav aria-label="Pages">
          <a href="#">App Clients</a>
          <a href="#/roles">Roles</a>
          <a href="/docs">API reference</a>
        </nav>
        <p role="status">{message}</p>
      </header>
      {children}
    </>
  );
}

function subjectOf(client: Client, roles: Role[], secret: Secret | undefined): Subject {
  const { name, description, clientId, accessPolicy } = client.attributes;
  return {
    id: client.id,
    clientId,
    name,
    description,
    roles: roleIds(client).map((id) => ({ id, name: nameOf(roles, id) })),
    accessPolicy,
    secret: secret?.id === client.id ? secret.value : undefined,
  };
}

/** While no client is open, the steps show what the form contains. */
function draftSubject(draft: Draft | undefined, roles: Role[]): Subject {
  const first = roles.find((role) => role.attributes.name === "Builder Admin") ?? roles[0];
  const chosen = draft ? idsOf(draft.roles) : [first?.id ?? ""].filter(Boolean);
  return {
    name: draft?.name || "Nightly import",
    description: draft?.description,
    roles: chosen.map((id) => ({ id, name: nameOf(roles, id) })),
    accessPolicy: draftPolicy(draft?.accessPolicy ?? ""),
  };
}

/** A policy that is being typed, as soon as it is JSON. */
function draftPolicy(text: string): object | undefined {
  try {
    return policyOf(text) ?? undefined;
  } catch {
    return undefined;
  }
}

/** The roles, or none for an App Client that may not list them. */
async function permittedRoles(): Promise<Role[]> {
  try {
    return await listRoles();
  } catch (error) {
    if (error instanceof ApiError && error.status === 403) {
      return [];
    }
    throw error;
  }
}

function byName(one: Role, other: Role): number {
  return one.attributes.name.localeCompare(other.attributes.name);
}

function nameOf(roles: Role[], id: string): string {
  return roles.find((role) => role.id === id)?.attributes.name ?? id;
}

function safelyDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function reasonOf(error: unknown): string {
  const isKnown = error instanceof SignInError || error instanceof ApiError;
  return isKnown ? error.message : "The service does not answer. Is it running?";
}

render(<App />, document.getElementById("app")!);
