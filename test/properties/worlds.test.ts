import { expect, test } from "vitest";
import { playWorld } from "../fuzz/world.ts";

/*
 * Conversations made up at random, told as the platform tells them: snapshots that are dropped, doubled and overtaken,
 * answers that lag behind, fields that are left out or spelled otherwise. `npm run test:faults fuzz` plays many more.
 */

test("every conversation made up at random is posted once where it is to be, as it was, and never otherwise", async () => {
  const { violations, posted } = await playWorld({ seed: 1, conversations: 25 });
  expect(violations).toEqual([]);
  expect(posted).toBeGreaterThan(8);
});

test("whatever damage is done to what is told, nothing is unforeseen, nothing is posted twice, the balance holds", async () => {
  const { violations, posted } = await playWorld({ seed: 2, conversations: 25, damaged: true });
  expect(violations).toEqual([]);
  expect(posted).toBeGreaterThan(2);
});
