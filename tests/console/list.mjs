// How a person finds App Clients.

import assert from "node:assert/strict";
import test from "node:test";

import { BUILDER_ADMIN, button, field, newClient, onPage, service } from "./setup.mjs";

const LIST = /\/auth\/app-clients\?/;

const found = (page, text) => page.locator("#found").filter({ hasText: text }).waitFor();
const names = (page) => page.locator(".clients > li a").allInnerTexts();

/** The queries of the list that the page sends. */
function queriesOf(page) {
  const queries = [];
  page.on("request", (request) => {
    if (LIST.test(request.url())) queries.push(new URL(request.url()).searchParams);
  });
  return queries;
}

test("a search by name asks the service once after the typing", async () => {
  for (const name of ["Found alone", "FOUND together", "found together 2"]) await newClient(name);
  await onPage("/", async (page) => {
    await found(page, "Showing");
    await page.clock.install();
    await page.clock.pauseAt(Date.now() + 60_000);
    const queries = queriesOf(page);
    await field(page, "Name starts with").pressSequentially("fOUNd tog");
    await page.clock.runFor(200);
    await found(page, "Searching");
    assert.equal(queries.length, 0);
    await page.clock.runFor(300);
    await found(page, "Showing all matching App Clients: 2.");
    assert.deepEqual(await names(page), ["FOUND together", "found together 2"]);
    assert.deepEqual(queries.map((query) => query.get("filter[name]")), ["fOUNd tog"]);
    await field(page, "Name starts with").fill("found nowhere");
    await page.clock.runFor(500);
    await found(page, "No matching App Clients.");
    assert.equal(await page.locator("#found").getAttribute("aria-live"), "polite");
  });
});

test("an answer that arrives late does not replace a later one", async () => {
  await newClient("Late answer");
  await newClient("Latest answer");
  await onPage("/", async (page) => {
    await found(page, "Showing");
    let release;
    const held = new Promise((resolve) => (release = resolve));
    let isReleased;
    const late = new Promise((resolve) => (isReleased = resolve));
    await page.route(LIST, async (route) => {
      const query = new URL(route.request().url()).searchParams;
      const response = await route.fetch();
      if (query.get("filter[name]") === "Late") {
        await held;
        // The page may have cancelled the request.
        await route.fulfill({ response }).catch(() => {});
        isReleased();
      } else {
        await route.fulfill({ response });
      }
    });
    const first = page.waitForRequest(/Late&|Late$/);
    await field(page, "Name starts with").fill("Late");
    await first;
    await field(page, "Name starts with").fill("Latest");
    await found(page, "Showing all matching App Clients: 1.");
    release();
    await late;
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))));
    assert.deepEqual(await names(page), ["Latest answer"]);
  });
});

test("the list is filtered by status and role, and sorted", async () => {
  const clients = [];
  for (const name of ["Sorted b", "Sorted a", "Sorted C"]) clients.push(await newClient(name));
  const [, second, third] = clients.map(({ id }) => `/auth/app-clients/${id}`);
  const disabled = { type: "auth/app-clients", attributes: { status: "disabled" } };
  await service.api("PATCH", second, disabled);
  const role = { data: { type: "auth/roles", id: "c58f27a6-0d9b-4e61-b3f4-718a6e5d2c04" } };
  const demoted = { type: "auth/app-clients", relationships: { "auth/roles": role } };
  await service.api("PATCH", third, demoted);
  await onPage("/", async (page) => {
    const choose = async (label, option, expected) => {
      await field(page, label).selectOption(option);
      await found(page, `matching App Clients: ${expected.length}.`);
      const rows = page.locator(".clients > li a");
      await rows.first().filter({ hasText: expected[0] }).waitFor();
      assert.deepEqual(await names(page), expected);
    };
    await field(page, "Name starts with").fill("sorted ");
    await choose("Order", "Name, A to Z", ["Sorted a", "Sorted b", "Sorted C"]);
    await choose("Order", "Name, Z to A", ["Sorted C", "Sorted b", "Sorted a"]);
    await choose("Status", "disabled", ["Sorted a"]);
    await choose("Status", "enabled", ["Sorted C", "Sorted b"]);
    await choose("Role", "Permissionless", ["Sorted C"]);
    await choose("Role", "Builder Admin", ["Sorted b"]);
    await page.getByRole("link", { name: "Sorted b" }).click();
    await page.getByRole("link", { name: "All App Clients" }).click();
    // The search is still there.
    await found(page, "matching App Clients: 1.");
    assert.equal(await field(page, "Role").inputValue(), BUILDER_ADMIN);
    await choose("Role", "Any", ["Sorted C", "Sorted b"]);
    await field(page, "Name starts with").fill("");
    await field(page, "Order").selectOption("Newest first");
    await page.locator(".clients > li").nth(5).waitFor();
    const { data } = await service.api("GET", "/auth/app-clients?sort=-createdAt");
    const expected = data.filter(({ attributes }) => attributes.status === "enabled");
    assert.equal((await names(page))[0], expected[0].attributes.name);
  });
});

test("short pages are followed until a page is full, and the focus goes on with the list", async () => {
  const template = await newClient("Short page");
  const client = (number) => {
    const id = `${template.id.slice(0, -4)}${1000 + number}`;
    return { ...template, id, attributes: { ...template.attributes, name: `Short ${number}` } };
  };
  // How many clients each page has. The third one is refused the first time.
  const pages = [1, 0, 20, 2];
  let isRefused = false;
  await onPage("/", async (page) => {
    await found(page, "Showing");
    const queries = queriesOf(page);
    await page.route(LIST, (route) => {
      const after = Number(new URL(route.request().url()).searchParams.get("page[after]") ?? 0);
      if (after === 2 && !isRefused) {
        isRefused = true;
        const problem = { status: "503", title: "Unavailable", detail: "Try again later." };
        return route.fulfill({ status: 503, json: { errors: [problem] } });
      }
      const before = pages.slice(0, after).reduce((sum, size) => sum + size, 0);
      const data = Array.from({ length: pages[after] }, (_, index) => client(before + index));
      const next = `/auth/app-clients?page[after]=${after + 1}`;
      return route.fulfill({ json: { data, links: { next: after < 3 ? next : null } } });
    });
    await field(page, "Role").selectOption("Builder Admin");
    await page.getByRole("alert").filter({ hasText: "Try again later." }).waitFor();
    await button(page, "Try again").click();
    await found(page, "Showing the first 21 matching App Clients. There may be more.");
    assert.equal(queries.length, 4);
    await button(page, "Load more").click();
    await found(page, "Showing all matching App Clients: 23.");
    assert.equal(await page.locator(".clients > li").count(), 23);
    assert.equal(await page.evaluate(() => document.activeElement.textContent), "Short 21");
    await button(page, "Load more").waitFor({ state: "detached" });
  });
});
