// The secrets of an App Client in the console.

import assert from "node:assert/strict";
import test from "node:test";

import {
  ask, button, copied, field, newClient, onPage, open, PROXIED, says, service,
} from "./setup.mjs";

const DAY = 86_400;

const rows = (page) => page.getByRole("region", { name: "Secrets" }).getByRole("listitem");

const stored = async ({ id }) => (await service.api("GET", `/auth/app-clients/${id}/secrets`)).data;

/** Adds a secret with the dialog, and returns it. */
async function added(page, inDialog = async () => {}) {
  const dialog = await ask(page, "Add a secret");
  await inDialog(dialog);
  await button(dialog, "Add a secret").click();
  await dialog.waitFor({ state: "detached" });
  await says(page, "A secret is added.");
  await button(page, "Copy client secret").click();
  await says(page, "Copied");
  return copied(page);
}

/** Chooses an end in a dialog. */
async function chooseDays(dialog, days) {
  await field(dialog, "A number of days from now").check();
  await field(dialog, "Days, 30 to 365").fill(days);
}

const isInDays = (seconds, days) => {
  const difference = seconds - Date.now() / 1000 - days * DAY;
  assert.ok(Math.abs(difference) < 120, `${difference} s`);
};

test("the secrets are listed with what is known of them", async () => {
  const client = await newClient("With secrets");
  const { clientId, clientSecret } = client.attributes;
  await onPage(open(client), async (page) => {
    await rows(page).filter({ hasText: `…${clientSecret.slice(-4)}` }).waitFor();
    const text = await rows(page).innerText();
    assert.match(text, /Created .+\. No end\. Never used\./);
    assert.ok(!text.includes("ends soon") && !text.includes("most recent"));
    const facts = page.locator("dl");
    assert.match(await facts.innerText(), /Last used\s+Never/);

    assert.ok(await service.newToken(clientId, clientSecret));
    await page.reload();
    await rows(page).filter({ hasText: /Last used .+ \(UTC\)\./ }).waitFor();
    const today = new Date().toISOString().slice(0, 10);
    assert.equal(await rows(page).locator("time").last().getAttribute("datetime"), today);
    assert.equal(await facts.locator("time").last().getAttribute("datetime"), today);
  });
});

test("a secret is added, and a third one replaces the most recent one", async () => {
  const client = await newClient("With more secrets");
  const { clientId, clientSecret } = client.attributes;
  await onPage(open(client), async (page) => {
    const second = await added(page, async (dialog) => {
      assert.equal(await dialog.getByText("replaces").count(), 0);
      await chooseDays(dialog, "90");
    });
    assert.ok(await service.newToken(clientId, second));
    assert.ok(await service.newToken(clientId, clientSecret));
    await rows(page).nth(1).filter({ hasText: "most recent" }).waitFor();
    assert.match(await rows(page).nth(1).innerText(), /Ends .+\./);
    isInDays((await stored(client))[1].attributes.expiresAt, 90);

    const third = await added(page, async (dialog) => {
      const most = `replaces the most recent one, …${second.slice(-4)}, which stops working at once.`;
      await dialog.getByText(most).waitFor();
      // What was chosen last time is no longer chosen.
      assert.ok(await field(dialog, "No end").isChecked());
    });
    await rows(page).nth(1).filter({ hasText: `…${third.slice(-4)}` }).waitFor();
    assert.equal(await rows(page).count(), 2);
    assert.ok(await service.newToken(clientId, clientSecret));
    assert.equal(await service.newToken(clientId, second), undefined);
    assert.ok(await service.newToken(clientId, third));

    assert.ok((await page.locator("body").innerText()).includes(third));
    await page.getByRole("link", { name: "All App Clients" }).click();
    await page.goBack();
    await rows(page).first().waitFor();
    assert.ok(!(await page.content()).includes(third));
  });
});

test("the end of a secret is changed, within its bounds", async () => {
  const client = await newClient("With an end");
  await onPage(open(client), async (page) => {
    let dialog = await ask(page, /^Change the end/);
    assert.ok(await field(dialog, "No end").isChecked());
    for (const days of ["29", "366", "", "1e2", "45.5"]) {
      await chooseDays(dialog, days);
      await button(dialog, "Change the end").click();
      await dialog.getByRole("alert").filter({ hasText: "from 30 to 365" }).waitFor();
      assert.equal((await stored(client))[0].attributes.expiresAt, null);
    }
    await chooseDays(dialog, "30");
    await page.keyboard.press("Enter");
    await says(page, "The end of the secret is changed.");
    await rows(page).filter({ hasText: /Ends .+\./ }).waitFor();
    isInDays((await stored(client))[0].attributes.expiresAt, 30);
    assert.equal(await page.getByText("ends soon").count(), 0);

    dialog = await ask(page, /^Change the end/);
    await field(dialog, "No end").check();
    await button(dialog, "Change the end").click();
    await rows(page).filter({ hasText: "No end." }).waitFor();
    assert.equal((await stored(client))[0].attributes.expiresAt, null);
  });
});

test("an old secret works on for the time that is chosen, and ends soon", async () => {
  const client = await newClient("Overlapped");
  const { clientId, clientSecret } = client.attributes;
  await onPage(open(client), async (page) => {
    const dialog = await ask(page, "Rotate secret");
    assert.ok(await field(dialog, "stops working at once").isChecked());
    await field(dialog, "works for 1 more day").check();
    await button(dialog, "Rotate secret").click();
    await button(page, "Copy client secret").click();
    await says(page, "Copied");
    const secret = await copied(page);
    assert.ok(await service.newToken(clientId, secret));
    assert.ok(await service.newToken(clientId, clientSecret));
    await rows(page).first().filter({ hasText: "ends soon" }).waitFor();
    assert.ok(!(await rows(page).nth(1).innerText()).includes("ends soon"));
    isInDays((await stored(client))[0].attributes.expiresAt, 1);

    // The next rotation ends both.
    const older = `The older secret, …${clientSecret.slice(-4)}, stops working at once in any case.`;
    await (await ask(page, "Rotate secret")).getByText(older).waitFor();
    assert.ok(await field(dialog, "stops working at once").isChecked());
    await button(dialog, "Rotate secret").click();
    await rows(page).nth(1).waitFor({ state: "detached" });
    assert.equal(await service.newToken(clientId, secret), undefined);
    assert.equal(await service.newToken(clientId, clientSecret), undefined);
  });
});

test("a secret is deleted only after a confirmation that names it", async () => {
  const client = await newClient("With a leaked secret");
  const { clientId, clientSecret } = client.attributes;
  await onPage(open(client), async (page) => {
    const name = `Delete the secret …${clientSecret.slice(-4)}`;
    const dialog = page.getByRole("dialog", { name: `${name} of With a leaked secret?` });
    await ask(page, name);
    await dialog.getByText("It is the only one.").waitFor();
    await button(dialog, "Cancel").click();
    await dialog.waitFor({ state: "detached" });
    assert.ok(await service.newToken(clientId, clientSecret));
    await ask(page, name);
    await button(dialog, "Delete the secret").click();
    await says(page, "The secret is deleted.");
    await page.getByText("This App Client has no secret.").waitFor();
    assert.equal(await service.newToken(clientId, clientSecret), undefined);
    // The button that opened the dialog is gone.
    await page.waitForFunction(() => document.activeElement.tagName === "H1");
    assert.equal(await button(page, "Rotate secret").count(), 0);
    assert.ok(await service.newToken(clientId, await added(page)));
  });
});

test("the console signs in with the secret that replaces its own", async () => {
  const own = await newClient("Signed in with a replaced secret");
  const use = async (page) => {
    await page.clock.install();
    await field(page, "Client ID").fill(own.attributes.clientId);
    await field(page, "Client secret").fill(own.attributes.clientSecret);
    await button(page, "Sign in").click();
    const dialog = await ask(page, "Rotate secret");
    await field(dialog, "works for 1 more hour").check();
    await button(dialog, "Rotate secret").click();
    await rows(page).nth(1).waitFor();
    await added(page);
    // Its token has expired now.
    await page.clock.fastForward("02:00:00");
    await page.getByRole("link", { name: "All App Clients" }).click();
    await page.locator(".clients > li").first().waitFor();
  };
  await onPage(open(own), use, PROXIED);
});
