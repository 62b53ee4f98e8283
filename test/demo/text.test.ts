import { describe, expect, test } from "vitest";
import { compactJson, shorten, wrap } from "../../src/demo/text.ts";

describe("wrap", () => {
  test("breaks between words, keeps what is indented indented, and hangs", () => {
    expect(wrap("one two three", 7)).toEqual(["one two", "three"]);
    expect(wrap("  one two three", 9)).toEqual(["  one two", "  three"]);
    expect(wrap("who: one two three", 9, 2)).toEqual(["who: one", "  two", "  three"]);
    expect(wrap("one\n\ntwo", 9)).toEqual(["one", "", "two"]);
  });

  test("cuts a word that is longer than a line", () => {
    expect(wrap(`  "${"a".repeat(20)}"`, 12, 2)).toEqual([
      `  "${"a".repeat(9)}`,
      `    ${"a".repeat(8)}`,
      `    aaa"`,
    ]);
  });

  test("ends, however narrow", () => {
    expect(wrap("    word", 2, 4).join("").replaceAll(" ", "")).toBe("word");
  });
});

describe("shorten", () => {
  test.each([
    ["Henk betwist zijn jaarnota", 40, "Henk betwist zijn jaarnota"],
    ["Henk betwist zijn jaarnota: de gasmeterstand is geschat", 40, "Henk betwist zijn jaarnota"],
    ["Kevin chat: hij kan zijn jaarafrekening niet betalen", 40, "Kevin chat: hij kan zijn jaarafrekening…"],
    ["Onafgebrokenewoordenstroom", 10, "Onafgebro…"],
  ])("%s in %i", (text, width, short) => {
    expect(shorten(text, width)).toBe(short);
    expect(short.length).toBeLessThanOrEqual(width);
  });
});

test("compact JSON is the same JSON, an object on one line where it fits", () => {
  const value = {
    a: 1,
    list: [],
    items: [{ text: "x".repeat(30), due: null }],
    review: { needed: true, reasons: ["r"] },
  };
  const text = compactJson(value, 40);
  expect(JSON.parse(text)).toEqual(value);
  expect(text).toContain('"review": {\n    "needed": true');
  expect(compactJson(value, 60)).toContain('"review": { "needed": true, "reasons": ["r"] }');
});
