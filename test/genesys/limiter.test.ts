import { getEventListeners } from "node:events";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Limiter, type Priority, priorities } from "../../src/genesys/limiter.ts";

const minute = 60_000;
const never = new AbortController().signal;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function limiterOf(perWindow: number): Limiter {
  return new Limiter({ perWindow, now: () => Date.now() });
}

/** Asks for a start and notes who got one, and when. */
function enter(
  limiter: Limiter,
  started: { name: string; at: number }[],
  priority: Priority,
  name: string = priority,
  signal = never,
): Promise<void> {
  return limiter.acquire(priority, signal).then(() => {
    started.push({ name, at: Date.now() });
  });
}

test("never more than N starts in any 60 s, and nobody is forgotten", async () => {
  const arrival = fc.record({
    at: fc.integer({ min: 0, max: 3 * minute }),
    priority: fc.constantFrom(...priorities),
    pauseMs: fc.option(fc.integer({ min: 0, max: minute }), { freq: 8, nil: undefined }),
  });
  const scene = fc.record({
    perWindow: fc.integer({ min: 1, max: 12 }),
    arrivals: fc.array(arrival, { minLength: 1, maxLength: 60 }),
  });
  await fc.assert(
    fc.asyncProperty(scene, async ({ perWindow, arrivals }) => {
      const limiter = limiterOf(perWindow);
      const started: { name: string; at: number }[] = [];
      for (const { at, priority, pauseMs } of arrivals) {
        setTimeout(() => {
          void enter(limiter, started, priority);
          if (pauseMs !== undefined) limiter.pause(pauseMs);
        }, at);
      }
      await vi.advanceTimersByTimeAsync((6 + arrivals.length) * minute);
      expect(started).toHaveLength(arrivals.length);
      expect(limiter.waiting).toBe(0);
      expect(vi.getTimerCount()).toBe(0);
      for (const [index, { at }] of started.entries()) {
        const later = started[index + perWindow];
        if (later) expect(later.at - at).toBeGreaterThanOrEqual(minute);
      }
    }),
    { numRuns: 60 },
  );
});

test("no time is lost: a full minute's worth starts at once, the next as soon as the window allows", async () => {
  const limiter = limiterOf(3);
  const begin = Date.now();
  const started: { name: string; at: number }[] = [];
  for (let index = 0; index < 7; index++) void enter(limiter, started, "live");
  await vi.advanceTimersByTimeAsync(2 * minute);
  expect(started.map(({ at }) => at - begin)).toEqual([0, 0, 0, minute, minute, minute, 2 * minute]);
});

test("live goes before waiting, waiting before history, and within each who came first", async () => {
  const limiter = limiterOf(1);
  const started: { name: string; at: number }[] = [];
  await enter(limiter, started, "history", "first");
  for (const name of ["history 1", "waiting 1", "live 1", "history 2", "live 2", "waiting 2"]) {
    void enter(limiter, started, name.split(" ")[0] as Priority, name);
  }
  expect(limiter.waiting).toBe(6);
  await vi.advanceTimersByTimeAsync(6 * minute);
  expect(started.map(({ name }) => name)).toEqual([
    "first",
    "live 1",
    "live 2",
    "waiting 1",
    "waiting 2",
    "history 1",
    "history 2",
  ]);
});

test("a pause stops everybody, and a shorter one does not end it", async () => {
  const limiter = limiterOf(100);
  const begin = Date.now();
  const started: { name: string; at: number }[] = [];
  limiter.pause(5_000);
  limiter.pause(1_000);
  for (const priority of priorities) void enter(limiter, started, priority);
  await vi.advanceTimersByTimeAsync(4_999);
  expect(started).toEqual([]);
  limiter.pause(2_000);
  await vi.advanceTimersByTimeAsync(minute);
  expect(started.map(({ at }) => at - begin)).toEqual([6_999, 6_999, 6_999]);
});

describe("an abort", () => {
  test("takes the waiter away and nobody else, with the signal's own reason", async () => {
    const limiter = limiterOf(1);
    const started: { name: string; at: number }[] = [];
    const stop = new AbortController();
    await enter(limiter, started, "live", "first");
    const refused = expect(enter(limiter, started, "live", "gone", stop.signal)).rejects.toThrow("stopped");
    void enter(limiter, started, "live", "second");
    void enter(limiter, started, "history", "third");
    stop.abort(new Error("stopped"));
    await refused;
    expect(limiter.waiting).toBe(2);
    await vi.advanceTimersByTimeAsync(2 * minute);
    expect(started.map(({ name }) => name)).toEqual(["first", "second", "third"]);
  });

  test("before the call takes no place", async () => {
    const limiter = limiterOf(1);
    await expect(limiter.acquire("live", AbortSignal.abort(new Error("stopped")))).rejects.toThrow("stopped");
    await limiter.acquire("live", never);
    expect(limiter.waiting).toBe(0);
  });

  test("after the start changes nothing, and no listener stays behind", async () => {
    const limiter = limiterOf(2);
    const stop = new AbortController();
    const started: { name: string; at: number }[] = [];
    await enter(limiter, started, "live", "a", stop.signal);
    expect(getEventListeners(stop.signal, "abort")).toHaveLength(0);
    void limiter.acquire("live", never);
    void enter(limiter, started, "live", "b");
    stop.abort();
    expect(limiter.waiting).toBe(1);
    await vi.advanceTimersByTimeAsync(minute);
    expect(started.map(({ name }) => name)).toEqual(["a", "b"]);
  });
});

test("the platform's own limit is kept where it is lower and was enforced, a higher one never", async () => {
  const limiter = limiterOf(5);
  const begin = Date.now();
  const started: { name: string; at: number }[] = [];
  limiter.observe({ count: 1, allowed: 2, resetMs: 10_000, refused: true });
  for (let index = 0; index < 3; index++) void enter(limiter, started, "live");
  await vi.advanceTimersByTimeAsync(minute);
  expect(started.map(({ at }) => at - begin)).toEqual([0, 0, minute]);
  limiter.observe({ count: 1, allowed: 1_000, resetMs: 10_000, refused: true });
  for (let index = 0; index < 9; index++) void enter(limiter, started, "live");
  await vi.advanceTimersByTimeAsync(0);
  expect(started).toHaveLength(3 + 4);
  await vi.advanceTimersByTimeAsync(2 * minute);
});

test("what others used up is waited for until the platform's next window", async () => {
  const limiter = limiterOf(300);
  const begin = Date.now();
  const started: { name: string; at: number }[] = [];
  limiter.observe({ count: 300, allowed: 300, resetMs: 10_000, refused: false });
  for (const priority of priorities) void enter(limiter, started, priority);
  await vi.advanceTimersByTimeAsync(minute);
  expect(started.map(({ at }) => at - begin)).toEqual([10_000, 10_000, 10_000]);
});

test("by itself it runs on the monotonic clock", async () => {
  const limiter = new Limiter({ perWindow: 1 });
  await limiter.acquire("live", never);
  let second = false;
  const waiting = limiter.acquire("live", never).then(() => {
    second = true;
  });
  vi.setSystemTime(Date.now() + 10 * minute);
  await vi.advanceTimersByTimeAsync(minute - 1);
  expect(second).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  await waiting;
});
