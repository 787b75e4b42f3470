// The list of App Clients, with its search.

import { useEffect, useRef, useState } from "preact/hooks";

import { type Client, firstPage, type Page, page, PAGE_SIZE, type Query, roleIds } from "./api";
import { CopyButton, Heading, Name, Problems, Time } from "./parts";
import type { Problem } from "./request";
import { problemsOf, type Session } from "./session";

type Props = { session: Session; query: Query; onQuery: (query: Query) => void };

type Loaded = { clients: Client[]; unreadable: string[]; next: string | null };

/** How long the console waits for the end of typing, in milliseconds. */
const TYPING = 250;

export const EVERYTHING: Query = { name: "", status: "", role: "", sort: "createdAt" };

const SORTS = {
  createdAt: "Oldest first",
  "-createdAt": "Newest first",
  name: "Name, A to Z",
  "-name": "Name, Z to A",
};

export function ListView({ session, query, onQuery }: Props) {
  const [loaded, setLoaded] = useState<Loaded>();
  const [busy, setBusy] = useState(true);
  const [problems, setProblems] = useState<Problem[]>([]);
  /** Ends the search when it changes, so that no late answer replaces a later one. */
  const search = useRef(new AbortController());
  const rows = useRef<HTMLUListElement>(null);

  /** Loads until a page is full: a page may be short although others follow. */
  const load = async (from: Loaded) => {
    const { signal } = search.current;
    setBusy(true);
    setProblems([]);
    let reached = from;
    const problems = await problemsOf(session, async () => {
      do {
        reached = joined(reached, await page(reached.next!, signal));
        setLoaded(reached);
      } while (reached.next && reached.clients.length < from.clients.length + PAGE_SIZE);
    });
    if (!signal.aborted) {
      setLoaded(reached);
      setProblems(problems ?? []);
      setBusy(false);
    }
  };
  const first = firstPage(query);
  useEffect(() => {
    search.current = new AbortController();
    setBusy(true);
    const start = () => load({ clients: [], unreadable: [], next: first });
    const timer = setTimeout(start, loaded ? TYPING : 0);
    return () => {
      clearTimeout(timer);
      search.current.abort();
    };
  }, [first]);

  const { clients, unreadable, next } = loaded ?? { clients: [], unreadable: [], next: null };
  const loadMore = async () => {
    await load({ clients, unreadable, next });
    rows.current?.children[clients.length]?.querySelector("a")?.focus();
  };
  const choice = (field: keyof Query, label: string, options: [string, string][]) => (
    <div>
      <label for={`list-${field}`}>{label}</label>
      <select
        id={`list-${field}`}
        value={query[field]}
        onChange={(event) => onQuery({ ...query, [field]: event.currentTarget.value })}
      >
        {options.map(([value, text]) => (
          <option value={value}>{text}</option>
        ))}
      </select>
    </div>
  );
  return (
    <>
      <div class="title">
        <Heading title="App Clients">App Clients</Heading>
        <a class="button primary" href="#/new">
          Create an App Client
        </a>
      </div>
      <form class="filters" role="search" noValidate onSubmit={(event) => event.preventDefault()}>
        <div>
          <label for="list-name">Name starts with</label>
          <input
            id="list-name"
            type="search"
            autocomplete="off"
            value={query.name}
            aria-describedby="found"
            onInput={(event) => onQuery(named(query, event.currentTarget.value))}
          />
        </div>
        {choice("status", "Status", [
          ["", "Any"],
          ["enabled", "enabled"],
          ["disabled", "disabled"],
        ])}
        {choice("role", "Role", [
          ["", "Any"],
          ...session.roles.map(({ id, attributes }): [string, string] => [id, attributes.name]),
        ])}
        {choice("sort", "Order", Object.entries(SORTS))}
      </form>
      <p id="found" class="hint" aria-live="polite">
        {busy ? "Searching…" : problems.length === 0 && summary(clients.length, next, query)}
      </p>
      <Problems problems={problems} />
      <ul class="rows clients" ref={rows} aria-busy={busy}>
        {clients.map((client) => (
          <Row key={client.id} client={client} session={session} />
        ))}
      </ul>
      {unreadable.map((id) => (
        <p class="problems">
          The service cannot read the App Client <code>{id}</code>.
        </p>
      ))}
      {next && (
        <div class="buttons">
          <button type="button" disabled={busy} onClick={loadMore}>
            {problems.length > 0 ? "Try again" : "Load more"}
          </button>
        </div>
      )}
    </>
  );
}

function Row({ client, session }: { client: Client; session: Session }) {
  const { name, clientId, status, createdAt } = client.attributes;
  return (
    <li>
      <div class="row-head">
        <a href={`#/clients/${encodeURIComponent(client.id)}`}>
          <Name>{name}</Name>
        </a>
        <span class={`status ${status}`}>{status}</span>
      </div>
      <p class="hint">
        {session.roleNames(roleIds(client)) || "No role"}, created <Time seconds={createdAt} />
      </p>
      <div class="row-foot">
        <code>{clientId}</code>
        <span class="buttons">
          <CopyButton what="ID" of={name} text={client.id} announce={session.announce} />
          <CopyButton what="client ID" of={name} text={clientId} announce={session.announce} />
        </span>
      </div>
    </li>
  );
}

/** The query for another name. A search by name starts in the order that has an index of names. */
function named(query: Query, name: string): Query {
  const starts = !query.name && query.sort === EVERYTHING.sort;
  return { ...query, name, sort: starts ? "name" : query.sort };
}

function joined(loaded: Loaded, { data, links, meta }: Page<Client>): Loaded {
  return {
    clients: [...loaded.clients, ...data],
    unreadable: [...loaded.unreadable, ...(meta?.unreadable ?? []).map(({ id }) => id)],
    next: links.next,
  };
}

function summary(count: number, next: string | null, { name, status, role }: Query): string {
  const what = name.trim() || status || role ? "matching App Clients" : "App Clients";
  if (next) {
    return `Showing the first ${count} ${what}. There may be more.`;
  }
  return count === 0 ? `No ${what}.` : `Showing all ${what}: ${count}.`;
}
