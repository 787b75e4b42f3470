// What pages of other origins cannot do.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import test from "node:test";

import { startBrowser } from "./service.mjs";
import { browser, service } from "./setup.mjs";

/** Runs `use` on an empty page of another origin. */
async function onOtherOrigin(use) {
  const server = createServer((_, answer) => {
    answer.writeHead(200, { "Content-Type": "text/html" }).end("<!doctype html><title>Other</title>");
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  const page = await browser.newPage();
  try {
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    await use(page);
  } finally {
    await page.close();
    server.close();
  }
}

test("a page of another origin reads neither the credentials nor the API", () =>
  onOtherOrigin(async (page) => {
    const read = (path, options) =>
      page.evaluate(
        async ([url, options]) => {
          try {
            const answer = await fetch(url, options);
            return { type: answer.type, text: await answer.text() };
          } catch (error) {
            return { type: "failed", text: error.name };
          }
        },
        [service.url + path, options],
      );
    for (const path of ["/console/credentials", "/", "/auth/app-clients"]) {
      for (const credentials of ["omit", "include"]) {
        assert.equal((await read(path, { credentials })).type, "failed", path);
        const opaque = await read(path, { credentials, mode: "no-cors" });
        assert.equal(opaque.text.replace("TypeError", ""), "", path);
      }
    }
    const preflighted = { method: "DELETE", headers: { Authorization: "Bearer x" } };
    assert.equal((await read("/auth/app-clients/x", preflighted)).type, "failed");
  }));

test("a page of another origin cannot frame the console", () =>
  onOtherOrigin(async (page) => {
    for (const path of ["/", "/docs", "/console/credentials"]) {
      await page.evaluate((url) => {
        const frame = document.createElement("iframe");
        frame.src = url;
        document.body.replaceChildren(frame);
        return new Promise((loaded) => (frame.onload = loaded));
      }, service.url + path);
      const frame = page.frames().find((frame) => frame !== page.mainFrame());
      assert.equal(frame.url(), "chrome-error://chromewebdata/", path);
    }
  }));

test("another name for this machine gets no credentials, so DNS rebinding gains nothing", async () => {
  const { port } = new URL(service.url);
  const rebound = await startBrowser("--host-resolver-rules=MAP attacker.test 127.0.0.1");
  try {
    const page = await rebound.newPage();
    const url = `http://attacker.test:${port}`;
    await page.goto(`${url}/`);
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    const status = await page.evaluate(async () => (await fetch("/console/credentials")).status);
    assert.equal(status, 403);
  } finally {
    await rebound.close();
  }
});

test("the API has no ambient authority: without a token it refuses the console's own origin", async () => {
  const page = await browser.newPage();
  await page.goto(`${service.url}/`);
  await page.locator(".clients > li").first().waitFor();
  const status = await page.evaluate(async () => (await fetch("/auth/app-clients")).status);
  assert.equal(status, 401);
  assert.deepEqual(await page.context().cookies(), []);
  await page.close();
});
