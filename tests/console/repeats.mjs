// Requests that make a secret, and whose answers are lost.

import assert from "node:assert/strict";
import test from "node:test";

import { startBrowser } from "./service.mjs";
import { ask, button, copied, field, newClient, onPage, open, says, service } from "./setup.mjs";

/** Loses the next answer to a POST of this path. Returns the keys of all of them. */
async function loseOne(page, path, lose = (route) => route.abort()) {
  const keys = [];
  await page.route(path, async (route) => {
    if (route.request().method() !== "POST") return route.fallback();
    keys.push(await route.request().headerValue("Idempotency-Key"));
    const response = await route.fetch();
    return keys.length === 1 ? lose(route, response) : route.fulfill({ response });
  });
  return keys;
}

const secretOf = async (page) => {
  await button(page, "Copy client secret").click();
  await says(page, "Copied the client secret.");
  return copied(page);
};

const lost = (scope) => scope.getByRole("alert").filter({ hasText: "The service did not answer" });

for (const [action, path] of [["Rotate secret", /rotate-secret$/], ["Add a secret", /secrets$/]]) {
  test(`the secret of a lost answer is shown after a repeat: ${action}`, async () => {
    const client = await newClient(`Lost: ${action}`);
    await onPage(open(client), async (page) => {
      const keys = await loseOne(page, path);
      const dialog = await ask(page, action);
      await button(dialog, action).click();
      await lost(dialog).waitFor();
      const before = await service.api("GET", `/auth/app-clients/${client.id}/secrets`);
      await button(dialog, action).click();
      const secret = await secretOf(page);
      assert.ok(await service.newToken(client.attributes.clientId, secret));
      const { data } = await service.api("GET", `/auth/app-clients/${client.id}/secrets`);
      assert.deepEqual(data.map(({ id }) => id), before.data.map(({ id }) => id));
      assert.equal(secret.slice(-4), data.at(-1).attributes.lastFour);

      // The next one is another intent.
      await button(await ask(page, action), action).click();
      await dialog.waitFor({ state: "detached" });
      assert.equal(keys.length, 3);
      assert.equal(keys[0], keys[1]);
      assert.notEqual(keys[1], keys[2]);
    });
  });
}

test("an App Client whose answer was lost is created once, and its secret is shown", () =>
  onPage("/#/new", async (page) => {
    // The head of this answer arrives, and its body does not.
    const cut = async (route, response) => {
      const headers = { ...response.headers(), "content-length": "9999" };
      await route.fulfill({ status: 201, headers, body: '{"data":' });
    };
    const keys = await loseOne(page, /\/auth\/app-clients$/, cut);
    await field(page, "Name").fill("Created once");
    await button(page, "Create").click();
    await lost(page).waitFor();
    assert.equal(await field(page, "Name").inputValue(), "Created once");
    await button(page, "Create").click();
    await page.getByRole("heading", { name: "Created once", level: 1 }).waitFor();
    assert.match(await secretOf(page), /^lk_secret_/);
    assert.equal(keys.length, 2);
    assert.equal(keys[0], keys[1]);
    const { data } = await service.api("GET", "/auth/app-clients?filter[name]=Created%20once");
    assert.equal(data.length, 1);
  }));

// The service and what stands before it refuse these before they look for the key.
for (const status of [401, 403, 429]) {
  test(`an App Client is created once if the repeat for a lost answer gets ${status}`, () =>
    onPage("/#/new", async (page) => {
      const name = `Created once despite ${status}`;
      const keys = new Set();
      let answer = "lost";
      await page.route(/\/auth\/app-clients$/, async (route) => {
        if (route.request().method() !== "POST") return route.fallback();
        keys.add(await route.request().headerValue("Idempotency-Key"));
        if (answer === "refused") {
          const errors = [{ status: String(status), title: "Refused", detail: "Not now." }];
          return route.fulfill({ status, json: { errors } });
        }
        const response = await route.fetch();
        return answer === "lost" ? route.abort() : route.fulfill({ response });
      });
      await field(page, "Name").fill(name);
      await button(page, "Create").click();
      await lost(page).waitFor();
      answer = "refused";
      await button(page, "Create").click();
      await page.getByRole("alert").filter({ hasText: "Not now." }).waitFor();
      answer = "received";
      await button(page, "Create").click();
      assert.match(await secretOf(page), /^lk_secret_/);
      assert.equal(keys.size, 1);
      const query = `filter[name]=${encodeURIComponent(name)}`;
      const { data } = await service.api("GET", `/auth/app-clients?${query}`);
      assert.equal(data.length, 1);
    }));
}

test("another App Client than the one of the lost answer gets another key", () =>
  onPage("/#/new", async (page) => {
    const keys = await loseOne(page, /\/auth\/app-clients$/);
    await field(page, "Name").fill("Created first");
    await button(page, "Create").click();
    await lost(page).waitFor();
    await field(page, "Name").fill("Created second");
    await button(page, "Create").click();
    await page.getByRole("heading", { name: "Created second", level: 1 }).waitFor();
    assert.notEqual(keys[0], keys[1]);
  }));

test("the console creates App Clients on a page that the browser does not trust", async () => {
  // Such a page comes by HTTP from another name than localhost: it has no `crypto.randomUUID`.
  const { port } = new URL(service.url);
  const remote = await startBrowser("--host-resolver-rules=MAP console.test 127.0.0.1");
  try {
    const page = await remote.newPage();
    await page.goto(`http://console.test:${port}/#/new`);
    await field(page, "Client ID").fill(service.clientId);
    await field(page, "Client secret").fill(service.clientSecret);
    await button(page, "Sign in").click();
    await field(page, "Name").fill("Created from elsewhere");
    await button(page, "Create").click();
    await page.getByRole("heading", { name: "Client secret", exact: true }).waitFor();
    assert.equal(await page.evaluate(() => isSecureContext), false);
  } finally {
    await remote.close();
  }
});
