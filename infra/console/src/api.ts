// The management API, as the console calls it.

import { accessToken, forgetToken } from "./sign_in";

export type Problem = {
  status?: string;
  title: string;
  detail: string;
  source?: { pointer?: string };
};

/** An answer that is not a success. */
export class ApiError extends Error {
  constructor(readonly problems: Problem[]) {
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
  };
  relationships: { "auth/roles": { data: { id: string } | null } };
};

export type Role = { id: string; attributes: { name: string; description: string } };

export type Page = {
  data: Client[];
  links: { next: string | null };
  meta?: { unreadable?: { id: string }[] };
};

/** What a document changes. */
export type Change = { attributes: Record<string, unknown>; role?: string };

const TYPE = "auth/app-clients";
const MEDIA_TYPE = "application/vnd.api+json";
const CLIENTS = "/auth/app-clients";

export const firstPage = `${CLIENTS}?page[size]=20`;

export function page(link: string): Promise<Page> {
  return call("GET", link);
}

export async function roles(): Promise<Role[]> {
  return (await call("GET", "/auth/roles")).data;
}

export async function client(id: string): Promise<Client> {
  return (await call("GET", path(id))).data;
}

export async function create(change: Change): Promise<Client> {
  const fixed = { type: "machine_to_machine", userType: "builder" };
  const attributes = { ...fixed, ...change.attributes };
  return (await call("POST", CLIENTS, document({ ...change, attributes }))).data;
}

export async function update(id: string, change: Change): Promise<Client> {
  return (await call("PATCH", path(id), document(change, id))).data;
}

export async function rotateSecret(id: string): Promise<Client> {
  return (await call("POST", `${path(id)}/rotate-secret`)).data;
}

export async function remove(id: string): Promise<void> {
  await call("DELETE", path(id));
}

/** The document that creates a client or changes it. */
export function document(change: Change, id?: string): object {
  const { attributes, role } = change;
  const relationships = role && { "auth/roles": { data: { type: "auth/roles", id: role } } };
  return { data: { type: TYPE, id, attributes, relationships: relationships || undefined } };
}

function path(id: string): string {
  return `${CLIENTS}/${encodeURIComponent(id)}`;
}

async function call(method: string, path: string, body?: object): Promise<any> {
  let answer = await send(method, path, body);
  if (answer.status === 401) {
    // The token has expired or its client has changed.
    forgetToken();
    answer = await send(method, path, body);
  }
  if (answer.status === 204) {
    return undefined;
  }
  const content = await answer.json().catch(() => ({}));
  if (!answer.ok) {
    const unknown = { title: "Error", detail: `The answer has the status ${answer.status}.` };
    throw new ApiError(content.errors ?? [unknown]);
  }
  return content;
}

async function send(method: string, path: string, body?: object): Promise<Response> {
  const token = await accessToken();
  const headers: Record<string, string> = {
    Accept: MEDIA_TYPE,
    Authorization: `Bearer ${token}`,
  };
  if (body) {
    headers["Content-Type"] = MEDIA_TYPE;
  }
  // A link of the API starts with one slash. Never send the token to another origin.
  const url = new URL(path, location.origin);
  if (url.origin !== location.origin) {
    throw new ApiError([{ title: "Foreign link", detail: "The link leaves this origin." }]);
  }
  const content = body ? JSON.stringify(body) : null;
  return fetch(url, { method, headers, body: content, credentials: "omit" });
}
