import { statSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import type { quickConversation } from "../../src/simulator/player.ts";
import { until } from "../harness.ts";
import { hasChromium, launch, openPage, says } from "./chromium.ts";
import { begin, deadLetter, endCall, token } from "./scene.ts";

const picture = fileURLToPath(new URL("../../docs/page.png", import.meta.url));

/** What ends, over and over; every fifth gets no log. */
const kinds: readonly Parameters<typeof quickConversation>[1][] = [
  { queue: "Helder Storingen" },
  { queue: "Noordlicht Chat", medium: "message" },
  { queue: "Helder Verhuizen" },
  { queue: "Noordlicht Service" },
  { attributes: {} },
  { queue: "Noordlicht Service" },
  { queue: "Noordlicht Chat", medium: "message" },
  { queue: "Helder Facturen" },
  { queue: "Helder Facturen" },
  { attributes: { customerNumber: "HLD-2", authenticated: "false" } },
];
/** How late each transcript is: most come soon, a few take their time. */
const delays = Array.from(
  { length: 60 },
  (_, n) => 30 + Math.round((4_500 * ((n * 37) % 60) ** 4) / 60 ** 4),
);

/* `PAGE_PICTURE=1 npx vitest run test/page/picture.test.ts` takes the README's picture anew. */
test.runIf(hasChromium && process.env.PAGE_PICTURE)("the picture of the README", async () => {
  await using scene = await begin({ token });
  const { world } = scene;
  await using browser = await launch();
  await using watched = await openPage(browser, scene.url, { viewport: { width: 1_120, height: 1_280 } });
  const { page } = watched;
  await page.getByRole("textbox", { name: "Token" }).fill(token);
  await page.keyboard.press("Enter");
  await says(page, "live");
  for (const [n, transcriptDelayMs] of delays.entries()) {
    endCall(world, { ...kinds[n % kinds.length], transcriptDelayMs });
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
  const posted = delays.filter((_, n) => (n % kinds.length) % 5 !== 4).length;
  await world.backend.waitFor(posted, 15_000);
  await deadLetter(scene);
  endCall(world, { transcriptDelayMs: Number.POSITIVE_INFINITY });
  await page.getByRole("button", { name: "Replay" }).waitFor();
  await until(async () => (await page.getByText("recorded: transcript").count()) > 0, "one that waits");
  await page.evaluate("scrollTo(0, 0); document.activeElement.blur()");
  writeFileSync(picture, await page.screenshot());
  expect(statSync(picture).size).toBeLessThan(200_000);
});
