// The four steps with openapi-fetch and the types that openapi-typescript generates from docs/openapi.json.
import createClient from 'openapi-fetch';
import type { paths } from './latchkey.js';

const { LATCHKEY_URL, CLIENT_ID, CLIENT_SECRET } = process.env as Record<string, string>;
const api = createClient<paths>({ baseUrl: LATCHKEY_URL! });

async function authorization(clientId: string, clientSecret: string): Promise<{ Authorization: string }> {
  const { data, error } = await api.POST('/oauth/token', {
    body: { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret },
  });
  if (!data) throw new Error(JSON.stringify(error));
  return { Authorization: `Bearer ${data.access_token}` };
}

const headers = await authorization(CLIENT_ID!, CLIENT_SECRET!);

// 1. Look up the role.
const roles = await api.GET('/auth/roles', { headers, params: { query: { 'filter[name]': 'Builder Admin' } } });
const role = roles.data?.data;
if (!role || Array.isArray(role)) throw new Error(JSON.stringify(roles.error));

// 2. Create the App Client.
const created = await api.POST('/auth/app-clients', {
  headers,
  body: {
    data: {
      type: 'auth/app-clients',
      attributes: { type: 'machine_to_machine', name: 'Generated: TypeScript', userType: 'builder' },
      relationships: { 'auth/roles': { data: { type: 'auth/roles', id: role.id } } },
    },
  },
});
if (!created.data) throw new Error(JSON.stringify(created.error));
const { id, attributes } = created.data.data;

// 3. Exchange its credentials for an access token.
const own = await authorization(attributes.clientId, attributes.clientSecret!);

// 4. Call the API with the token.
const path = { id };
const shown = await api.GET('/auth/app-clients/{id}', { headers: own, params: { path } });
if (shown.data?.data.attributes.name !== 'Generated: TypeScript') throw new Error(JSON.stringify(shown.error));

// A refusal has a type too.
const deleted = await api.DELETE('/auth/app-clients/{id}', { headers, params: { path } });
if (deleted.response.status !== 204) throw new Error(JSON.stringify(deleted.error));
const refused = await api.GET('/auth/app-clients/{id}', { headers, params: { path } });
const body = refused.error;
if (!body || !('errors' in body) || body.errors[0]?.code !== 'not_found') throw new Error(JSON.stringify(body));

console.log('ok - the generated TypeScript client does the four steps');
