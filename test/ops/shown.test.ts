import { expect, test } from "vitest";
import { type LineFilter, parseLine, passes, shownLine } from "../../src/ops/shown.ts";

const line = (fields: object, level = 30): string =>
  JSON.stringify({ level, time: "2026-11-20T08:00:00.000Z", ...fields });
const shown = (text: string, colour = false): string => {
  const parsed = parseLine(text);
  if (parsed === undefined) throw new Error("not one of ours");
  return shownLine(parsed, colour);
};

test("a line is found in a journal's JSON", () => {
  const inside = line({ msg: "contact skipped", key: "c-1" });
  const journal = JSON.stringify({ MESSAGE: inside, _SYSTEMD_UNIT: "contactlogd.service", PRIORITY: "6" });
  expect(parseLine(journal)).toEqual(parseLine(inside));
  expect(parseLine(JSON.stringify({ MESSAGE: "no JSON" }))).toBeUndefined();
});

test("time, level, what happened, and its fields: what names it first, what is empty not at all", () => {
  const text = line({
    reason: "no_account",
    brand: "helder",
    key: "c-1:s-1",
    detail: "two words",
    review: [],
    redactions: {},
    usage: { tokens: 3 },
    leftOut: null,
    msg: "contact skipped",
  });
  expect(shown(text)).toBe(
    '2026-11-20T08:00:00.000Z INFO  contact skipped  key=c-1:s-1  brand=helder  reason=no_account  detail="two words"  usage={"tokens":3}',
  );
});

test.each([
  [20, "DEBUG", "34"],
  [30, "INFO ", "32"],
  [40, "WARN ", "33"],
  [50, "ERROR", "31"],
])("level %i is %s, in its colour where colours are wanted", (level, name, colour) => {
  expect(shown(line({ msg: "x" }, level))).toContain(` ${name} x`);
  expect(shown(line({ msg: "x" }, level), true)).toContain(`\u001b[${colour}m${name}\u001b[39m`);
});

test("a control sequence in a field or a text does nothing to the terminal, and a line stays one", () => {
  const text = shown(line({ detail: "\u001b[2Jgone\nmore\u009b1m", msg: "a\rb\u0007" }));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there.
  expect(text).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
});

test.each(["", "null", "7", "[1]", '{"a":1}', '{"level":30', "Started contactlogd.service"])(
  "not one of our lines: %s",
  (text) => expect(parseLine(text)).toBeUndefined(),
);

test.each<[what: string, filter: LineFilter, fields: object | undefined, expected: boolean]>([
  ["nothing asked", {}, { msg: "x" }, true],
  ["nothing asked, not ours", {}, undefined, true],
  ["its brand", { brand: "a" }, { brand: "a" }, true],
  ["another brand", { brand: "a" }, { brand: "b" }, false],
  ["no brand", { brand: "a" }, {}, false],
  ["not ours", { brand: "a" }, undefined, false],
  ["its id", { ids: ["c"] }, { conversationId: "c" }, true],
  ["part of its key", { ids: ["c"] }, { key: "c:s" }, true],
  ["its key", { ids: ["c:s"] }, { key: "c:s" }, true],
  ["another session", { ids: ["c:t"] }, { key: "c:s" }, false],
  ["in a list", { ids: ["c"] }, { ids: ["b", "c"] }, true],
  ["no part of a word", { ids: ["c"] }, { conversationId: "cc" }, false],
  ["in a field that holds no id", { ids: ["c"] }, { brand: "c" }, false],
  ["both", { brand: "a", ids: ["x", "c"] }, { brand: "a", key: "c" }, true],
  ["one of both", { brand: "a", ids: ["c"] }, { brand: "b", key: "c" }, false],
])("filter: %s", (_what, filter, fields, expected) => {
  expect(passes(fields && { level: 30, msg: "x", ...fields }, filter)).toBe(expected);
});
