import { expect, test } from "vitest";
import type { Contact } from "../../src/model.ts";
import { Board } from "../../src/page/board.ts";
import { boundsSeconds, createFeed } from "../../src/page/feed.ts";

const contact = (key: string): Contact => ({
  key,
  conversationId: key,
  medium: "voice",
  startedAt: 0,
  endedAt: 1_000,
  agents: [],
  legs: [],
  transcribed: true,
  window: { from: 0, to: 1_000 },
});
const delivery = (key: string) => ({
  key,
  brand: "helder",
  medium: "voice",
  destination: "main",
  endedAt: 1_000,
});
const usage = { inputTokens: 1, cachedInputTokens: 0, outputTokens: 1, requests: 1 };
const written = {
  summary: { model: "m", promptVersion: "v", confidence: 1, review: { needed: false, reasons: [] } },
  drafted: { parts: 1, repaired: undefined },
  usage,
  findings: [],
  redactions: {},
  suspects: [],
};
const cost = { cost: undefined, currency: "EUR" };

/** Bars that count something, by their upper bound in seconds. */
function counted(bars: readonly number[] | undefined): Record<string, number> {
  const entries = (bars ?? []).map((n, bar) => [String(boundsSeconds[bar] ?? "more"), n] as const);
  return Object.fromEntries(entries.filter(([, n]) => n > 0));
}

test("the way from an end to its post is measured whole and in its parts, by medium", () => {
  let now = 1_000;
  const { listener, latency } = createFeed(() => now);
  now += 90;
  listener.ended?.(contact("c"), "helder");
  now += 4_000;
  listener.wrote?.(contact("c"), "helder", written, cost);
  now += 40_000;
  listener.posted?.(delivery("c"), 201, false);
  const { voice } = latency();
  expect(counted(voice?.["end to recorded"])).toEqual({ "0.1": 1 });
  expect(counted(voice?.["recorded to written"])).toEqual({ "5": 1 });
  expect(counted(voice?.["written to posted"])).toEqual({ "60": 1 });
  expect(counted(voice?.["end to posted"])).toEqual({ "60": 1 });
  now += 86_400_000;
  listener.posted?.(delivery("from before the start"), 201, false);
  expect(counted(latency().voice?.["end to posted"])).toEqual({ "60": 1, more: 1 });
  expect(counted(latency().voice?.["written to posted"])).toEqual({ "60": 1 });
});

test("what a destination did not want is no post", () => {
  const { listener, latency } = createFeed();
  listener.posted?.(delivery("c"), 200, false, "no_note_wanted");
  expect(latency()).toEqual({});
});

test("channels and circuits as they stand, and the last ten gaps", () => {
  let now = 0;
  const { listener, signals } = createFeed(() => ++now);
  listener.channelState?.(0, true, "start");
  listener.channelState?.(0, false, "silence");
  listener.circuit?.("helder main", "open");
  listener.circuit?.("model", "closed");
  for (let gap = 0; gap < 30; gap++) listener.gapOpened?.("silence", gap);
  listener.gapFilled?.("restart", 5);
  const { channels, circuits, gaps } = signals();
  expect(channels).toEqual({ "0": { isWell: false, at: 2 } });
  expect(circuits).toEqual({ "helder main": { isWell: false, at: 3 }, model: { isWell: true, at: 4 } });
  expect(gaps).toHaveLength(10);
  expect(gaps.slice(0, 2)).toEqual([
    { state: "filled", reason: "restart", lengthMs: 5, at: 35 },
    { state: "opened", reason: "silence", lengthMs: 29, at: 34 },
  ]);
});

test("memory is bounded: of 100,000 contacts under way the times of 2,000 are kept", () => {
  const { listener, latency } = createFeed(() => 2_000);
  for (let n = 0; n < 100_000; n++) listener.ended?.(contact(`c${n}`), "helder");
  for (let n = 99_999; n >= 0; n--) listener.wrote?.(contact(`c${n}`), "helder", written, cost);
  const bars = latency().voice;
  expect(counted(bars?.["end to recorded"])).toEqual({ "1": 100_000 });
  expect(counted(bars?.["recorded to written"])).toEqual({ "0.1": 2_000 });
});

test("a board tells what changed since, however long ago", () => {
  const board = new Board();
  board.put({ a: 1, b: { c: [2] } });
  const first = board.version;
  expect(JSON.parse(board.since(0) ?? "")).toEqual({ a: 1, b: { c: [2] } });
  expect(board.since(first)).toBeUndefined();
  board.put({ a: 1, b: { c: [2] } });
  expect(board.version).toBe(first);
  board.put({ a: 2, b: { c: [2] }, 'd"': null });
  board.put({ a: 3, 'd"': null });
  expect(JSON.parse(board.since(first) ?? "")).toEqual({ a: 3, 'd"': null });
});
