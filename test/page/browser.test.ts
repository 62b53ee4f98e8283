import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { listen } from "../../src/simulator/loopback.ts";
import { expectQuiet, hasChromium, launch, openPage, rowOf, says } from "./chromium.ts";
import { faintTexts } from "./contrast.ts";
import { begin, deadLetter, endCall, token } from "./scene.ts";

let browser: Browser;
beforeAll(async () => {
  if (hasChromium) browser = await launch();
});
afterAll(async () => await browser?.close());

const focused = (page: Page) =>
  page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()") as Promise<string>;

describe.skipIf(!hasChromium)("in Chromium", () => {
  test("it follows the daemon: a contact appears, waits, and is posted without a reload", async () => {
    await using scene = await begin();
    const { world, url } = scene;
    await using watched = await openPage(browser, scene.url);
    const { page } = watched;
    await says(page, "live");
    await says(page, "hears every end");
    await says(page, "None: nothing waits for a person.");
    world.backend.fail({ status: 503, headers: { "retry-after": "2" }, times: 1 });
    const id = endCall(world);
    const row = rowOf(page, "Last contacts", id);
    await row.getByText("written: destination error").waitFor();
    await row.getByText("posted").waitFor();
    const all = page.getByRole("region", { name: "Balance" }).getByRole("row", { name: "all brands" });
    await expect.poll(() => all.getByRole("cell").allTextContents()).toEqual(["1", "1", "0", "0", "0"]);
    await page.getByRole("img", { name: /^end to posted, voice: 1 contacts/ }).waitFor();
    await page.getByLabel("from").selectOption("end to recorded");
    await page.getByRole("img", { name: /^end to recorded, voice: 1 contacts/ }).waitFor();
    const told = page.getByRole("status", { name: "Summary" });
    await told.getByText("1 posted of 1 ended, 0 dead letters").waitFor({ timeout: 8_000 });
    expect(watched.asked.filter(({ pathname }) => pathname === "/")).toHaveLength(1);
    expectQuiet(watched, url);
  });

  test("a contact opens its explanation, and closes it with the keyboard", async () => {
    await using scene = await begin();
    const id = endCall(scene.world);
    await scene.world.backend.waitFor(1);
    await using watched = await openPage(browser, scene.url);
    const { page } = watched;
    const button = page.getByRole("button", { name: id });
    await button.focus();
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: `What happened to ${id}` });
    for (const step of ["noticed", "recorded", "written", "posted"]) {
      await dialog.getByRole("rowheader", { name: step, exact: true }).waitFor();
    }
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
    expect(await focused(page)).toBe(id);
    expectQuiet(watched, scene.url);
  });

  test("with a token it asks for it, says when it is wrong, and keeps it in the tab alone", async () => {
    await using scene = await begin({ token });
    const id = await deadLetter(scene);
    await using watched = await openPage(browser, scene.url);
    const { page, context } = watched;
    await says(page, "the token is needed");
    expect(await focused(page)).toBe("token");
    expect(await page.content()).not.toContain(id);
    for (const wrong of ["another-token-of-16", "tökén…"]) {
      await page.getByRole("textbox", { name: "Token" }).fill(wrong);
      await page.keyboard.press("Enter");
      await page.getByRole("alert").getByText("That is not the token.").waitFor();
    }
    await page.getByRole("textbox", { name: "Token" }).fill(token);
    await page.getByRole("button", { name: "Look" }).click();
    await rowOf(page, "Dead letters", id).waitFor();
    expect(page.url()).not.toContain(token);
    expect(await context.cookies()).toEqual([]);
    expect(await page.evaluate("localStorage.length")).toBe(0);
    await page.reload();
    await rowOf(page, "Dead letters", id).waitFor();
    await using other = await openPage(browser, scene.url);
    await says(other.page, "the token is needed");
    await page.getByRole("button", { name: "Forget the token" }).click();
    await says(page, "the token is needed");
    expectQuiet(watched, scene.url, [/401 \(Unauthorized\)/]);
  });

  test("it replays a dead letter, and the backend gets it", async () => {
    await using scene = await begin({ token });
    const id = await deadLetter(scene);
    await using watched = await openPage(browser, scene.url);
    const { page } = watched;
    await page.getByRole("textbox", { name: "Token" }).fill(token);
    await page.keyboard.press("Enter");
    const row = rowOf(page, "Dead letters", id);
    await row.getByText("subcategory unknown").waitFor();
    await page.getByRole("button", { name: `Replay ${id} to main` }).click();
    await says(page, `Replayed ${id}`);
    const [taken] = await scene.world.backend.waitFor(1);
    expect(taken?.key).toBe(id);
    await says(page, "None: nothing waits for a person.");
    await rowOf(page, "Last contacts", id).getByText("posted").waitFor();
    expectQuiet(watched, scene.url, [/401 \(Unauthorized\)/]);
  });

  test("without a token it shows dead letters, and no way to replay them", async () => {
    await using scene = await begin();
    const id = await deadLetter(scene);
    await using watched = await openPage(browser, scene.url);
    const { page } = watched;
    await rowOf(page, "Dead letters", id).waitFor();
    await says(page, "They cannot be replayed from here");
    expect(await page.getByRole("button", { name: /^Replay/ }).count()).toBe(0);
    expectQuiet(watched, scene.url);
  });

  test("a log's text is shown where http.showLogs allows it, and nowhere else", async () => {
    for (const showLogs of [true, false]) {
      await using scene = await begin({ showLogs });
      const id = await deadLetter(scene);
      await using watched = await openPage(browser, scene.url);
      const { page } = watched;
      await rowOf(page, "Dead letters", id).getByRole("button").first().click();
      await page.getByRole("dialog").getByText("a dead letter").first().waitFor();
      expect(await page.getByText('"description"').count()).toBe(showLogs ? 1 : 0);
      expectQuiet(watched, scene.url);
    }
  });

  test("a daemon that is gone is said to be gone, and followed again when it is back", async () => {
    await using scene = await begin({ port: await freePort() });
    await using watched = await openPage(browser, scene.url);
    const { page } = watched;
    await says(page, "live");
    await scene.daemon.stop();
    await says(page, /connection lost, trying again in/);
    const again = scene.world.start();
    await again.connected();
    const id = endCall(scene.world);
    await page.getByText("live", { exact: true }).waitFor({ timeout: 12_000 });
    await rowOf(page, "Last contacts", id).waitFor();
    expectQuiet(watched, scene.url, [/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED/]);
  });

  test("it has landmarks, headings, captions and names, and a tab order that follows it", async () => {
    await using scene = await begin();
    const id = await deadLetter(scene);
    await using watched = await openPage(browser, scene.url, { reducedMotion: "reduce" });
    const { page } = watched;
    await rowOf(page, "Dead letters", id).waitFor();
    for (const role of ["banner", "main"] as const) expect(await page.getByRole(role).count()).toBe(1);
    expect(await page.getByRole("heading", { level: 1 }).allTextContents()).toEqual(["contactlogd"]);
    const heads = ["Balance", "State", "Time taken", "Dead letters", "Last contacts"];
    expect(await page.getByRole("heading", { level: 2 }).allTextContents()).toEqual(heads);
    for (const name of heads) expect(await page.getByRole("region", { name }).count()).toBeGreaterThan(0);
    const named =
      "[...document.querySelectorAll('table')].every((one) => one.caption.textContent.length > 10)";
    expect(await page.evaluate(named)).toBe(true);
    expect(await page.getByRole("status").count()).toBeGreaterThan(2);
    const nameless = await page.evaluate(
      "[...document.querySelectorAll('button, select, input')].filter((one) => !one.labels?.length && !one.textContent.trim()).length",
    );
    expect(nameless).toBe(0);
    const visited: string[] = [];
    for (let stop = 0; stop < 8; stop++) {
      await page.keyboard.press("Tab");
      visited.push(await focused(page));
      const outline = await page.evaluate("getComputedStyle(document.activeElement).outlineStyle");
      expect([visited.at(-1), outline]).toEqual([visited.at(-1), "solid"]);
    }
    expect(visited[0]).toBe("Skip to the content");
    expect(visited[1]).toBe("period");
    expect(visited[3]).toBe("span");
    expect(visited[5]).toBe(id);
    expect(await page.evaluate("getComputedStyle(document.querySelector('main')).transitionDuration")).toBe(
      "0s",
    );
    expectQuiet(watched, scene.url);
  });

  test.each(["light", "dark"] as const)(
    "in %s every text stands out, at 360 px nothing is cut off",
    async (colorScheme) => {
      await using scene = await begin();
      const id = await deadLetter(scene);
      endCall(scene.world);
      await scene.world.backend.waitFor(1);
      await using watched = await openPage(browser, scene.url, {
        colorScheme,
        viewport: { width: 360, height: 800 },
      });
      const { page } = watched;
      await rowOf(page, "Dead letters", id).waitFor();
      await page.getByRole("img").waitFor();
      const paper = String(await page.evaluate("getComputedStyle(document.body).backgroundColor"));
      expect(Number(/\d+/.exec(paper)?.[0]) > 128).toBe(colorScheme === "light");
      expect(await page.evaluate(faintTexts)).toEqual([]);
      const wider =
        "[...document.querySelectorAll('html, .scroll')].filter((one) => one.checkVisibility() && one.scrollWidth > one.clientWidth).map((one) => one.ariaLabel ?? 'page')";
      expect(await page.evaluate(wider)).toEqual([]);
      await rowOf(page, "Last contacts", id).getByRole("cell", { name: "dead letter" }).waitFor();
      await page.getByRole("button", { name: id }).first().click();
      await page.getByRole("dialog").waitFor();
      expect(await page.evaluate(faintTexts)).toEqual([]);
      expectQuiet(watched, scene.url);
    },
  );
});

async function freePort(): Promise<number> {
  await using one = await listen(() => {});
  return Number(new URL(one.url).port);
}
