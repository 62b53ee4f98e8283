import { getEventListeners } from "node:events";
import fc from "fast-check";
import { afterEach, describe, expect, test, vi } from "vitest";
import { Alarm, abortable, backoffMs, iso, retryAfter, sleep } from "../src/time.ts";

afterEach(() => {
  vi.useRealTimers();
});

describe("back-off", () => {
  test("a pause is whole, at least 1 ms, and never longer than base · 2^attempt or the longest pause", () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 100_000 }),
        fc.integer({ min: 1, max: 3_600_000 }),
        fc.integer({ min: 1, max: 90 * 86_400_000 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (attempt, baseMs, maxMs, random) => {
          const pause = backoffMs(attempt, { baseMs, maxMs }, () => random);
          expect(Number.isInteger(pause)).toBe(true);
          expect(pause).toBeGreaterThanOrEqual(1);
          expect(pause).toBeLessThanOrEqual(Math.min(maxMs, baseMs * 2 ** attempt));
        },
      ),
    );
  });

  test("the jitter is full: anything from nothing to the ceiling", () => {
    const pauseOf = (attempt: number, random: number): number =>
      backoffMs(attempt, { baseMs: 100, maxMs: 1_000 }, () => random);
    expect([0, 1, 2, 3, 4, 99].map((attempt) => pauseOf(attempt, 0.999_999))).toEqual([
      100, 200, 400, 800, 1_000, 1_000,
    ]);
    expect(pauseOf(99, 0)).toBe(1);
  });
});

describe("Retry-After", () => {
  const now = Date.UTC(2026, 0, 2, 3, 4, 5);
  test.each<[what: string, value: string | undefined, expected: number | undefined]>([
    ["no header", undefined, undefined],
    ["an empty one", "", undefined],
    ["words", "soon", undefined],
    ["seconds", "7", now + 7_000],
    ["seconds with space around", " 7 ", now + 7_000],
    ["no seconds", "0", now],
    ["part of a second, rounded up", "0.0001", now + 1],
    ["an HTTP date", "Fri, 02 Jan 2026 03:05:05 GMT", now + 60_000],
    ["a date gone by", "Thu, 01 Jan 1970 00:00:00 GMT", now],
  ])("%s", (_what, value, expected) => {
    expect(retryAfter(value, now)).toBe(expected);
  });

  test("is never before now", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.nat().map(String)), (value) => {
        const asked = retryAfter(value, now);
        if (asked !== undefined) expect(asked).toBeGreaterThanOrEqual(now);
      }),
    );
  });
});

test("an instant leaves the program as ISO 8601 with milliseconds, UTC", () => {
  expect(iso(Date.UTC(2026, 0, 2, 3, 4, 5, 6))).toBe("2026-01-02T03:04:05.006Z");
});

describe("sleep", () => {
  test("ends when the signal aborts, before or while it lasts", async () => {
    await expect(sleep(60_000, AbortSignal.abort())).rejects.toThrow(/abort/i);
    const controller = new AbortController();
    const sleeping = sleep(60_000, controller.signal);
    controller.abort();
    await expect(sleeping).rejects.toThrow(/abort/i);
    expect(getEventListeners(controller.signal, "abort")).toHaveLength(0);
  });

  test("a time gone by is no wait", async () => {
    await expect(sleep(-5)).resolves.toBeUndefined();
  });
});

describe("abortable", () => {
  test("settles as the work does, and leaves no listener", async () => {
    const { signal } = new AbortController();
    expect(await abortable(Promise.resolve(1), signal)).toBe(1);
    await expect(abortable(Promise.reject(new Error("failed")), signal)).rejects.toThrow("failed");
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
  });

  test("rejects with the signal's own reason while the work goes on", async () => {
    const work = Promise.withResolvers<number>();
    const controller = new AbortController();
    const waiting = abortable(work.promise, controller.signal);
    const reason = new Error("stopped");
    controller.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    await expect(abortable(work.promise, controller.signal)).rejects.toBe(reason);
    work.resolve(1);
    expect(await work.promise).toBe(1);
  });
});

describe("an alarm", () => {
  test("remembers a wake before the wait, once", async () => {
    vi.useFakeTimers();
    const alarm = new Alarm();
    alarm.wake();
    alarm.wake();
    await alarm.wait(60_000);
    let second = false;
    const waiting = alarm.wait(60_000).then(() => {
      second = true;
    });
    await vi.advanceTimersByTimeAsync(59_999);
    expect(second).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await waiting;
  });

  test.each<[how: string, end: (alarm: Alarm, controller: AbortController) => unknown]>([
    ["a wake", (alarm) => alarm.wake()],
    ["its time", () => vi.advanceTimersByTimeAsync(1_000)],
    ["the signal, without an error", (_alarm, controller) => controller.abort()],
  ])("ends its wait by %s, and leaves no timer and no listener", async (_how, end) => {
    vi.useFakeTimers();
    const alarm = new Alarm();
    const controller = new AbortController();
    const waiting = alarm.wait(1_000, controller.signal);
    expect(vi.getTimerCount()).toBe(1);
    await end(alarm, controller);
    await waiting;
    expect(vi.getTimerCount()).toBe(0);
    expect(getEventListeners(controller.signal, "abort")).toHaveLength(0);
  });

  test("does not wait under a signal that aborted already, nor overflow on a wait of months", async () => {
    vi.useFakeTimers();
    const alarm = new Alarm();
    await alarm.wait(60_000, AbortSignal.abort());
    let over = false;
    const waiting = alarm.wait(Number.MAX_SAFE_INTEGER).then(() => {
      over = true;
    });
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(over).toBe(false);
    alarm.wake();
    await waiting;
  });
});
