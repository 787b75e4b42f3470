// Every view, in light and dark, wide and narrow: no violation, and nothing beyond the width.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import test from "node:test";

import {
  allow, ask, BUILDER_ADMIN, button, field, newClient, newRole, onPage, open, openRole, PROXIED, refusal,
  roleOf, service,
} from "./setup.mjs";
import { violations } from "./service.mjs";

// Not awaited here: the tests of the next files would then start after the end of these.
const client = newClient("Nightly import from the northern warehouse");
const detail = async () => open(await client);
const role = client.then(() =>
  newRole("Imports from warehouses", allow("*", "IAM:M2MClient:*"), "Manages the App Clients of imports"),
);
const granted = role.then(({ id }) =>
  newClient("With roles", [roleOf(BUILDER_ADMIN), roleOf(id)], allow("*", "IAM:Role:*")),
);
const roleDetail = async () => openRole(await role);
const press = (page, name) => button(page, name).click();
const ready = (page) => page.getByRole("button", { name: "Rotate secret" }).waitFor();

/** Each view: its path, how to reach it from there, and how the browser differs. */
const VIEWS = {
  list: [() => "/", (page) => page.locator(".clients > li").first().waitFor()],
  "list-empty": [
    () => "/",
    async (page) => {
      await page.locator(".clients > li").first().waitFor();
      await field(page, "Name starts with").fill("No name starts with this");
      await page.locator("#found").filter({ hasText: "No matching App Clients." }).waitFor();
    },
  ],
  detail: [detail, ready],
  create: [() => "/#/new", (page) => page.getByLabel("Name", { exact: true }).waitFor()],
  confirmation: [
    detail,
    async (page) => {
      await press(page, "Delete");
      await page.getByRole("dialog").waitFor();
    },
  ],
  secret: [
    detail,
    async (page) => {
      await press(page, "Rotate secret");
      await page.getByRole("dialog").getByRole("button", { name: "Rotate secret" }).click();
      await page.getByRole("heading", { name: "Client secret" }).waitFor();
      await page.getByRole("status").filter({ hasText: "rotated" }).waitFor();
    },
  ],
  overlap: [detail, (page) => ask(page, "Rotate secret")],
  secrets: [
    detail,
    async (page) => {
      const dialog = await ask(page, "Rotate secret");
      await field(dialog, "works for 7 more days").check();
      await button(dialog, "Rotate secret").click();
      await page.getByText("ends soon").waitFor();
    },
  ],
  "secret-end": [
    detail,
    async (page) => {
      const dialog = await ask(page, "Add a secret");
      await dialog.getByText("replaces the most recent one").waitFor();
      await field(dialog, "A number of days from now").check();
      await field(dialog, "Days, 30 to 365").fill("7");
      await button(dialog, "Add a secret").click();
      await dialog.getByRole("alert").waitFor();
    },
  ],
  outdated: [
    detail,
    async (page) => {
      await ready(page);
      await field(page, "Description").fill("By this person");
      const { id } = await client;
      const attributes = { description: `By another, ${Math.random()}` };
      await service.api("PATCH", `/auth/app-clients/${id}`, { type: "auth/app-clients", attributes });
      await press(page, "Save changes");
      await button(page, "Load its current state").waitFor();
    },
  ],
  reloaded: [
    detail,
    async (page) => {
      await VIEWS.outdated[1](page);
      await press(page, "Load its current state");
      await page.locator("#hint-description").waitFor();
    },
  ],
  error: [
    detail,
    async (page) => {
      await ready(page);
      await page.getByLabel("Name", { exact: true }).fill("");
      await press(page, "Save changes");
      await page.locator("#problem-name").waitFor();
    },
  ],
  missing: [
    () => "/#/clients/50678f92-e79c-49f4-b711-0ebef92289e6",
    (page) => page.getByRole("alert").waitFor(),
  ],
  granted: [
    async () => open(await granted),
    async (page) => {
      await ready(page);
      await press(page, "Add a role");
      await page.getByLabel("Role 3").waitFor();
    },
  ],
  roles: [() => "/#/roles", (page) => page.locator("#found").filter({ hasText: "Showing" }).waitFor()],
  role: [roleDetail, (page) => page.locator(".permissions li").first().waitFor()],
  "role-managed": [
    () => openRole({ id: BUILDER_ADMIN }),
    (page) => page.locator(".permissions li").first().waitFor(),
  ],
  "role-create": [
    () => "/#/roles/new",
    (page) => page.getByLabel("Name", { exact: true }).waitFor(),
  ],
  "role-broken": [
    roleDetail,
    async (page) => {
      const broken = allow(["IAM:GetRole", "IAM:Nothing"], "IAM:Role:*");
      await field(page, "Access policy").fill(JSON.stringify(broken, null, 2));
      await refusal(page, "invalid_value", () => press(page, "Save changes"));
    },
  ],
  "role-in-use": [
    roleDetail,
    async (page) => {
      const dialog = await ask(page, "Delete");
      await refusal(dialog, "role_in_use", () => button(dialog, "Delete").click());
    },
  ],
  "sign-in": [
    () => "/",
    async (page) => {
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.getByRole("alert").waitFor();
    },
    PROXIED,
  ],
};

/** Runs the checks on a view, and writes a screenshot if the caller asks for them. */
export async function assertAccessible(name, path, reach, special = {}) {
  for (const colorScheme of ["light", "dark"]) {
    for (const width of [360, 1280]) {
      const options = { ...special, colorScheme, viewport: { width, height: 900 } };
      await onPage(
        await path(),
        async (page) => {
          await reach(page);
          const where = `${name}, ${colorScheme}, ${width} px`;
          if (process.env.SCREENSHOTS) {
            mkdirSync(process.env.SCREENSHOTS, { recursive: true });
            const file = `${name}-${colorScheme}-${width}.png`;
            await page.screenshot({ path: `${process.env.SCREENSHOTS}/${file}`, fullPage: true });
          }
          const needed = await page.evaluate(() => document.documentElement.scrollWidth);
          assert.ok(needed <= width, `${where}: needs ${needed} px`);
          assert.deepEqual(await violations(page), [], where);
        },
        options,
      );
    }
  }
}

for (const [name, [path, reach, special]] of Object.entries(VIEWS)) {
  test(`the view ${name} has no accessibility violation`, () =>
    assertAccessible(name, path, reach, special));
}
