// Calls an API with access tokens from Latchkey: reads paths from standard input and prints what the API
// answers. Needs Node 18.
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

const { LATCHKEY_URL = 'http://127.0.0.1:3000', CLIENT_ID, CLIENT_SECRET_FILE } = process.env;
const { API_URL = LATCHKEY_URL } = process.env;
const MARGIN = 30; // seconds: replace a token this long before it expires
const PATIENCE = 10; // seconds: the longest Retry-After to wait for

const now = () => performance.now() / 1000;

function retryAfter(response) {
  const value = response.headers.get('retry-after') ?? '';
  return /^\d+$/.test(value) ? Number(value) : 1;
}

/** Like fetch. Waits and tries again if the server asks for it. */
async function send(url, options) {
  for (let tries = 1; ; tries++) {
    const response = await fetch(url, { signal: AbortSignal.timeout(30_000), ...options });
    const seconds = retryAfter(response);
    if (![429, 503].includes(response.status) || tries === 3 || seconds > PATIENCE) return response;
    await response.body?.cancel();
    await sleep(seconds * 1000);
  }
}

/** Gets access tokens and calls an API with them. Any number of calls can share it. */
class Latchkey {
  #token; // a promise, so that concurrent calls wait for one new token instead of getting one each
  #renewAt = 0;
  #blockedUntil = 0;

  /** Like fetch, with an access token. If the API rejects the token, tries once with a new one. */
  async fetch(url, options = {}) {
    const call = (token) => {
      const headers = new Headers(options.headers);
      headers.set('Authorization', `Bearer ${token}`);
      return send(url, { ...options, headers });
    };
    const token = await this.token();
    const response = await call(token);
    if (response.status !== 401) return response;
    await response.body?.cancel();
    return call(await this.token(token));
  }

  /** Returns the cached token or, if it is old or `rejected`, a new one. */
  async token(rejected) {
    const cached = this.#token;
    const isUsable = cached && now() < this.#renewAt && (await cached) !== rejected;
    // While this call was waiting, another one may have replaced the token.
    if (!isUsable && this.#token === cached) {
      this.#renewAt = Infinity; // until the response tells
      this.#token = this.#request().catch((error) => {
        this.#token = undefined;
        throw error;
      });
    }
    return this.#token;
  }

  async #request() {
    const started = now();
    if (started < this.#blockedUntil) {
      throw new Error(`the token quota is used up: try again in ${Math.ceil(this.#blockedUntil - started)} s`);
    }
    // Reads the secret anew, so that a rotation needs no restart.
    const secret = (await readFile(CLIENT_SECRET_FILE, 'utf8')).trim();
    const response = await send(`${LATCHKEY_URL}/oauth/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: CLIENT_ID,
        client_secret: secret,
      }),
    });
    if (!response.ok) {
      if (response.status === 429) this.#blockedUntil = now() + retryAfter(response);
      throw new Error(`no token: ${response.status} ${await response.text()}`);
    }
    const { access_token, expires_in } = await response.json();
    this.#renewAt = started + expires_in - MARGIN;
    return access_token;
  }
}

const latchkey = new Latchkey();

async function get(path) {
  try {
    // It would continue the host, and the token would go to another one.
    if (!path.startsWith('/')) throw new Error('a path must begin with /');
    const response = await latchkey.fetch(API_URL + path);
    return `${response.status} ${await response.text()}`;
  } catch (error) {
    return `error: ${error.cause?.message ?? error.message}`;
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const answers = await Promise.all(line.split(/\s+/).filter(Boolean).map(get));
  for (const answer of answers) console.log(answer);
}
