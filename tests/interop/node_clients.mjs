// Tests a running Latchkey with the unmodified npm packages openid-client, oauth4webapi and jose.
import * as jose from 'jose';
import * as oauth from 'oauth4webapi';
import * as client from 'openid-client';

const { LATCHKEY_URL, CLIENT_ID, CLIENT_SECRET } = process.env;
const ALLOW_LOOPBACK = { execute: [client.allowInsecureRequests] };

async function check(name, run) {
  try {
    const result = await run();
    console.log(`ok - ${name}`);
    return result;
  } catch (error) {
    process.exitCode = 1;
    // The cause contains the response that the library rejected.
    const cause = error.cause === undefined ? '' : ` (${JSON.stringify(error.cause)})`;
    console.log(`not ok - ${name}: ${error}${cause}`.replaceAll('\n', ' '));
  }
}

function equal(actual, expected, what) {
  if (actual !== expected) throw new Error(`${what} is ${actual}, not ${expected}`);
}

function discover(authentication, options) {
  return client.discovery(
    new URL(LATCHKEY_URL),
    CLIENT_ID,
    CLIENT_SECRET,
    authentication,
    { ...ALLOW_LOOPBACK, ...options },
  );
}

for (const algorithm of ['oauth2', 'oidc']) {
  await check(`oauth4webapi validates the metadata, ${algorithm}`, async () => {
    const issuer = new URL(LATCHKEY_URL);
    const options = { algorithm, [oauth.allowInsecureRequests]: true };
    const response = await oauth.discoveryRequest(issuer, options);
    const server = await oauth.processDiscoveryResponse(issuer, response);
    equal(server.token_endpoint, `${LATCHKEY_URL}/oauth/token`, 'token_endpoint');
  });
}

const basic = await check('openid-client discovers the authorization server (RFC 8414)', () =>
  discover(client.ClientSecretBasic(CLIENT_SECRET), { algorithm: 'oauth2' }),
);

const token = await check('openid-client gets a token with client_secret_basic', () =>
  client.clientCredentialsGrant(basic),
);

const post = await check('openid-client discovers it through openid-configuration too', () =>
  discover(client.ClientSecretPost(CLIENT_SECRET), { algorithm: 'oidc' }),
);

await check('openid-client gets a token with client_secret_post for a named audience', async () => {
  const granted = await client.clientCredentialsGrant(post, { audience: LATCHKEY_URL });
  equal(jose.decodeJwt(granted.access_token).aud, LATCHKEY_URL, 'aud');
});

await check('openid-client reports that an unknown client is rejected', async () => {
  const stranger = await client.discovery(
    new URL(LATCHKEY_URL),
    'stranger',
    CLIENT_SECRET,
    client.ClientSecretPost(CLIENT_SECRET),
    { ...ALLOW_LOOPBACK, algorithm: 'oauth2' },
  );
  try {
    await client.clientCredentialsGrant(stranger);
  } catch (error) {
    equal(error.status, 401, 'status');
    // If the response has a challenge, which RFC 9110 requires for a 401, the library reports only the
    // challenge and does not read the body.
    if (error instanceof client.WWWAuthenticateChallengeError) return;
    equal(error.error, 'invalid_client', 'error');
    return;
  }
  throw new Error('the client got a token');
});

const keys = await check('jose reads the published key set', async () => {
  const set = jose.createRemoteJWKSet(new URL(basic.serverMetadata().jwks_uri));
  await set.reload();
  return set;
});

const verify = (audience) =>
  jose.jwtVerify(token.access_token, keys, {
    issuer: LATCHKEY_URL,
    audience,
    typ: 'at+jwt',
    requiredClaims: ['sub', 'exp', 'iat', 'jti', 'client_id'],
  });

await check('jose verifies the token with the published key set', async () => {
  const { payload } = await verify(LATCHKEY_URL);
  equal(payload.client_id, CLIENT_ID, 'client_id');
});

await check('jose rejects the token for another audience', async () => {
  try {
    await verify('https://another.example');
  } catch (error) {
    equal(error.code, 'ERR_JWT_CLAIM_VALIDATION_FAILED', 'code');
    equal(error.claim, 'aud', 'claim');
    return;
  }
  throw new Error('the token was accepted');
});

await check('openid-client calls the management API with the token', async () => {
  const url = new URL('/auth/roles?filter[name]=Builder Admin', LATCHKEY_URL);
  const response = await client.fetchProtectedResource(basic, token.access_token, url, 'GET');
  equal(response.status, 200, 'status');
  equal((await response.json()).data.attributes.name, 'Builder Admin', 'name');
});
