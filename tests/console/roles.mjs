// The roles of an org.

import assert from "node:assert/strict";
import test from "node:test";

import {
  allow, ask, BUILDER_ADMIN, button, field, newClient, newRole, onPage, openRole, PERMISSIONLESS, PROXIED,
  refusal, roleOf, says, selected, service, signIn,
} from "./setup.mjs";

const path = ({ id }) => `/auth/roles/${id}`;
const read = async (role) => (await service.api("GET", path(role))).data;

/** Another person's change. */
const change = (role, attributes) =>
  service.api("PATCH", path(role), { type: "auth/roles", id: role.id, attributes });

const READ_CLIENTS = allow(["IAM:GetM2MClient", "IAM:ListAllM2MClients"], "IAM:M2MClient:*");

const rows = (page) => page.locator(".roles > li");
const names = (page) => page.locator(".roles > li a").allInnerTexts();
const permissions = (page) => page.locator(".permissions code").allInnerTexts();
const policyOf = async (page) => JSON.parse(await field(page, "Access policy").inputValue());

test("the roles are listed, and the managed ones are marked", async () => {
  const role = await newRole("Listed", READ_CLIENTS, "Reads clients");
  await onPage("/", async (page) => {
    await page.getByRole("link", { name: "Roles", exact: true }).click();
    await rows(page).filter({ hasText: "Listed" }).filter({ hasText: "Reads clients" }).waitFor();
    const managed = await rows(page).filter({ hasText: "managed" }).locator("a").allInnerTexts();
    assert.deepEqual(managed, ["Builder Admin", "Care Team User", "Patient", "Permissionless"]);
    const { data } = await service.api("GET", "/auth/roles");
    assert.deepEqual(await names(page), data.map(({ attributes }) => attributes.name));
    await page.getByRole("link", { name: "Listed" }).click();
    await page.getByRole("heading", { name: "Listed", level: 1 }).waitFor();
    assert.ok(page.url().endsWith(role.id));
  });
});

test("every page of the list of roles is loaded", async () => {
  const role = await newRole("On a page", READ_CLIENTS);
  const page = (from, count, next) => ({
    data: Array.from({ length: count }, (_, index) => {
      const name = `Role ${from + index}`;
      return { ...role, id: `${role.id}-${from + index}`, attributes: { ...role.attributes, name } };
    }),
    links: { first: "/auth/roles", next },
  });
  await onPage("/#/roles", async (view) => {
    await rows(view).first().waitFor();
    await view.route(/\/auth\/roles(\?.*)?$/, (route) => {
      const isNext = route.request().url().includes("after");
      return route.fulfill({ json: isNext ? page(100, 7, null) : page(0, 100, "/auth/roles?page[after]=x") });
    });
    await view.getByRole("link", { name: "Create a role" }).click();
    await view.getByRole("link", { name: "All roles" }).click();
    await view.locator("#found").filter({ hasText: "Showing all roles: 107." }).waitFor();
    assert.equal(await rows(view).count(), 107);
  });
});

test("a new role's page shows the permissions of its policy, and App Clients can have the role", () =>
  onPage("/#/roles", async (page) => {
    await page.getByRole("link", { name: "Create a role" }).click();
    await field(page, "Name").fill("Created in the console");
    await field(page, "Description").fill("By a person");
    await field(page, "Access policy").fill(JSON.stringify(READ_CLIENTS));
    const request = page.waitForRequest((request) => request.method() === "POST");
    await button(page, "Create").click();
    await page.getByRole("heading", { name: "Created in the console", level: 1 }).waitFor();
    await says(page, "Created in the console is created.");
    const attributes = { name: "Created in the console", description: "By a person", accessPolicy: READ_CLIENTS };
    const document = { data: { type: "auth/roles", attributes } };
    assert.deepEqual(JSON.parse((await request).postData()), document);
    assert.deepEqual(await permissions(page), ["IAM:GetM2MClient", "IAM:ListAllM2MClients"]);
    assert.deepEqual(await policyOf(page), READ_CLIENTS);

    await page.getByRole("link", { name: "App Clients", exact: true }).click();
    await page.getByRole("link", { name: "Create an App Client" }).click();
    await field(page, "Role").selectOption("Created in the console");
    await page.locator("#field-roles-hint").filter({ hasText: "By a person" }).waitFor();
  }));

test("a role without a policy permits nothing", () =>
  onPage("/#/roles/new", async (page) => {
    await field(page, "Name").fill("Without a policy");
    await button(page, "Create").click();
    await page.getByText("The access policy permits no action.").waitFor();
    assert.deepEqual(await policyOf(page), { rule: [] });
  }));

test("a role is changed in the state that is shown, and only what was changed is sent", async () => {
  const role = await newRole("Changed role", READ_CLIENTS);
  await onPage(openRole(role), async (page) => {
    const changed = allow("IAM:GetRole", "IAM:Role:*");
    await field(page, "Access policy").fill(JSON.stringify(changed));
    assert.equal(await field(page, "Name").count(), 0);
    const sent = page.waitForRequest((request) => request.method() === "PATCH");
    await button(page, "Save changes").click();
    await says(page, "The changes are saved.");
    const request = await sent;
    assert.match(await request.headerValue("If-Match"), /^".+"$/);
    const data = { type: "auth/roles", id: role.id, attributes: { accessPolicy: changed } };
    assert.deepEqual(JSON.parse(request.postData()), { data });
    assert.deepEqual(await permissions(page), ["IAM:GetRole"]);

    await field(page, "Access policy").fill("");
    await button(page, "Save changes").click();
    await page.getByText("The access policy permits no action.").waitFor();
  });
  assert.deepEqual((await read(role)).attributes.accessPolicy, { rule: [] });
});

test("a person does not overwrite another one's change of a role", async () => {
  const role = await newRole("Edited role", READ_CLIENTS);
  await onPage(openRole(role), async (page) => {
    const mine = allow("IAM:GetRole", "IAM:Role:*");
    await field(page, "Access policy").fill(JSON.stringify(mine));
    await change(role, { description: "By another", accessPolicy: { rule: [] } });
    await button(page, "Save changes").click();
    const outdated = page.getByRole("alert").filter({ hasText: "This page is out of date." });
    await outdated.waitFor();
    await button(page, "Load its current state").click();
    await outdated.waitFor({ state: "detached" });
    assert.equal(await field(page, "Description").inputValue(), "By another");
    assert.deepEqual(await policyOf(page), mine);
    assert.match(await page.locator("#hint-accessPolicy").innerText(), /^Changed meanwhile\. Now: \{\s*"rule": \[\]/);
    await button(page, "Save changes").click();
    await says(page, "The changes are saved.");

    const dialog = await ask(page, "Delete");
    await change(role, { description: "By another again" });
    await button(dialog, "Delete").click();
    await dialog.getByRole("alert").filter({ hasText: "This page is out of date." }).waitFor();
  });
  const { description, accessPolicy } = (await read(role)).attributes;
  assert.deepEqual([description, accessPolicy], ["By another again", allow("IAM:GetRole", "IAM:Role:*")]);
});

/** Broken policies: the text, the line and place that the problem names, and what is selected. */
const BROKEN = {
  "an unknown action": [
    '{"rule": [\n  {"effect": "Allow", "action": ["IAM:GetRole",\n    "IAM:Nothing"], "resource": "IAM:Role:*"}\n]}',
    "Line 3, rule/0/action/1: ",
    '"IAM:Nothing"',
  ],
  "a missing effect": [
    '{"rule": [\n  {"effect": "Deny", "action": "*", "resource": "*"},\n  {"action": "*", "resource": "*"}\n]}',
    "Line 3, rule/1/effect: ",
    '{"action": "*", "resource": "*"}',
  ],
  "a rule that is no array": ['{\n"rule": {"]": "}"}}', "Line 2, rule: ", '{"]": "}"}'],
};

for (const [what, [text, place, selection]] of Object.entries(BROKEN)) {
  test(`the problem of a broken policy stands at its place: ${what}`, async () => {
    const role = await newRole(`With ${what}`, READ_CLIENTS);
    await onPage(openRole(role), async (page) => {
      const policy = field(page, "Access policy");
      await policy.fill(text);
      const problem = await refusal(page, "invalid_value", () => button(page, "Save changes").click());
      assert.equal(await problem.getAttribute("id"), "problem-accessPolicy");
      assert.ok((await problem.innerText()).startsWith(place), await problem.innerText());
      assert.equal(await policy.getAttribute("aria-invalid"), "true");
      assert.match(await policy.getAttribute("aria-describedby"), /problem-accessPolicy/);
      assert.equal(await page.evaluate(() => document.activeElement.id), "field-accessPolicy");
      assert.equal(await selected(policy), selection);
    });
    assert.deepEqual((await read(role)).attributes.accessPolicy, READ_CLIENTS);
  });
}

test("a policy that is no JSON is not sent", () =>
  onPage("/#/roles/new", async (page) => {
    const sent = [];
    await field(page, "Name").fill("Never created");
    page.on("request", (request) => sent.push(request.url()));
    await field(page, "Access policy").fill('{"rule": [}');
    await button(page, "Create").click();
    await page.locator("#problem-accessPolicy").filter({ hasText: "This is not JSON:" }).waitFor();
    assert.equal(await field(page, "Access policy").inputValue(), '{"rule": [}');
    assert.equal(await page.evaluate(() => document.activeElement.id), "field-accessPolicy");
    assert.deepEqual(sent, []);
  }));

test("a managed role is shown and cannot be changed", () =>
  onPage(openRole({ id: BUILDER_ADMIN }), async (page) => {
    await page.getByRole("heading", { name: "Builder Admin", level: 1 }).waitFor();
    const { attributes } = await read({ id: BUILDER_ADMIN });
    assert.deepEqual(await permissions(page), attributes.permissions);
    assert.ok(attributes.permissions.includes("IAM:CreateM2MClient"));
    const shown = await page.getByRole("region", { name: "Access policy as JSON" }).innerText();
    assert.deepEqual(JSON.parse(shown), attributes.accessPolicy);
    await page.getByText("It cannot be changed.").waitFor();
    assert.equal(await page.locator("main").locator("input, textarea, select, form").count(), 0);
    assert.equal(await button(page, "Delete").count(), 0);
    assert.ok(!(await page.content()).includes("auth:"));
  }));

test("a refused change of a managed role has the service's words", () =>
  onPage("/#/roles", async (page) => {
    // The console offers no change of a managed role. So it must take this one for another.
    await page.route(/\/auth\/roles\/[^/]+$/, async (route) => {
      if (route.request().method() !== "GET") return route.fallback();
      const response = await route.fetch();
      const json = await response.json();
      json.data.attributes.isManaged = false;
      await route.fulfill({ response, json });
    });
    await page.getByRole("link", { name: "Patient" }).click();
    await field(page, "Description").fill("Mine");
    await refusal(page, "managed_role", () => button(page, "Save changes").click());
    const dialog = await ask(page, "Delete");
    await refusal(dialog, "managed_role", () => button(dialog, "Delete").click());
  }));

test("a name that is taken has the service's words", async () => {
  await newRole("Taken", READ_CLIENTS);
  await onPage("/#/roles/new", async (page) => {
    for (const name of ["tAKEN", "Builder admin"]) {
      await field(page, "Name").fill(name);
      await refusal(page, "name_taken", () => button(page, "Create").click());
      assert.equal(await field(page, "Name").inputValue(), name);
    }
    await field(page, "Name").fill("x".repeat(65));
    const problem = await refusal(page, "invalid_value", () => button(page, "Create").click());
    assert.equal(await problem.getAttribute("id"), "problem-name");
  });
});

test("one role too many has the service's words", () =>
  onPage("/#/roles/new", async (page) => {
    // The service answers so from the 1,001st role on.
    const errors = [{ status: "409", code: "too_many_roles", title: "Too many", detail: "1,000 roles." }];
    await page.route(/\/auth\/roles$/, (route) =>
      route.request().method() === "POST"
        ? route.fulfill({ status: 409, json: { errors } })
        : route.fallback(),
    );
    await field(page, "Name").fill("One too many");
    await refusal(page, "too_many_roles", () => button(page, "Create").click());
  }));

test("a role is deleted only after a confirmation that names it, and only if no App Client has it", async () => {
  const role = await newRole("Short-lived role", READ_CLIENTS);
  const client = await newClient("With a role", roleOf(role.id));
  await onPage(openRole(role), async (page) => {
    const dialog = page.getByRole("dialog", { name: "Delete Short-lived role?" });
    await ask(page, "Delete");
    const used = await refusal(dialog, "role_in_use", () => button(dialog, "Delete").click());
    assert.match(await used.innerText(), /\b1\b/);
    await button(dialog, "Cancel").click();
    await dialog.waitFor({ state: "detached" });
    await service.api("DELETE", `/auth/app-clients/${client.id}`);
    await ask(page, "Delete");
    await button(dialog, "Delete").click();
    await says(page, "Short-lived role is deleted.");
    await page.getByRole("heading", { name: "Roles", level: 1 }).waitFor();
    await page.locator("#found").filter({ hasText: "Showing" }).waitFor();
    assert.ok(!(await names(page)).includes("Short-lived role"));
  });
  assert.ok((await service.api("GET", path(role))).errors);
});

test("a role that gives more than the person holds is refused in the service's words", async () => {
  const managing = await newRole("Manages roles", allow("*", "IAM:Role:*"));
  const person = await newClient("Manages roles", roleOf(managing.id));
  await onPage("/#/roles/new", async (page) => {
    await signIn(page, person);
    await field(page, "Name").fill("Stronger");
    await field(page, "Access policy").fill(JSON.stringify(allow("*", "*")));
    const problem = await refusal(page, "exceeds_permissions", () => button(page, "Create").click());
    assert.match(await problem.innerText(), /403/);
    await field(page, "Access policy").fill(JSON.stringify(allow("*", "IAM:Role:*")));
    await button(page, "Create").click();
    await says(page, "Stronger is created.");
  }, PROXIED);
});

test("an App Client that may not list the roles can use the console", async () => {
  const managing = await newRole("Manages clients", allow("*", "IAM:M2MClient:*"));
  const person = await newClient("Manages clients", roleOf(managing.id));
  const client = await newClient("Managed without roles", roleOf(PERMISSIONLESS));
  await onPage(`/#/clients/${client.id}`, async (page) => {
    await signIn(page, person);
    await page.getByRole("heading", { name: "Managed without roles", level: 1 }).waitFor();
    assert.equal(await field(page, "Role").inputValue(), PERMISSIONLESS);
    await field(page, "Description").fill("Changed without roles");
    await button(page, "Save changes").click();
    await says(page, "The changes are saved.");
    await refusal(page, "insufficient_scope", () =>
      page.getByRole("link", { name: "Roles", exact: true }).click(),
    );
  }, PROXIED);
});
