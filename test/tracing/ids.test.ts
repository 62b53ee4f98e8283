import fc from "fast-check";
import { expect, test } from "vitest";
import { createTraceIds } from "../../src/tracing/ids.ts";

const key = "9b2c1f0a-1111-4222-8333-444455556666:5c5c5c5c-1111-4222-8333-444455556666";

test("a contact's ids are the same in every process, and nobody can tell whose they are without the key", () => {
  const [one, other] = [createTraceIds("k1", 1), createTraceIds("k1", 1)];
  expect(one.trace(key)).toBe(other.trace(key));
  expect(one.contact(key, 0)).toBe(other.contact(key, 0));
  expect(one.trace(key)).toMatch(/^[0-9a-f]{32}$/);
  expect(one.contact(key, 0)).toMatch(/^[0-9a-f]{16}$/);
  expect(one.contact(key, 1)).not.toBe(one.contact(key, 0));
  expect(one.fresh()).not.toBe(one.fresh());
  expect(createTraceIds("k2", 1).trace(key)).not.toBe(one.trace(key));
  expect(one.shown(key)).toMatch(/^[0-9a-f]{12}:[0-9a-f]{12}$/);
  expect(createTraceIds(undefined, 1).shown(key)).toBe(key);
  expect(one.headers(key)).toEqual({ traceparent: `00-${one.trace(key)}-${one.contact(key, 0)}-01` });
  expect(createTraceIds("k1", 0).headers(key).traceparent).toMatch(/-00$/);
});

test("the share that is sampled is the one that was asked for, and a larger share holds the smaller", () => {
  const keys = Array.from({ length: 4_000 }, (_, index) => `contact-${index}`);
  const sampled = (ratio: number): Set<string> => {
    const ids = createTraceIds(undefined, ratio);
    return new Set(keys.filter((one) => ids.isSampled(one)));
  };
  expect(sampled(0).size).toBe(0);
  expect(sampled(1).size).toBe(keys.length);
  expect(Math.abs(sampled(0.25).size / keys.length - 0.25)).toBeLessThan(0.03);
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (a, b) => {
        const larger = sampled(Math.max(a, b));
        return [...sampled(Math.min(a, b))].every((one) => larger.has(one));
      },
    ),
    { numRuns: 20 },
  );
});
