// The management API, as the console calls it.

import { accessToken, forgetToken, SignInError } from "./sign_in";

export type Problem = {
  status?: string;
  code?: string;
  title: string;
  detail: string;
  source?: { pointer?: string };
};

/** An answer that is not a success. */
export class ApiError extends Error {
  constructor(
    readonly problems: Problem[],
    readonly status = 0,
  ) {
    super(problems.map((problem) => problem.detail).join(" "));
  }
}

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
  };
  relationships: { "auth/roles": { data: { id: string } | null } };
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

export type Role = { id: string; attributes: { name: string; description: string } };

export type Page = {
  data: Client[];
  links: { next: string | null };
  meta?: { unreadable?: { id: string }[] };
};

/** What a list contains, and in which order. An empty text filters nothing. */
export type Query = { name: string; status: string; role: string; sort: string };

/** What a document changes. */
export type Change = { attributes: Record<string, unknown>; role?: string };

/** The end of a secret: a number of days from now, or none. */
export type Days = number | null;

const TYPE = "auth/app-clients";
const SECRET_TYPE = "auth/app-client-secrets";
const MEDIA_TYPE = "application/vnd.api+json";
const CLIENTS = "/auth/app-clients";

export const PAGE_SIZE = 20;

export function firstPage({ sort, ...filters }: Query): string {
  const chosen = Object.entries(filters).filter(([, value]) => value.trim());
  const parameters = chosen.map(([field, value]) => [`filter[${field}]`, value] as const);
  const all = [["page[size]", String(PAGE_SIZE)], ["sort", sort], ...parameters] as const;
  const query = all.map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return `${CLIENTS}?${query.join("&")}`;
}

export async function page(link: string, signal: AbortSignal): Promise<Page> {
  return (await call("GET", link, { signal })).content;
}

export async function roles(): Promise<Role[]> {
  return (await call("GET", "/auth/roles")).content.data;
}

export async function client(id: string): Promise<Current> {
  return current(await call("GET", path(id)));
}

export async function create(change: Change): Promise<Current> {
  const fixed = { type: "machine_to_machine", userType: "builder" };
  const attributes = { ...fixed, ...change.attributes };
  const body = document({ ...change, attributes });
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

/** The document that creates a client or changes it. */
export function document(change: Change, id?: string): object {
  const { attributes, role } = change;
  const relationships = role && { "auth/roles": { data: { type: "auth/roles", id: role } } };
  return { data: { type: TYPE, id, attributes, relationships: relationships || undefined } };
}

function secretDocument(days: Days, id?: string): object {
  const now = Math.floor(Date.now() / 1000);
  const expiresAt = days === null ? null : now + days * 86_400;
  return { data: { type: SECRET_TYPE, id, attributes: { expiresAt } } };
}

function path(id: string): string {
  return `${CLIENTS}/${encodeURIComponent(id)}`;
}

function secretsPath(id: string, secret?: string): string {
  return `${path(id)}/secrets${secret ? `/${encodeURIComponent(secret)}` : ""}`;
}

function current({ content, etag }: Answer): Current {
  return { ...content.data, etag };
}

type Options = { body?: object | undefined; ifMatch?: string; key?: string; signal?: AbortSignal };
type Answer = { content: any; etag: string };

/** Of each path, the request for a secret that got no answer. */
const unanswered = new Map<string, { intent: string; key: string; body: object | undefined }>();

/**
 * Sends a request for a secret, with an `Idempotency-Key`. If its answer is lost, the next request
 * with the same intent repeats it under the same key, and the service answers with the same secret.
 */
async function once(
  path: string,
  what: object,
  body: () => object | undefined,
  ifMatch?: string,
): Promise<Answer> {
  const intent = JSON.stringify(what);
  let request = unanswered.get(path);
  if (request?.intent !== intent) {
    request = { intent, key: newKey(), body: body() };
    unanswered.set(path, request);
  }
  try {
    const options = { body: request.body, key: request.key, ...(ifMatch && { ifMatch }) };
    const answer = await call("POST", path, options);
    unanswered.delete(path);
    return answer;
  } catch (error) {
    if (error instanceof SignInError) {
      throw error;
    }
    if (!(error instanceof ApiError)) {
      throw new ApiError([LOST]);
    }
    // After a refusal, nothing is kept under the key. After a failure, something may be.
    if (error.status < 500 && !BEFORE_THE_KEY.includes(error.status)) {
      unanswered.delete(path);
    }
    throw error;
  }
}

/** The refusals that come before the service looks for the key: they say nothing about it. */
const BEFORE_THE_KEY = [401, 403, 429];

const LOST: Problem = {
  title: "No answer",
  detail:
    "The service did not answer, but it may have received the request. Try again: the console " +
    "repeats the same request, and nothing is done twice.",
};

/** A random key. `crypto.randomUUID` is missing where the page comes by HTTP from another host. */
function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function call(method: string, path: string, options: Options = {}): Promise<Answer> {
  let answer = await send(method, path, options);
  if (answer.status === 401) {
    // The token has expired or its client has changed.
    forgetToken();
    answer = await send(method, path, options);
  }
  const etag = answer.headers.get("ETag") ?? "";
  if (answer.ok) {
    // If the connection fails here, the answer is lost, and with it a secret.
    return { content: answer.status === 204 ? undefined : await answer.json(), etag };
  }
  const { errors } = await answer.json().catch(() => ({}));
  const unknown = { title: "Error", detail: `The answer has the status ${answer.status}.` };
  throw new ApiError(errors ?? [unknown], answer.status);
}

async function send(method: string, path: string, options: Options): Promise<Response> {
  const { body, ifMatch, key, signal } = options;
  const token = await accessToken();
  const headers: Record<string, string> = {
    Accept: MEDIA_TYPE,
    Authorization: `Bearer ${token}`,
    ...(body && { "Content-Type": MEDIA_TYPE }),
    ...(ifMatch && { "If-Match": ifMatch }),
    ...(key && { "Idempotency-Key": key }),
  };
  // A link of the API starts with one slash. Never send the token to another origin.
  const url = new URL(path, location.origin);
  if (url.origin !== location.origin) {
    throw new ApiError([{ title: "Foreign link", detail: "The link leaves this origin." }]);
  }
  const content = body ? JSON.stringify(body) : null;
  return fetch(url, { method, headers, body: content, credentials: "omit", signal: signal ?? null });
}
