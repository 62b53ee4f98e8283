import { statSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import type { quickConversation } from "../../src/simulator/player.ts";
import { until } from "../harness.ts";
import { hasChromium, launch, openPage, says } from "./chromium.ts";
import { begin, deadLetter, endCall, token } from "./scene.ts";

const picture = fileURLToPath(new URL("../../docs/page.png", import.meta.url));

/* `PAGE_PICTURE=1 npx vitest run test/page/picture.test.ts` takes the README's picture anew. */
test.runIf(hasChromium && process.env.PAGE_PICTURE)("the picture of the README", async () => {
  await using scene = await begin({ token });
  const { world } = scene;
  await using browser = await launch();
  await using watched = await openPage(browser, scene.url, { viewport: { width: 1_120, height: 1_180 } });
  const { page } = watched;
  await page.getByRole("textbox", { name: "Token" }).fill(token);
  await page.keyboard.press("Enter");
  await says(page, "live");
  const others: Parameters<typeof quickConversation>[1][] = [
    { attributes: {} },
    { queue: "Noordlicht Service" },
    { queue: "Noordlicht Chat", medium: "message" },
    { attributes: { customerNumber: "HLD-2", authenticated: "false" } },
    { queue: "Helder Storingen" },
    { queue: "Noordlicht Chat", medium: "message" },
    { queue: "Helder Verhuizen", transcriptDelayMs: 600 },
    { queue: "Noordlicht Service" },
  ];
  for (const one of others) {
    endCall(world, one);
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
  await world.backend.waitFor(6);
  await deadLetter(scene);
  endCall(world, { transcriptDelayMs: Number.POSITIVE_INFINITY });
  await page.getByRole("button", { name: "Replay" }).waitFor();
  await until(async () => (await page.getByText("recorded: transcript").count()) > 0, "one that waits");
  await page.evaluate("scrollTo(0, 0); document.activeElement.blur()");
  writeFileSync(picture, await page.screenshot());
  expect(statSync(picture).size).toBeLessThan(200_000);
});
