// Requests to the management API.

import { accessToken, forgetToken, SignInError } from "./sign_in";

const MEDIA_TYPE = "application/vnd.api+json";

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

type Options = { body?: object | undefined; ifMatch?: string; key?: string; signal?: AbortSignal };
export type Answer = { content: any; etag: string };

/** Of each path, the request for a secret that got no answer. */
const unanswered = new Map<string, { intent: string; key: string; body: object | undefined }>();

/**
 * Sends a request for a secret, with an `Idempotency-Key`. If its answer is lost, the next request
 * with the same intent repeats it under the same key, and the service answers with the same secret.
 */
export async function once(
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

export async function call(method: string, path: string, options: Options = {}): Promise<Answer> {
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
