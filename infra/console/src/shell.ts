// The four steps as shell commands. Values come from the API, so each is quoted for the shell.

import { type AccessPolicy, document } from "./api";

/** The App Client of the steps. Members are missing while it does not exist yet. */
export type Subject = {
  id?: string | undefined;
  clientId?: string | undefined;
  name: string;
  description?: string | undefined;
  roles: { id: string; name: string }[];
  accessPolicy?: AccessPolicy | undefined;
  /** Only if the API has just returned it. */
  secret?: string | undefined;
};

export type Service = { url: string; audience?: string | undefined; administrator: string };

/** A text as one word of the shell. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

export function administratorToken({ url, administrator }: Service): string {
  return `TOKEN=$(curl -s ${quoted(`${url}/oauth/token`)} \\
  -d grant_type=client_credentials -d client_id=${quoted(administrator)} \\
  --data-urlencode "client_secret=$ADMIN_SECRET" | jq -r .access_token)`;
}

export function findRoles({ url }: Service, { roles }: Subject): string {
  const queries = roles.map(({ name }) => `?filter[name]=${encodeURIComponent(name)}`);
  const commands = (queries.length > 0 ? queries : [""]).map(
    (query) => `curl -gs ${quoted(`${url}/auth/roles${query}`)} \\
  -H "Authorization: Bearer $TOKEN"`,
  );
  return commands.join("\n");
}

export function createClient({ url }: Service, subject: Subject): string {
  const attributes: Record<string, unknown> = { type: "machine_to_machine", name: subject.name };
  if (subject.description) {
    attributes.description = subject.description;
  }
  attributes.userType = "builder";
  if (subject.accessPolicy) {
    attributes.accessPolicy = subject.accessPolicy;
  }
  const body = document({ attributes, roles: subject.roles.map(({ id }) => id) });
  return `curl -s ${quoted(`${url}/auth/app-clients`)} \\
  -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/vnd.api+json' \\
  -d ${quoted(JSON.stringify(body, null, 2))}`;
}

export function requestToken({ url, audience }: Service, subject: Subject): string {
  const body = {
    grant_type: "client_credentials",
    client_id: subject.clientId ?? "CLIENT_ID",
    client_secret: subject.secret ?? "CLIENT_SECRET",
    audience,
  };
  let json = quoted(JSON.stringify(body, null, 2));
  if (!subject.clientId) {
    json = json.replace('"CLIENT_ID"', `"'"$CLIENT_ID"'"`);
  }
  if (!subject.secret) {
    json = json.replace('"CLIENT_SECRET"', `"'"$CLIENT_SECRET"'"`);
  }
  return `CLIENT_TOKEN=$(curl -s ${quoted(`${url}/oauth/token`)} \\
  -H 'Content-Type: application/json' -d ${json} | jq -r .access_token)`;
}

export function callApi({ url }: Service, { id }: Subject): string {
  const path = id ? quoted(`${url}/auth/app-clients/${id}`) : `"${url}/auth/app-clients/$ID"`;
  return `curl -s ${path} \\
  -H 'Accept: application/vnd.api+json' \\
  -H "Authorization: Bearer $CLIENT_TOKEN"`;
}
