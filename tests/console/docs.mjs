// The API reference at /docs.

import assert from "node:assert/strict";
import test from "node:test";

import { assertAccessible } from "./accessibility.mjs";
import { newClient, onPage, service } from "./setup.mjs";

const button = (scope, name) => scope.getByRole("button", { name, exact: true });

const operation = (page, id) => page.locator(`[id$="-${id}"]`);

async function shown(page) {
  await page.getByRole("heading", { name: /^Latchkey/ }).waitFor();
  await operation(page, "listAppClients").waitFor();
}

async function openDialog(page) {
  await shown(page);
  await page.getByRole("button", { name: /^Authorize/ }).first().click();
  await page.locator(".dialog-ux").waitFor();
}

/** The part of the dialog that gets a token. */
const grant = (page) => page.locator(".auth-container").filter({ hasText: "clientCredentials" });

async function authorize(page) {
  await openDialog(page);
  await grant(page).getByRole("button", { name: /Authorize|Apply/ }).click();
  await grant(page).getByRole("button", { name: /Logout|Remove/ }).waitFor();
}

async function tryList(page) {
  const list = operation(page, "listAppClients");
  await list.locator(".opblock-summary-control").click();
  await button(list, "Execute").click();
  await list.locator(".live-responses-table").waitFor();
  return list;
}

test("a person gets a token on /docs and tries a call with it", async () => {
  const client = await newClient("Listed on /docs");
  await onPage("/docs", async (page) => {
    const answer = page.waitForResponse((answer) => answer.url().endsWith("/oauth/token"));
    await authorize(page);
    assert.equal((await answer).status(), 200);
    await page.locator(".close-modal").click();
    const list = await tryList(page);
    const live = await list.locator(".live-responses-table").innerText();
    assert.match(live, /^200\b/m);
    assert.ok(live.includes(client.id) || live.includes(service.clientId), live);
    const stored = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
    assert.equal(stored, "[{},{}]");
    assert.ok(!page.url().includes("lk_secret_"));
  });
});

test("a person gets a token on /docs with the keyboard", () =>
  onPage("/docs", async (page) => {
    await shown(page);
    await page.getByRole("button", { name: "Authorize", exact: true }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor();
    await page.keyboard.press("Enter");
    await grant(page).getByRole("button", { name: "Logout" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    assert.match(await page.evaluate(() => document.activeElement.textContent), /Authorize/);
  }));

test("false credentials on /docs get the service's words, and no password dialog", () =>
  onPage("/docs", async (page) => {
    await openDialog(page);
    await page.getByLabel("client_secret:").fill("lk_secret_wrong");
    await grant(page).getByRole("button", { name: "Authorize" }).click();
    await grant(page).getByText("Unauthorized").waitFor();
  }));

for (const [name, reach] of Object.entries({
  "docs": shown,
  "docs-dialog": openDialog,
  "docs-authorized": authorize,
  "docs-operation": async (page) => {
    await shown(page);
    await operation(page, "updateAppClient").locator(".opblock-summary-control").click();
    await operation(page, "updateAppClient").locator(".responses-wrapper").waitFor();
  },
  "docs-tried": async (page) => {
    await authorize(page);
    await page.locator(".close-modal").click();
    await tryList(page);
  },
})) {
  test(`the view ${name} has no accessibility violation`, () => assertAccessible(name, () => "/docs", reach));
}
