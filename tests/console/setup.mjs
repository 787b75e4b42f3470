// What the tests share: one service, one browser.

import assert from "node:assert/strict";
import { after } from "node:test";

import { startBrowser, startService } from "./service.mjs";

const service = await startService();
const browser = await startBrowser();
after(async () => {
  await browser.close();
  service.stop();
});

const BUILDER_ADMIN = "6f1c0f2e-52f5-4a7c-9f0d-2c7c9f1f3a01";
const PERMISSIONLESS = "c58f27a6-0d9b-4e61-b3f4-718a6e5d2c04";

const roleOf = (id) => ({ type: "auth/roles", id });

/** Creates an App Client, and returns it with its secret. */
async function newClient(name, roles = roleOf(BUILDER_ADMIN), accessPolicy = undefined) {
  const document = {
    type: "auth/app-clients",
    attributes: { type: "machine_to_machine", name, userType: "builder", accessPolicy },
    relationships: { "auth/roles": { data: roles } },
  };
  return (await service.api("POST", "/auth/app-clients", document)).data;
}

/** A policy that allows these actions on a resource. */
const allow = (action, resource) => ({ rule: [{ effect: "Allow", action, resource }] });

/** Creates a role, and returns it. */
async function newRole(name, accessPolicy, description = "") {
  const document = { type: "auth/roles", attributes: { name, description, accessPolicy } };
  return (await service.api("POST", "/auth/roles", document)).data;
}

/**
 * Runs `use` on a page in a browser without history. Fails if the page asks another origin for
 * anything, or if its policy blocks something.
 */
async function onPage(path, use, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: service.url });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const wrong = [];
  page.on("pageerror", (error) => wrong.push(`error: ${error.message}`));
  page.on("console", (message) => {
    // A refused request is no fault of the page.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) {
      wrong.push(`console: ${message.text()}`);
    }
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(`${service.url}/`) && !request.url().startsWith("data:")) {
      wrong.push(`request: ${request.url()}`);
    }
  });
  try {
    await page.goto(service.url + path);
    await use(page);
    assert.deepEqual(wrong, []);
  } finally {
    await context.close();
  }
}

/** Requests as if through a proxy: the service gives them no credentials. */
const PROXIED = { extraHTTPHeaders: { "X-Forwarded-For": "192.0.2.1" } };

const open = (client) => `/#/clients/${client.id}`;
const openRole = (role) => `/#/roles/${role.id}`;

/** Signs in as an App Client, on a page that gets no credentials from the service. */
async function signIn(page, { attributes }) {
  await field(page, "Client ID").fill(attributes.clientId);
  await field(page, "Client secret").fill(attributes.clientSecret);
  await button(page, "Sign in").click();
}

/** Clicks, and returns the alert in the scope that has the words of the service's refusal with this code. */
async function refusal(scope, code, click) {
  const page = scope.page?.() ?? scope;
  const refused = page.waitForResponse((response) => response.status() >= 400);
  await click();
  const [error] = (await (await refused).json()).errors;
  assert.equal(error.code, code);
  const alert = scope.getByRole("alert").filter({ hasText: error.detail });
  await alert.waitFor();
  return alert;
}

/** The text that is selected in a text area. */
const selected = (area) =>
  area.evaluate(({ value, selectionStart, selectionEnd }) => value.slice(selectionStart, selectionEnd));
const button = (scope, name) => scope.getByRole("button", { name, exact: true });
const field = (scope, label) => scope.getByLabel(label, { exact: true });

/** Opens a dialog with the button `name`. */
async function ask(page, name) {
  await page.getByRole("button", { name }).click();
  return page.getByRole("dialog");
}

/** Waits until the page's message contains the text. */
const says = (page, text) => page.getByRole("status").filter({ hasText: text }).waitFor();

const copied = (page) => page.evaluate(() => navigator.clipboard.readText());

export {
  allow, ask, browser, BUILDER_ADMIN, button, copied, field, newClient, newRole, onPage, open, openRole,
  PERMISSIONLESS, PROXIED, refusal, roleOf, says, selected, service, signIn,
};
