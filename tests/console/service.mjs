// Starts the local service and the browser, and stops them.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

import { chromium } from "playwright-core";

/** A running service with the values that it printed. */
export async function startService() {
  const arguments_ = ["--listen", "127.0.0.1:0", "--ephemeral"];
  const child = spawn(process.env.LATCHKEY_LOCAL, arguments_, {
    stdio: ["ignore", "pipe", "ignore"],
  });
  process.once("exit", () => child.kill());
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));
  const printed = {};
  for await (const line of createInterface({ input: child.stdout })) {
    const [, name, value] = /^(listening on|client_id:|client_secret:) (.*)$/.exec(line) ?? [];
    if (!name) break;
    printed[name] = value;
  }
  const url = printed["listening on"];
  assert.ok(url, "the service did not start");
  return {
    url,
    clientId: printed["client_id:"],
    clientSecret: printed["client_secret:"],
    /** Calls the API as the first App Client. */
    async api(method, path, data) {
      this.token ??= await this.newToken(this.clientId, this.clientSecret);
      const answer = await fetch(url + path, {
        method,
        headers: {
          Authorization: `Bearer ${this.token}`,
          "Content-Type": "application/vnd.api+json",
        },
        body: data && JSON.stringify({ data }),
      });
      return answer.status === 204 ? undefined : answer.json();
    },
    /** A token, or `undefined` if the service refuses. */
    async newToken(client_id, client_secret) {
      const answer = await fetch(`${url}/oauth/token`, {
        method: "POST",
        body: new URLSearchParams({ grant_type: "client_credentials", client_id, client_secret }),
      });
      return (await answer.json()).access_token;
    },
    stop: () => child.kill(),
  };
}

export function startBrowser(...options) {
  // Only pages of these tests run in it. As root, and in many containers, the sandbox does not start.
  const args = ["--no-sandbox", "--disable-dev-shm-usage", ...options];
  return chromium.launch({ executablePath: process.env.CHROMIUM, args });
}

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** The accessibility violations of the page, one a line. */
export async function violations(page) {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { violations } = await globalThis.axe.run(document, { resultTypes: ["violations"] });
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, any }) => `${id}: ${html.slice(0, 160)} ${any[0]?.message ?? ""}`),
    );
  });
}
