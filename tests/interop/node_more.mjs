// Tests a running Latchkey with more unmodified npm packages: clients, and the middleware of APIs.
import { OAuth2Client } from '@badgateway/oauth2-client';
import { JwtRsaVerifier } from 'aws-jwt-verify';
import express from 'express';
import { expressjwt } from 'express-jwt';
import bearer from 'express-oauth2-jwt-bearer';
import jwksRsa from 'jwks-rsa';
import * as oauth from 'oauth4webapi';
import { ClientCredentials } from 'simple-oauth2';

import { check, equal } from './checks.mjs';

const { LATCHKEY_URL, CLIENT_ID, CLIENT_SECRET } = process.env;
const JWKS_URI = `${LATCHKEY_URL}/.well-known/jwks.json`;
const ALLOW_LOOPBACK = { [oauth.allowInsecureRequests]: true };

for (const authorizationMethod of ['header', 'body']) {
  for (const bodyFormat of ['form', 'json']) {
    await check(`simple-oauth2 gets a token with its credentials in the ${authorizationMethod}, as ${bodyFormat}`, async () => {
      const client = new ClientCredentials({
        client: { id: CLIENT_ID, secret: CLIENT_SECRET },
        auth: { tokenHost: LATCHKEY_URL, tokenPath: '/oauth/token' },
        options: { authorizationMethod, bodyFormat },
      });
      const granted = await client.getToken({});
      equal(granted.expired(300), false, 'whether it expires within 300 s');
    });
  }
}

const token = await check('@badgateway/oauth2-client discovers the endpoint and gets a token for a resource', async () => {
  const client = new OAuth2Client({
    server: LATCHKEY_URL,
    discoveryEndpoint: '/.well-known/oauth-authorization-server',
    clientId: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
  });
  const granted = await client.clientCredentials({ resource: LATCHKEY_URL });
  return granted.accessToken;
});

const server = await check('oauth4webapi discovers the authorization server', async () => {
  const issuer = new URL(LATCHKEY_URL);
  const response = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...ALLOW_LOOPBACK });
  return oauth.processDiscoveryResponse(issuer, response);
});

await check('oauth4webapi gets a token with client_secret_basic', async () => {
  const client = { client_id: CLIENT_ID };
  const authentication = oauth.ClientSecretBasic(CLIENT_SECRET);
  const response = await oauth.clientCredentialsGrantRequest(server, client, authentication, {}, ALLOW_LOOPBACK);
  const granted = await oauth.processClientCredentialsResponse(server, client, response);
  equal(granted.token_type, 'bearer', 'token_type');
});

await check('oauth4webapi validates the token as a JWT access token (RFC 9068)', async () => {
  const request = new Request(LATCHKEY_URL, { headers: { Authorization: `Bearer ${token}` } });
  const claims = await oauth.validateJwtAccessToken(server, request, LATCHKEY_URL, ALLOW_LOOPBACK);
  equal(claims.client_id, CLIENT_ID, 'client_id');
});

await check('aws-jwt-verify verifies the token with a cached key set', async () => {
  // It fetches key sets only over https.
  const verifier = JwtRsaVerifier.create({ issuer: LATCHKEY_URL, audience: LATCHKEY_URL, jwksUri: JWKS_URI });
  const response = await fetch(JWKS_URI);
  verifier.cacheJwks(await response.json());
  equal(verifier.verifySync(token).client_id, CLIENT_ID, 'client_id');
});

/** Runs an API behind a middleware, and calls it with the token, with a changed one and with none. */
async function protectedApi(middleware) {
  const api = express();
  api.get('/', middleware, (request, response) => response.json(request.auth.payload ?? request.auth));
  api.use((error, request, response, next) => response.status(error.status ?? 500).end());
  const listening = api.listen(0, '127.0.0.1');
  await new Promise((resolve) => listening.once('listening', resolve));
  const call = (headers) => fetch(`http://127.0.0.1:${listening.address().port}/`, { headers });
  try {
    const accepted = await call({ Authorization: `Bearer ${token}` });
    equal(accepted.status, 200, 'status');
    equal((await accepted.json()).client_id, CLIENT_ID, 'client_id');
    const [header, payload, signature] = token.split('.');
    const changed = (signature.startsWith('A') ? 'B' : 'A') + signature.slice(1);
    const refused = await call({ Authorization: `Bearer ${header}.${payload}.${changed}` });
    equal(refused.status, 401, 'status for a changed signature');
    equal((await call({})).status, 401, 'status without a token');
  } finally {
    listening.close();
    listening.closeAllConnections();
  }
}

for (const strict of [false, true]) {
  await check(`an API behind express-oauth2-jwt-bearer ${strict ? 'in strict mode ' : ''}accepts the token`, () =>
    protectedApi(bearer.auth({ issuerBaseURL: LATCHKEY_URL, audience: LATCHKEY_URL, strict })),
  );
}

await check('an API behind express-jwt and jwks-rsa accepts the token', () =>
  protectedApi(
    expressjwt({
      secret: jwksRsa.expressJwtSecret({ jwksUri: JWKS_URI }),
      issuer: LATCHKEY_URL,
      audience: LATCHKEY_URL,
      algorithms: ['RS256'],
    }),
  ),
);
