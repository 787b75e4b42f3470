// The roles and the inline policy of an App Client.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import test from "node:test";

import {
  allow, ask, BUILDER_ADMIN, button, copied, field, newClient, newRole, onPage, open, PERMISSIONLESS,
  PROXIED, refusal, roleOf, says, selected, service, signIn,
} from "./setup.mjs";

const POLICY = "Inline access policy";
const READ_ROLES = allow(["IAM:GetRole", "IAM:ListAllRoles"], "IAM:Role:*");
const READ_CLIENTS = allow("IAM:GetM2MClient", "IAM:M2MClient:*");

const path = ({ id }) => `/auth/app-clients/${id}`;
const read = async (client) => (await service.api("GET", path(client))).data;
const rolesOf = ({ relationships }) => relationships["auth/roles"].data;

/** Clicks, and returns the document that the page sends. */
async function sent(page, method, name) {
  const request = page.waitForRequest((request) => request.method() === method);
  await button(page, name).click();
  return JSON.parse((await request).postData()).data;
}

const roleIds = (page) => page.locator(".role select").evaluateAll((all) => all.map(({ value }) => value));

test("one role is sent as an object, and several as an array", async () => {
  const role = await newRole("Second role", READ_ROLES, "Reads roles");
  await onPage("/#/new", async (page) => {
    await field(page, "Name").fill("With several roles");
    await button(page, "Add a role").click();
    const second = field(page, "Role 2");
    await second.waitFor();
    await page.waitForFunction(() => document.activeElement.id === "field-roles-2");
    await second.selectOption("Second role");
    await page.locator("#field-roles-2-hint").filter({ hasText: "Reads roles" }).waitFor();
    assert.match(await second.getAttribute("aria-describedby"), /field-roles-2-hint/);
    const created = await sent(page, "POST", "Create");
    assert.deepEqual(rolesOf(created), [roleOf(PERMISSIONLESS), roleOf(role.id)]);
    await page.getByRole("heading", { name: "With several roles", level: 1 }).waitFor();
    await second.waitFor();
    assert.deepEqual(await roleIds(page), [PERMISSIONLESS, role.id]);

    await field(page, "Role").selectOption("No role");
    const changed = await sent(page, "PATCH", "Save changes");
    assert.deepEqual(rolesOf(changed), roleOf(role.id));
    assert.deepEqual(changed.attributes, {});
    await says(page, "The changes are saved.");
    assert.deepEqual(await roleIds(page), [role.id]);

    await page.getByRole("link", { name: "All App Clients" }).click();
    await field(page, "Name starts with").fill("With several roles");
    await page.locator(".clients > li").filter({ hasText: "Second role, created" }).waitFor();
  });
});

test("a choice without a role is no change", async () => {
  const client = await newClient("With one role", roleOf(PERMISSIONLESS));
  await onPage(open(client), async (page) => {
    await button(page, "Add a role").click();
    await field(page, "Role 2").waitFor();
    const changed = await sent(page, "PATCH", "Save changes");
    assert.deepEqual(changed, { type: "auth/app-clients", id: client.id, attributes: {} });
  });
});

test("an App Client has no role only with an inline policy", () =>
  onPage("/#/new", async (page) => {
    await field(page, "Name").fill("Without a role");
    await field(page, "Role").selectOption("No role");
    await refusal(page, "missing", () => button(page, "Create").click());
    await field(page, POLICY).fill(JSON.stringify(READ_CLIENTS));
    const created = await sent(page, "POST", "Create");
    assert.deepEqual(rolesOf(created), []);
    assert.deepEqual(created.attributes.accessPolicy, READ_CLIENTS);
    await page.getByRole("heading", { name: "Without a role", level: 1 }).waitFor();
    assert.deepEqual(JSON.parse(await field(page, POLICY).inputValue()), READ_CLIENTS);
    assert.deepEqual(await roleIds(page), [""]);
    await page.getByRole("link", { name: "All App Clients" }).click();
    await field(page, "Name starts with").fill("Without a role");
    await page.locator(".clients > li").filter({ hasText: "No role, created" }).waitFor();
  }));

test("a role that is chosen twice has the service's words", async () => {
  const client = await newClient("With a role twice", roleOf(PERMISSIONLESS));
  await onPage(open(client), async (page) => {
    await button(page, "Add a role").click();
    await field(page, "Role 2").selectOption("Permissionless");
    const problem = await refusal(page, "invalid_value", () => button(page, "Save changes").click());
    assert.equal(await problem.getAttribute("id"), "problem-roles");
    assert.equal(await field(page, "Role").getAttribute("aria-invalid"), "true");
  });
});

test("an inline policy is added, changed and removed", async () => {
  const client = await newClient("With an inline policy", roleOf(PERMISSIONLESS));
  await onPage(open(client), async (page) => {
    const policy = field(page, POLICY);
    assert.equal(await policy.inputValue(), "");
    for (const accessPolicy of [READ_CLIENTS, READ_ROLES]) {
      await policy.fill(JSON.stringify(accessPolicy));
      const changed = await sent(page, "PATCH", "Save changes");
      assert.deepEqual(changed.attributes, { accessPolicy });
      await says(page, "The changes are saved.");
      await page.waitForFunction(() => document.querySelector("#field-accessPolicy").value.includes("\n"));
      assert.deepEqual((await read(client)).attributes.accessPolicy, accessPolicy);
    }
    await policy.fill(" \n");
    const changed = await sent(page, "PATCH", "Save changes");
    assert.deepEqual(changed.attributes, { accessPolicy: null });
    await page.waitForFunction(() => document.querySelector("#field-accessPolicy").value === "");
  });
  assert.ok(!Object.hasOwn((await read(client)).attributes, "accessPolicy"));
});

test("the problem of a broken inline policy stands at its place", async () => {
  const client = await newClient("With a broken policy", roleOf(PERMISSIONLESS));
  await onPage(open(client), async (page) => {
    const broken = allow(["IAM:GetM2MClient", "IAM:Nothing"], "IAM:M2MClient:*");
    await field(page, POLICY).fill(JSON.stringify(broken, null, 2));
    const problem = await refusal(page, "invalid_value", () => button(page, "Save changes").click());
    assert.match(await problem.innerText(), /^Line 7, rule\/0\/action\/1: /);
    assert.equal(await selected(field(page, POLICY)), '"IAM:Nothing"');
  });
});

test("a person sees which roles and which policy another one has set meanwhile", async () => {
  const client = await newClient("Granted by two", roleOf(PERMISSIONLESS));
  await onPage(open(client), async (page) => {
    await field(page, "Role").selectOption("Patient");
    await field(page, POLICY).fill(JSON.stringify(READ_CLIENTS));
    await service.api("PATCH", path(client), {
      type: "auth/app-clients",
      id: client.id,
      attributes: { accessPolicy: READ_ROLES },
      relationships: { "auth/roles": { data: [roleOf(PERMISSIONLESS), roleOf(BUILDER_ADMIN)] } },
    });
    await button(page, "Save changes").click();
    await button(page, "Load its current state").click();
    const now = page.locator("#hint-roles");
    await now.filter({ hasText: "Changed meanwhile. Now: Permissionless, Builder Admin" }).waitFor();
    assert.match(await page.locator("#hint-accessPolicy").innerText(), /Now: .*IAM:GetRole/s);
    await button(page, "Save changes").click();
    await says(page, "The changes are saved.");
  });
  const { attributes, relationships } = await read(client);
  assert.deepEqual(attributes.accessPolicy, READ_CLIENTS);
  assert.equal(relationships["auth/roles"].data.id, "3e9d5b74-1f0a-4c2b-a6d8-94e7b2c85d03");
});

test("a grant of more than the person holds is refused in the service's words", async () => {
  const managing = await newRole("Manages weak clients", {
    rule: [
      { effect: "Allow", action: "*", resource: "IAM:M2MClient:*" },
      { effect: "Allow", action: "IAM:ListAllRoles", resource: "IAM:Role:*" },
    ],
  });
  const person = await newClient("Manages weak clients", roleOf(managing.id));
  const weak = await newClient("Weak", roleOf(PERMISSIONLESS));
  const strong = await newClient("Strong");
  await onPage(open(weak), async (page) => {
    await signIn(page, person);
    const save = () => button(page, "Save changes").click();
    await field(page, "Role").selectOption("Builder Admin");
    await refusal(page, "exceeds_permissions", save);
    await field(page, "Role").selectOption("Permissionless");
    await field(page, POLICY).fill(JSON.stringify(allow("*", "*")));
    await refusal(page, "exceeds_permissions", save);
    await field(page, POLICY).fill(JSON.stringify(READ_CLIENTS));
    await save();
    await says(page, "The changes are saved.");

    await page.goto(service.url + open(strong));
    const dialog = await ask(page, "Rotate secret");
    await refusal(dialog, "exceeds_permissions", () => button(dialog, "Rotate secret").click());
  }, PROXIED);
  assert.equal(rolesOf(await read(weak)).id, PERMISSIONLESS);
});

test("the four steps create an App Client with the same roles and the same policy", async () => {
  const role = await newRole("Step's role", READ_ROLES);
  const client = await newClient("Stepped", [roleOf(PERMISSIONLESS), roleOf(role.id)], READ_CLIENTS);
  const commands = [];
  await onPage(open(client), async (page) => {
    await button(page, "Delete").waitFor();
    for (const name of ["An administrator's token", "Find the role", "Create the App Client"]) {
      await button(page, `Copy command of “${name}”`).click();
      await says(page, name);
      commands.push(await copied(page));
    }
  });
  const output = execFileSync("bash", ["-euc", `{\n${commands.join("\n")}\n} | jq --slurp .`], {
    encoding: "utf8",
    env: { ...process.env, ADMIN_SECRET: service.clientSecret },
  });
  const answers = JSON.parse(output).map(({ data }) => data);
  assert.deepEqual(answers.slice(0, 2).map(({ id }) => id), [PERMISSIONLESS, role.id]);
  assert.notEqual(answers[2].id, client.id);
  assert.deepEqual(rolesOf(answers[2]), rolesOf(client));
  assert.deepEqual(answers[2].attributes.accessPolicy, READ_CLIENTS);
});
