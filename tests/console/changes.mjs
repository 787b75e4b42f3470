// Two people who change one App Client.

import assert from "node:assert/strict";
import test from "node:test";

import { ask, button, field, newClient, onPage, open, says, service } from "./setup.mjs";

const path = ({ id }) => `/auth/app-clients/${id}`;
const read = async (client) => (await service.api("GET", path(client))).data;

/** Another person's change. */
const change = (client, attributes) =>
  service.api("PATCH", path(client), { type: "auth/app-clients", attributes });

const outdated = (scope) =>
  scope.getByRole("alert").filter({ hasText: "This page is out of date." });

test("a person does not overwrite another one's change, and keeps what is typed", async () => {
  const client = await newClient("Edited by two");
  await onPage(open(client), async (page) => {
    const [description, quota] = ["Description", "Token quota, in tokens per hour"];
    await field(page, description).fill("By this person");
    await field(page, quota).fill("7");
    await change(client, { name: "Renamed", description: "By another", accessTokenLifetime: 900 });
    await button(page, "Save changes").click();
    await outdated(page).waitFor();
    assert.equal(await field(page, quota).inputValue(), "7");
    assert.equal((await read(client)).attributes.tokenQuota, client.attributes.tokenQuota);

    await button(page, "Load its current state").click();
    await page.getByRole("heading", { name: "Renamed", level: 1 }).waitFor();
    await outdated(page).waitFor({ state: "detached" });
    await says(page, "The current state is loaded.");
    assert.equal(await page.evaluate(() => document.activeElement.textContent), "Save changes");
    assert.equal(await field(page, "Name").inputValue(), "Renamed");
    assert.equal(await field(page, "Access token lifetime, in seconds").inputValue(), "900");
    assert.equal(await field(page, description).inputValue(), "By this person");
    assert.equal(await field(page, quota).inputValue(), "7");
    const hint = "Changed meanwhile. Now: By another";
    assert.equal(await page.locator("#hint-description").innerText(), hint);
    assert.equal(await field(page, description).getAttribute("aria-describedby"), "hint-description");
    assert.equal(await page.locator("#hint-tokenQuota").count(), 0);

    await button(page, "Save changes").click();
    await says(page, "The changes are saved.");
    assert.equal(await page.locator("#hint-description").count(), 0);
  });
  const { name, description, accessTokenLifetime, tokenQuota } = (await read(client)).attributes;
  assert.deepEqual(
    [name, description, accessTokenLifetime, tokenQuota],
    ["Renamed", "By this person", 900, 7],
  );
});

test("a change of the secrets keeps the settings that are typed", async () => {
  const client = await newClient("Edited and rotated");
  await onPage(open(client), async (page) => {
    await field(page, "Description").fill("Typed");
    await change(client, { tokenQuota: 9 });
    await page.reload();
    await field(page, "Description").fill("Typed");
    // The last request with which the page loads the new state, and so the entity tag to save under.
    const isLast = (response) => response.request().method() === "GET" && response.url().endsWith("/secrets");
    const loaded = page.waitForResponse(isLast);
    await button(await ask(page, "Rotate secret"), "Rotate secret").click();
    await button(page, "Copy client secret").waitFor();
    await loaded;
    assert.equal(await field(page, "Description").inputValue(), "Typed");
    await button(page, "Save changes").click();
    await says(page, "The changes are saved.");
  });
  const { description, tokenQuota } = (await read(client)).attributes;
  assert.deepEqual([description, tokenQuota], ["Typed", 9]);
});

test("what is typed while a change is saved stays", async () => {
  const client = await newClient("Edited while saved");
  await onPage(open(client), async (page) => {
    let release;
    const held = new Promise((resolve) => (release = resolve));
    await page.route(/\/auth\/app-clients\/[^/]+$/, async (route) => {
      if (route.request().method() !== "PATCH") return route.fallback();
      const response = await route.fetch();
      await held;
      await route.fulfill({ response });
    });
    const sent = page.waitForRequest((request) => request.method() === "PATCH");
    await field(page, "Description").fill("First");
    await button(page, "Save changes").click();
    await sent;
    await field(page, "Description").fill("First, then second");
    release();
    await says(page, "The changes are saved.");
    assert.equal(await field(page, "Description").inputValue(), "First, then second");
    assert.equal(await page.locator("#hint-description").count(), 0);
    await button(page, "Save changes").click();
    await page.locator("aside").filter({ hasText: "First, then second" }).waitFor();
  });
  assert.equal((await read(client)).attributes.description, "First, then second");
});

/** What a person can do with a dialog: the button that opens it, and the one that confirms. */
const DIALOGS = {
  disable: ["Disable", "Disable"],
  delete: [/^Delete$/, "Delete"],
  "rotate the secret of": ["Rotate secret", "Rotate secret"],
  "add a secret to": ["Add a secret", "Add a secret"],
  "change the end of the secret of": [/^Change the end/, "Change the end"],
  "delete the secret of": [/^Delete the secret/, "Delete the secret"],
};

for (const [action, [asking, confirming]] of Object.entries(DIALOGS)) {
  test(`a person cannot ${action} an App Client that was changed meanwhile`, async () => {
    const client = await newClient(`Changed before ${action}`);
    const { clientId, clientSecret } = client.attributes;
    await onPage(open(client), async (page) => {
      const dialog = await ask(page, asking);
      await change(client, { description: "By another" });
      const before = await service.api("GET", `${path(client)}/secrets`);
      await button(dialog, confirming).click();
      await outdated(dialog).waitFor();
      assert.equal((await read(client)).attributes.status, "enabled");
      assert.deepEqual(await service.api("GET", `${path(client)}/secrets`), before);

      await button(dialog, "Load its current state").click();
      await dialog.waitFor({ state: "detached" });
      await says(page, "The current state is loaded.");
      assert.equal(await field(page, "Description").inputValue(), "By another");
      assert.match(await page.evaluate(() => document.activeElement.textContent), asking.source ? asking : new RegExp(asking));
      await button(await ask(page, asking), confirming).click();
      await dialog.waitFor({ state: "detached" });
    });
    assert.ok(await service.newToken(clientId, clientSecret) === undefined || /add|change/.test(action));
  });
}

test("a change that meets another change of the permissions offers the current state", async () => {
  const client = await newClient("Granted at the same time");
  await onPage(open(client), async (page) => {
    // The service answers so only if the other change comes after it has compared If-Match.
    const errors = [{ status: "409", code: "grants_changed", title: "Changed", detail: "Changed." }];
    const isChange = (route) => route.request().method() === "PATCH";
    let isRefused = false;
    await page.route(/\/auth\/app-clients\/[^/]+$/, (route) => {
      if (isRefused || !isChange(route)) return route.fallback();
      isRefused = true;
      return route.fulfill({ status: 409, json: { errors } });
    });
    await field(page, "Role").selectOption("Patient");
    await button(page, "Save changes").click();
    await outdated(page).waitFor();
    await button(page, "Load its current state").click();
    await outdated(page).waitFor({ state: "detached" });
    await button(page, "Save changes").click();
    await says(page, "The changes are saved.");
  });
});

test("a rotation that meets another change of the secrets offers the current state", async () => {
  const client = await newClient("Rotated by two");
  await onPage(open(client), async (page) => {
    // The service answers so only if the other change comes after it has compared If-Match.
    const errors = [{ status: "409", code: "secrets_changed", title: "Changed", detail: "Changed." }];
    await page.route(/rotate-secret$/, (route) => route.fulfill({ status: 409, json: { errors } }), {
      times: 1,
    });
    const dialog = await ask(page, "Rotate secret");
    await button(dialog, "Rotate secret").click();
    await outdated(dialog).waitFor();
    await button(dialog, "Load its current state").click();
    await dialog.waitFor({ state: "detached" });
    await says(page, "The current state is loaded.");
    await button(await ask(page, "Rotate secret"), "Rotate secret").click();
    await button(page, "Copy client secret").waitFor();
  });
});

test("a person cannot enable an App Client that was changed meanwhile", async () => {
  const client = await newClient("Changed before enable");
  await change(client, { status: "disabled" });
  await onPage(open(client), async (page) => {
    await button(page, "Enable").waitFor();
    await change(client, { description: "By another" });
    await button(page, "Enable").click();
    await outdated(page).waitFor();
    assert.equal((await read(client)).attributes.status, "disabled");
    await button(page, "Load its current state").click();
    await outdated(page).waitFor({ state: "detached" });
    await button(page, "Enable").click();
    await says(page, "The App Client is enabled.");
  });
});
