import { expect, test } from "vitest";
import { configSchema } from "../../src/config/schema.ts";
import { isTooSlow, matchInFull } from "../../src/redaction/keep.ts";
import { redactionKinds } from "../../src/redaction/kinds.ts";
import { redactText } from "../../src/redaction/redact.ts";

const keepOf = configSchema.shape.brands.element.shape.redaction;
const problemsOf = (pattern: string): unknown =>
  keepOf.safeParse({ keep: [pattern] }).error?.issues.map(({ path, message }) => [path.join("."), message]);

test.each(["HLD-\\d{6}", "(?:NL|BE)-?\\d+", "[A-Z]{2}(?:\\d{3}-)+\\d+", "06-1234\\d{4}"])(
  "%s is a pattern of a reference",
  (pattern) => {
    expect(problemsOf(pattern)).toBeUndefined();
  },
);

test.each(["(\\d+)+x", "([A-Z]+-?)+\\d", "(a|a)*b", "(?:\\w+\\s?)*$x"])(
  "%s would hold up the program, and is refused",
  (pattern) => {
    expect(problemsOf(pattern)).toEqual([["keep.0", expect.stringMatching(/^takes too long/)]]);
  },
  10_000,
);

test("what is no pattern at all is told so, once", () => {
  expect(problemsOf("(")).toEqual([["keep.0", "is not a regular expression"]]);
});

test("one that shows only on other texts takes its time once, and keeps nothing", () => {
  const slow = /(?:[6-8]+)+y/u;
  expect(isTooSlow(slow)).toBe(false);
  const start = performance.now();
  const number = `06${"78".repeat(30)}`;
  for (let time = 0; time < 20; time++)
    expect(matchInFull([slow, /HLD-1/u], [number.slice(1), "HLD-1"])).toEqual([false, true]);
  expect(performance.now() - start).toBeLessThan(8_000);
  const options = { kinds: new Set(redactionKinds), names: [], keep: [slow] };
  expect(redactText("Bel 06-12345678", options).text).toBe("Bel [phone]");
}, 20_000);
