// What a person does in the console.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";

import {
  BUILDER_ADMIN, button, copied, field, newClient, onPage, open, PROXIED, says, service,
} from "./setup.mjs";

const message = (page) => page.getByRole("status").innerText();

test("the console signs in by itself and lists the App Clients", () =>
  onPage("/", async (page) => {
    const links = page.getByRole("listitem").getByRole("link");
    await links.first().waitFor();
    const first = await service.api("GET", `/auth/app-clients`);
    assert.equal(await links.first().innerText(), first.data[0].attributes.name);
  }));

test("the ID and the client ID are copied with one button each", async () => {
  const client = await newClient("Copied");
  await onPage(open(client), async (page) => {
    await button(page, "Copy ID").click();
    await says(page, "Copied the ID.");
    assert.equal(await copied(page), client.id);
    await button(page, "Copy client ID").click();
    await says(page, "Copied the client ID.");
    assert.equal(await copied(page), client.attributes.clientId);
  });
});

/** What a page of this origin could find after the view is left. */
const kept = (page) =>
  page.evaluate(() =>
    JSON.stringify([
      document.documentElement.outerHTML,
      [...document.querySelectorAll("input, textarea")].map((input) => input.value),
      { ...localStorage },
      { ...sessionStorage },
      document.cookie,
      location.href,
      document.title,
      history.state,
      performance.getEntries().map((entry) => entry.name),
    ]),
  );

test("a new App Client's secret is shown once and gone when the view is left", () =>
  onPage("/", async (page) => {
    await page.getByRole("link", { name: "Create an App Client" }).click();
    // The steps follow the form.
    const steps = page.locator("aside");
    await steps.filter({ hasText: "filter[name]=Permissionless" }).waitFor();
    await field(page, "Name").fill("Created in the console");
    await steps.filter({ hasText: '"name": "Created in the console"' }).waitFor();
    await field(page, "Description").fill("By a person");
    await field(page, "Role").selectOption("Care Team User");
    await button(page, "Create").click();
    await page.getByRole("heading", { name: "Created in the console", level: 1 }).waitFor();
    await button(page, "Copy client secret").click();
    const secret = await copied(page);
    assert.match(secret, /^lk_secret_[0-9A-Za-z]{49}$/);
    const clientId = await page.locator("dd code").nth(1).innerText();
    assert.ok(await service.newToken(clientId, secret));
    assert.ok((await steps.innerText()).includes(secret));

    await page.getByRole("link", { name: "All App Clients" }).click();
    await page.getByRole("heading", { name: "App Clients", level: 1 }).waitFor();
    assert.ok(!(await kept(page)).includes(secret));
    await page.goBack();
    await page.getByRole("heading", { name: "Created in the console", level: 1 }).waitFor();
    await button(page, "Rotate secret").waitFor();
    assert.ok(!(await kept(page)).includes(secret));
    await page.reload();
    await button(page, "Rotate secret").waitFor();
    const text = await kept(page);
    assert.ok(!text.includes(secret) && !text.includes("lk_secret_"));
  }));

test("a rotated secret is shown once, and the old one no longer works", async () => {
  const client = await newClient("Rotated");
  const { clientId, clientSecret } = client.attributes;
  await onPage(open(client), async (page) => {
    await button(page, "Rotate secret").click();
    await page.getByRole("dialog").getByRole("heading", { name: "Rotated" }).waitFor();
    await page.getByRole("dialog").getByRole("button", { name: "Rotate secret" }).click();
    await button(page, "Copy client secret").click();
    await says(page, "Copied the client secret.");
    const secret = await copied(page);
    assert.notEqual(secret, clientSecret);
    assert.ok(await service.newToken(clientId, secret));
    assert.equal(await service.newToken(clientId, clientSecret), undefined);
    await page.getByRole("link", { name: "API reference" }).click();
    await page.goBack();
    await button(page, "Rotate secret").waitFor();
    assert.ok(!(await kept(page)).includes(secret));
  });
});

test("an App Client is disabled and enabled", async () => {
  const client = await newClient("Switched");
  const status = async () =>
    (await service.api("GET", `/auth/app-clients/${client.id}`)).data.attributes.status;
  await onPage(open(client), async (page) => {
    await button(page, "Disable").click();
    await page.getByRole("dialog").getByRole("button", { name: "Disable" }).click();
    await says(page, "The App Client is disabled.");
    assert.equal(await status(), "disabled");
    await button(page, "Enable").click();
    await says(page, "The App Client is enabled.");
    assert.equal(await status(), "enabled");
  });
});

test("role, lifetime and quota are changed, and nothing else", async () => {
  const client = await newClient("Changed");
  await onPage(open(client), async (page) => {
    await field(page, "Role").selectOption("Permissionless");
    await field(page, "Access token lifetime, in seconds").fill("900");
    await field(page, "Token quota, in tokens per hour").fill("7");
    const request = page.waitForRequest((request) => request.method() === "PATCH");
    await button(page, "Save changes").click();
    await says(page, "The changes are saved.");
    const { data } = JSON.parse((await request).postData());
    assert.deepEqual(data.attributes, { accessTokenLifetime: 900, tokenQuota: 7 });
  });
  const { data } = await service.api("GET", `/auth/app-clients/${client.id}`);
  const { accessTokenLifetime, tokenQuota } = data.attributes;
  assert.deepEqual([accessTokenLifetime, tokenQuota], [900, 7]);
  assert.notEqual(data.relationships["auth/roles"].data.id, BUILDER_ADMIN);
});

/** Waits until the page has removed its dialog. The dialog loses its role earlier, when it is closed. */
const isGone = (page) => page.locator("dialog").waitFor({ state: "detached" });

test("an App Client is deleted only after a confirmation that names it", async () => {
  const client = await newClient("Short-lived");
  await onPage(open(client), async (page) => {
    const dialog = page.getByRole("dialog", { name: "Delete Short-lived?" });
    await button(page, "Delete").click();
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await isGone(page);
    assert.ok((await service.api("GET", `/auth/app-clients/${client.id}`)).data);
    await button(page, "Delete").click();
    await dialog.getByRole("button", { name: "Delete" }).click();
    await says(page, "Short-lived is deleted.");
  });
  assert.ok((await service.api("GET", `/auth/app-clients/${client.id}`)).errors);
});

test("an error of the API stands beside the field that caused it", async () => {
  const client = await newClient("Faulty");
  await onPage(open(client), async (page) => {
    const quota = field(page, "Token quota, in tokens per hour");
    await quota.fill("0");
    await field(page, "Name").fill(" ");
    await button(page, "Save changes").click();
    const problem = page.locator("#problem-tokenQuota");
    await problem.waitFor();
    assert.match(await problem.innerText(), /between 1 and/);
    assert.equal(await quota.getAttribute("aria-invalid"), "true");
    assert.match(await quota.getAttribute("aria-describedby"), /problem-tokenQuota/);
    await page.locator("#problem-name").waitFor();
    // The first field with an error gets the focus.
    assert.equal(await page.evaluate(() => document.activeElement.id), "field-name");
    await field(page, "Access token lifetime, in seconds").fill("soon");
    await button(page, "Save changes").click();
    await page.locator("#problem-accessTokenLifetime").waitFor();
  });
});

test("an App Client that does not exist gets the API's words", () =>
  onPage("/#/clients/50678f92-e79c-49f4-b711-0ebef92289e6", async (page) => {
    await page.getByRole("alert").filter({ hasText: "404" }).waitFor();
  }));

const HOSTILE = `<img src=x onerror="document.title='run'"><b>O'Brien</b> $(touch run) \`touch run\``;

test("a name full of HTML is shown as text", async () => {
  const client = await newClient(HOSTILE);
  await onPage(open(client), async (page) => {
    await button(page, "Delete").click();
    await page.getByRole("dialog").waitFor();
    assert.equal(await page.getByRole("heading", { level: 1 }).innerText(), HOSTILE);
    assert.equal(await page.locator("dialog .name").innerText(), HOSTILE);
    assert.equal(await page.locator("img, .name b, pre b").count(), 0);
    await page.keyboard.press("Escape");
    await page.getByRole("link", { name: "All App Clients" }).click();
    await field(page, "Name starts with").fill(HOSTILE);
    await page.getByRole("link", { name: HOSTILE }).waitFor();
    assert.equal(await page.locator("img, .name b").count(), 0);
    assert.notEqual(await page.title(), "run");
  });
});

test("the four steps work when pasted, with the real values filled in", async () => {
  const client = await newClient(HOSTILE);
  const commands = [];
  await onPage(open(client), async (page) => {
    await button(page, "Delete").waitFor();
    for (const copy of await page.locator("aside button").all()) {
      await copy.click();
      await says(page, await copy.locator(".hidden").innerText());
      commands.push(await copied(page));
    }
    assert.ok(!(await page.locator("aside").innerText()).includes("lk_secret_"));
  });
  assert.equal(commands.length, 5);
  const directory = mkdtempSync(join(tmpdir(), "console-"));
  const output = execFileSync("bash", ["-euc", commands.join("\necho\n")], {
    cwd: directory,
    encoding: "utf8",
    env: {
      ...process.env,
      ADMIN_SECRET: service.clientSecret,
      CLIENT_SECRET: client.attributes.clientSecret,
    },
  });
  const [role, created, called] = output
    .split("\n")
    .filter((line) => line)
    .map((line) => JSON.parse(line).data);
  assert.equal(role.id, BUILDER_ADMIN);
  assert.equal(created.attributes.name, HOSTILE);
  assert.equal(called.id, client.id);
  // The name's commands did not run.
  assert.deepEqual(readdirSync(directory), []);
  rmdirSync(directory);
});

test("the steps contain a secret only while it is shown", async () => {
  const client = await newClient("Stepwise");
  await onPage(open(client), async (page) => {
    await button(page, "Rotate secret").click();
    await page.getByRole("dialog").getByRole("button", { name: "Rotate secret" }).click();
    await button(page, "Copy client secret").waitFor();
    const step = page.getByRole("region", { name: "Command: Get an access token" });
    const token = execFileSync("bash", ["-euc", `${await step.innerText()}\necho $CLIENT_TOKEN`]);
    assert.match(String(token), /^eyJ/);
  });
});

test("a person can do all of it with the keyboard", () =>
  onPage("/", async (page) => {
    await page.locator(".clients > li").first().waitFor();
    /** Presses Tab until the element with this name has the focus, which must be visible. */
    const tabTo = async (role, name, scope = page) => {
      const wanted = scope.getByRole(role, { name, exact: true }).first();
      await wanted.waitFor();
      for (let presses = 0; presses < 80; presses += 1) {
        await page.keyboard.press("Tab");
        if (await wanted.evaluate((element) => element === document.activeElement)) {
          const outline = await wanted.evaluate((element) => getComputedStyle(element).outlineStyle);
          assert.notEqual(outline, "none", name);
          return;
        }
      }
      assert.fail(`Tab does not reach ${name}`);
    };
    const focus = () => page.evaluate(() => document.activeElement.textContent);

    await tabTo("link", "Create an App Client");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Create an App Client" }).waitFor();
    assert.equal(await focus(), "Create an App Client");
    await tabTo("textbox", "Name");
    await page.keyboard.type("Typed");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Client secret" }).waitFor();
    await tabTo("button", "Copy client secret");
    await page.keyboard.press("Enter");
    await says(page, "Copied the client secret.");

    await tabTo("button", "Disable");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor();
    // A second Enter confirms nothing.
    assert.equal(await focus(), "Disable Typed?");
    await page.keyboard.press("Escape");
    await isGone(page);
    assert.equal(await focus(), "Disable");
    await page.keyboard.press("Enter");
    await tabTo("button", "Disable", page.getByRole("dialog"));
    await page.keyboard.press("Enter");
    await says(page, "The App Client is disabled.");
    assert.equal(await focus(), "Enable");

    await tabTo("textbox", "Token quota, in tokens per hour");
    await page.keyboard.press("Control+A");
    await page.keyboard.type("5");
    await page.keyboard.press("Enter");
    await says(page, "The changes are saved.");
    await tabTo("link", "All App Clients");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "App Clients", level: 1 }).waitFor();
    assert.equal(await message(page), "");
  }));

test("the console goes on after it rotates its own secret, and ends after it disables itself", async () => {
  const own = await newClient("Own");
  const signIn = async (page, secret) => {
    await field(page, "Client ID").fill(own.attributes.clientId);
    await field(page, "Client secret").fill(secret);
    await button(page, "Sign in").click();
  };
  const use = async (page) => {
    await signIn(page, "lk_secret_wrong");
    await page.getByRole("alert").waitFor();
    await signIn(page, own.attributes.clientSecret);
    await page.getByText("The console is signed in as this App Client.").waitFor();
    await button(page, "Rotate secret").click();
    await page.getByRole("dialog").getByRole("button", { name: "Rotate secret" }).click();
    await button(page, "Copy client secret").waitFor();
    await button(page, "Disable").click();
    await page.getByRole("dialog").getByRole("button", { name: "Disable" }).click();
    await says(page, "The App Client is disabled.");
    await button(page, "Enable").click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
  };
  await onPage(open(own), use, PROXIED);
});
