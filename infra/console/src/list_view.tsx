// The list of App Clients, with its search.

import { useEffect, useState } from "preact/hooks";

import { type Client, firstPage, type Page, page, type Problem } from "./api";
import { CopyButton, Heading, Name, Problems } from "./parts";
import { problemsOf, type Session } from "./session";

type Props = { session: Session; search: string; onSearch: (text: string) => void };

type Loaded = { clients: Client[]; unreadable: string[]; next: string | null };

export function ListView({ session, search, onSearch }: Props) {
  const [loaded, setLoaded] = useState<Loaded>({ clients: [], unreadable: [], next: firstPage });
  const [busy, setBusy] = useState(false);
  const [problems, setProblems] = useState<Problem[]>([]);

  const load = async (all: boolean) => {
    setBusy(true);
    let reached = loaded;
    const problems = await problemsOf(session, async () => {
      do {
        reached = joined(reached, await page(reached.next!));
        setLoaded(reached);
      } while (all && reached.next);
    });
    setProblems(problems ?? []);
    setBusy(false);
    return reached;
  };
  useEffect(() => void load(false), []);

  const { clients, unreadable, next } = loaded;
  const found = clients.filter((client) => matches(client.attributes.name, search));
  const started = next !== firstPage;
  const loadMore = async (all: boolean) => {
    const reached = await load(all);
    session.announce(`${reached.clients.length} App Clients loaded.`);
  };
  return (
    <>
      <div class="title">
        <Heading title="App Clients">App Clients</Heading>
        <a class="button primary" href="#/new">
          Create an App Client
        </a>
      </div>
      <label for="search">Search by name</label>
      <input
        id="search"
        type="search"
        autocomplete="off"
        value={search}
        aria-describedby="searched"
        onInput={(event) => onSearch(event.currentTarget.value)}
      />
      <p id="searched" class="hint" aria-live="polite">
        {started && summary(found.length, loaded, search)}
      </p>
      <Problems problems={problems} />
      <ul class="rows clients">
        {found.map((client) => (
          <Row key={client.id} client={client} session={session} />
        ))}
      </ul>
      {unreadable.map((id) => (
        <p class="problems">
          The service cannot read the App Client <code>{id}</code>.
        </p>
      ))}
      {next && (started || problems.length > 0) && (
        <div class="buttons">
          <button type="button" disabled={busy} onClick={() => loadMore(false)}>
            Load more
          </button>
          <button type="button" disabled={busy} onClick={() => loadMore(true)}>
            Load all
          </button>
        </div>
      )}
    </>
  );
}

function Row({ client, session }: { client: Client; session: Session }) {
  const { name, clientId, status } = client.attributes;
  const role = session.roleName(client.relationships["auth/roles"].data?.id);
  return (
    <li>
      <div class="row-head">
        <a href={`#/clients/${encodeURIComponent(client.id)}`}>
          <Name>{name}</Name>
        </a>
        <span class={`status ${status}`}>{status}</span>
      </div>
      <div class="row-foot">
        <span>
          <span class="hint">{role}</span> <code>{clientId}</code>
        </span>
        <span class="buttons">
          <CopyButton what="ID" of={name} text={client.id} announce={session.announce} />
          <CopyButton what="client ID" of={name} text={clientId} announce={session.announce} />
        </span>
      </div>
    </li>
  );
}

function joined(loaded: Loaded, { data, links, meta }: Page): Loaded {
  return {
    clients: [...loaded.clients, ...data],
    unreadable: [...loaded.unreadable, ...(meta?.unreadable ?? []).map(({ id }) => id)],
    next: links.next,
  };
}

function matches(name: string, search: string): boolean {
  return name.toLocaleLowerCase().includes(search.trim().toLocaleLowerCase());
}

/** What the list shows, and what the search has searched. */
function summary(found: number, { clients, next }: Loaded, search: string): string {
  const all = next ? `the ${clients.length} loaded` : `all ${clients.length}`;
  const count = search.trim() ? `${found} of ${all} App Clients match.` : `Showing ${all} App Clients.`;
  return next ? `${count} The search covers only what is loaded.` : count;
}
