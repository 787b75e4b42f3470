// The management API, as the console calls it.

import { type Answer, call, once } from "./request";

export type Client = {
  id: string;
  attributes: {
    clientId: string;
    clientSecret?: string;
    name: string;
    description: string;
    status: "enabled" | "disabled";
    accessTokenLifetime: number;
    tokenQuota: number;
    createdAt: number;
    updatedAt: number;
    /** The day of the last token. Absent in lists. */
    lastUsedOn?: number | null;
    /** The inline policy. Absent in lists, and if there is none. */
    accessPolicy?: AccessPolicy;
  };
  /** One role, or several: as they were sent. */
  relationships: { "auth/roles": { data: { id: string } | { id: string }[] | null } };
};

/** An App Client in the state that its ETag names. A change of it sends the tag in `If-Match`. */
export type Current = Client & { etag: string };

export type ClientSecret = {
  id: string;
  attributes: {
    clientSecret?: string;
    lastFour: string | null;
    createdAt: number;
    expiresAt: number | null;
    lastUsedOn: number | null;
  };
};

/** The console shows policies and sends them. Only the service reads them. */
export type AccessPolicy = object;

export type Role = {
  id: string;
  attributes: {
    name: string;
    description: string;
    accessPolicy: AccessPolicy;
    isManaged: boolean;
    permissions: string[];
    createdAt: number;
    updatedAt: number;
  };
};

export type CurrentRole = Role & { etag: string };

export type Page<Resource> = {
  data: Resource[];
  links: { next: string | null };
  meta?: { unreadable?: { id: string }[] };
};

/** What a list contains, and in which order. An empty text filters nothing. */
export type Query = { name: string; status: string; role: string; sort: string };

/** What a document changes. */
export type Change = { attributes: Record<string, unknown>; roles?: string[] };

/** The end of a secret: a number of days from now, or none. */
export type Days = number | null;

const TYPE = "auth/app-clients";
const SECRET_TYPE = "auth/app-client-secrets";
const ROLE_TYPE = "auth/roles";
const CLIENTS = "/auth/app-clients";
const ROLES = "/auth/roles";

export const PAGE_SIZE = 20;

export function firstPage({ sort, ...filters }: Query): string {
  const chosen = Object.entries(filters).filter(([, value]) => value.trim());
  const parameters = chosen.map(([field, value]) => [`filter[${field}]`, value] as const);
  const all = [["page[size]", String(PAGE_SIZE)], ["sort", sort], ...parameters] as const;
  const query = all.map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return `${CLIENTS}?${query.join("&")}`;
}

export async function page(link: string, signal: AbortSignal): Promise<Page<Client>> {
  return (await call("GET", link, { signal })).content;
}

/** The IDs of a client's roles. */
export function roleIds({ relationships }: Client): string[] {
  return [relationships["auth/roles"].data ?? []].flat().map(({ id }) => id);
}

export async function client(id: string): Promise<Current> {
  return current(await call("GET", path(id)));
}

export async function create(change: Change): Promise<Current> {
  const fixed = { type: "machine_to_machine", userType: "builder" };
  const attributes = { ...fixed, ...change.attributes };
  const body = document({ roles: [], ...change, attributes });
  return current(await once(CLIENTS, body, () => body));
}

export async function update({ id, etag }: Current, change: Change): Promise<Current> {
  return current(await call("PATCH", path(id), { ifMatch: etag, body: document(change, id) }));
}

export async function remove({ id, etag }: Current): Promise<void> {
  await call("DELETE", path(id), { ifMatch: etag });
}

/** Replaces the secret. The old one works for `overlapSeconds` more. */
export async function rotateSecret(client: Current, overlapSeconds: number): Promise<Current> {
  const { id, etag } = client;
  const attributes = { overlapSeconds };
  const body = () => (overlapSeconds > 0 ? document({ attributes }, id) : undefined);
  return current(await once(`${path(id)}/rotate-secret`, attributes, body, etag));
}

export async function secrets(id: string): Promise<ClientSecret[]> {
  return (await call("GET", secretsPath(id))).content.data;
}

/** Adds a secret, and says whether it replaced another one. */
export async function addSecret({ id, etag }: Current, days: Days) {
  const { content } = await once(secretsPath(id), { days }, () => secretDocument(days), etag);
  return { secret: content.data as ClientSecret, replaced: Boolean(content.meta?.replaced) };
}

export async function changeEnd({ id, etag }: Current, secret: string, days: Days): Promise<void> {
  const body = secretDocument(days, secret);
  await call("PATCH", secretsPath(id, secret), { ifMatch: etag, body });
}

export async function removeSecret({ id, etag }: Current, secret: string): Promise<void> {
  await call("DELETE", secretsPath(id, secret), { ifMatch: etag });
}

/** Every role of the org, ordered by name. */
export async function roles(): Promise<Role[]> {
  const all: Role[] = [];
  let next: string | null = ROLES;
  while (next) {
    const { data, links }: Page<Role> = (await call("GET", next)).content;
    all.push(...data);
    next = links.next;
  }
  return all;
}

export async function role(id: string): Promise<CurrentRole> {
  return current(await call("GET", rolePath(id)));
}

export async function createRole(attributes: Record<string, unknown>): Promise<CurrentRole> {
  return current(await call("POST", ROLES, { body: { data: { type: ROLE_TYPE, attributes } } }));
}

export async function updateRole({ id, etag }: CurrentRole, attributes: Record<string, unknown>) {
  const body = { data: { type: ROLE_TYPE, id, attributes } };
  const answer = await call("PATCH", rolePath(id), { ifMatch: etag, body });
  return current<Role>(answer);
}

export async function removeRole({ id, etag }: CurrentRole): Promise<void> {
  await call("DELETE", rolePath(id), { ifMatch: etag });
}

/** The document that creates a client or changes it. */
export function document(change: Change, id?: string): object {
  const { attributes, roles } = change;
  const all = roles?.map((id) => ({ type: ROLE_TYPE, id }));
  const relationships = all && { [ROLE_TYPE]: { data: all.length === 1 ? all[0] : all } };
  return { data: { type: TYPE, id, attributes, relationships } };
}

function secretDocument(days: Days, id?: string): object {
  const now = Math.floor(Date.now() / 1000);
  const expiresAt = days === null ? null : now + days * 86_400;
  return { data: { type: SECRET_TYPE, id, attributes: { expiresAt } } };
}

function path(id: string): string {
  return `${CLIENTS}/${encodeURIComponent(id)}`;
}

function rolePath(id: string): string {
  return `${ROLES}/${encodeURIComponent(id)}`;
}

function secretsPath(id: string, secret?: string): string {
  return `${path(id)}/secrets${secret ? `/${encodeURIComponent(secret)}` : ""}`;
}

function current<Resource>({ content, etag }: Answer): Resource & { etag: string } {
  return { ...content.data, etag };
}
