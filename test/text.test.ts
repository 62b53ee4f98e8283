import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cut, lines, plainText, withoutQuotes } from "../src/text.ts";
import { cpuMs } from "./cpu.ts";

/** What people, channels and attackers write, piece by piece. */
const written = fc
  .array(
    fc.oneof(
      fc.constantFrom("a", "é", "ß", "漢", "😀", "5", "@", ".", "'", "’", " ", "  ", "\t", "\n", "\r\n"),
      fc.constantFrom("\u0000", "\u0007", "\u001b[31m", "\u007f", "\u0085", "\u2028", "\u2029", "\u00a0"),
      fc.constantFrom("\u200b", "\u200f", "\u202e", "\u2066", "\ufeff", "\ufe0f", "\u{e0041}", "\u{e007f}"),
      fc.constantFrom("\ud83d", "\ude00", "woord", "twee woorden"),
    ),
    { maxLength: 60 },
  )
  .map((pieces) => pieces.join(""));
const markedUp = fc
  .array(fc.oneof(written, fc.constantFrom("<b>", "</p>", "<br/>", "&amp;", "&#65;", "&#x2028;", "&euro;")))
  .map((pieces) => pieces.join(""));

describe("plain text", () => {
  test.each<[what: string, raw: string, plain: string]>([
    ["tags", "<p>Hallo <b class='x'>daar</b></p>", "Hallo daar"],
    ["a comment", "voor<!-- <b>niet</b> -->na", "voor na"],
    ["what only looks like a tag", "3 < 5 en 7 > 2, a<5", "3 < 5 en 7 > 2, a<5"],
    ["entities", "A&amp;B &lt; C &#8364; &#x20AC; &euro;&nbsp;5 &APOS;", "A&B < C € € € 5 '"],
    [
      "entities that are none",
      "R&D &; &unknown; &#99999999; &#x110000;",
      "R&D &; &unknown; &#99999999; &#x110000;",
    ],
    ["tags written as entities", "&lt;script&gt;x&lt;/script&gt;", "x"],
    ["control characters", "a\u0000b\u0007c\u001bd", "a b c d"],
    ["hidden instructions", `ja\u{e0069}\u{e0067}\u200b\u202e\ufeff`, "ja"],
    ["white space", " \t a \r\n\u2028 b\u00a0\u3000c ", "a b c"],
    ["a decomposed letter", "cafe\u0301", "café"],
    ["half a character", "a\ud83d", "a\ufffd"],
    ["nothing", " <br> \u200b \n", ""],
    ["tags within tags", "a <b <i>c</i> d> e </p <br>> f", "a e f"],
    ["a comment within a tag, a tag within a comment", "a <b <!-- > --> c> d <!-- <p> --> e", "a d e"],
    ["brackets around tags that are none", "<a < b> c > <d> e", "<a < b> c > e"],
  ])("%s", (_what, raw, plain) => {
    expect(plainText(raw)).toBe(plain);
  });

  test("is one trimmed line without control, zero-width or tag characters", () => {
    fc.assert(
      fc.property(markedUp, (raw) => {
        const plain = plainText(raw);
        expect(plain).not.toMatch(
          /\p{Cc}|[\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e0fff}]/u,
        );
        expect(plain).not.toMatch(/^\s|\s$|\s\s|[^\S ]/);
        expect(plain).not.toMatch(/<\/?[a-z]+>/i);
        expect(plain.isWellFormed()).toBe(true);
      }),
    );
  });

  test("is never longer than what came in, and plain text stays what it is", () => {
    fc.assert(
      fc.property(written, (raw) => {
        const plain = plainText(raw);
        expect(plain.length).toBeLessThanOrEqual(raw.length);
        expect(plainText(plain)).toBe(plain);
      }),
    );
  });

  test("of what a person wrote nothing is cut off, and tags in tags cost no more than their length", () => {
    expect(plainText("woord ".repeat(50_000), Infinity)).toHaveLength(299_999);
    const start = cpuMs();
    // At a pass a level this would take minutes.
    expect(plainText(`a${"<b ".repeat(200_000)}${">".repeat(200_000)}`, Infinity)).toBe("a");
    expect(plainText(`${"<!--".repeat(200_000)}<b>`, Infinity)).toHaveLength(800_000);
    expect(cpuMs() - start).toBeLessThan(5_000);
  });

  test("a field of a program is cut", () => {
    expect(plainText("x".repeat(1_000_000)).length).toBeLessThanOrEqual(20_000);
    expect(plainText("<a ".repeat(500_000)).length).toBeLessThanOrEqual(20_000);
    expect(plainText("<!--".repeat(500_000)).length).toBeLessThanOrEqual(20_000);
  });
});

test("lines keeps one element a line that holds anything", () => {
  expect(lines("one\r\n\n <b>two</b> \u2028three\u2029\t\nfour\r")).toEqual(["one", "two", "three", "four"]);
  fc.assert(
    fc.property(markedUp, (raw) => {
      expect(lines(raw).join(" ")).toBe(plainText(raw));
      expect(lines(raw).every((line) => line !== "" && line === line.trim())).toBe(true);
    }),
  );
});

describe("cut", () => {
  test.each<[text: string, max: number, expected: string]>([
    ["one two three", 13, "one two three"],
    ["one two three", 12, "one two…"],
    ["one two three", 8, "one two…"],
    ["onetwothree", 5, "onet…"],
    ["a verylongword", 10, "a verylon…"],
    ["abc", 1, "…"],
    ["", 5, ""],
  ])("%j to %i is %j", (text, max, expected) => {
    expect(cut(text, max)).toBe(expected);
  });

  test("is never longer than the limit, whole characters, a beginning of the text, and not cut twice", () => {
    const text = fc
      .array(fc.constantFrom("a", "word", " ", "😀", "é"), { maxLength: 60 })
      .map((pieces) => pieces.join(""));
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 80 }), (whole, max) => {
        const short = cut(whole, max);
        expect(short.length).toBeLessThanOrEqual(max);
        expect(short.isWellFormed()).toBe(true);
        expect(cut(short, max)).toBe(short);
        if (short !== whole) expect(whole.startsWith(short.slice(0, -1).replace(/\ufffd$/u, ""))).toBe(true);
      }),
    );
  });
});

describe("an upstream's text without quotes", () => {
  /** How much space is left where something was taken out is of no concern. */
  const squeeze = (text: string): string => text.replace(/[\s,]+/g, "");
  const source =
    "Mevrouw Jansen belt over de jaarnota van 312 euro, mail naar jan@example.nl of bel 0612345678";

  test.each<[what: string, text: string, expected: string]>([
    ["nothing quoted", "field note is too long", "field note is too long"],
    ["single everyday words", "de note van euro", "de note van euro"],
    ["a run of three words", "bad: 'over de jaarnota' !", "bad: '[…]' !"],
    ["a longer run", "bad: belt over de jaarnota van. stop", "bad: […]. stop"],
    ["a name", "Jansen is not allowed", "[…] is not allowed"],
    ["an e-mail address", "no mailbox jan@example.nl here", "no mailbox […] here"],
    ["an e-mail address in other letters", "no JAN@EXAMPLE.NL here", "no […] here"],
    ["an e-mail address percent-encoded", "mail=jan%40example.nl&x", "mail=[…]&x"],
    ["a run with JSON escapes", "bad: \\u006fver\\nde jaarnota!", "bad: […]!"],
    ["a number", "phone=0612345678;", "phone=[…];"],
    ["several in a row", "312 0612345678 Jansen!", "[…]!"],
    ["everything", source, "[…]"],
    ["nothing at all", "", ""],
  ])("%s", (_what, text, expected) => {
    expect(squeeze(withoutQuotes(text, [source]))).toBe(squeeze(expected));
  });

  test("a text of nothing but quotes takes time in proportion to its length", () => {
    const words = Array.from({ length: 600 }, (_, index) => `Woord${index} klant`).join(" ");
    const startedAt = performance.now();
    expect(withoutQuotes(`${words} `.repeat(20), [words]).trim()).toBe("[…]");
    expect(performance.now() - startedAt).toBeLessThan(4_000);
  });

  const word = fc.string({ unit: fc.constantFrom(..."abcdefé"), minLength: 1, maxLength: 8 });
  const number = fc.string({ unit: fc.constantFrom(..."0123456789"), minLength: 1, maxLength: 12 });
  const email = fc.tuple(word, word).map(([user, host]) => `${user}@${host}.nl`);
  const spoken = fc.array(fc.oneof({ weight: 3, arbitrary: word }, number, email), {
    minLength: 3,
    maxLength: 15,
  });
  const own = fc.constantFrom("is", "not", "within", '"note":', "{", "HTTP", ",", ":", "-", "\n");

  test("no run of three quoted words, no e-mail address and no number is left", () => {
    const scene = spoken.chain((said) => {
      const index = fc.nat({ max: said.length - 1 });
      const quote = fc.tuple(index, index).map(([from, to]) => said.slice(from, to + 1).join(" "));
      return fc.record({
        said: fc.constant(said),
        pieces: fc.array(fc.oneof(own, quote), { maxLength: 12 }),
      });
    });
    fc.assert(
      fc.property(scene, ({ said, pieces }) => {
        const safe = withoutQuotes(pieces.join(" "), [said.join(" ")]);
        const left = safe.match(/[\p{L}\p{N}@]+(?:\.[\p{L}\p{N}@]+)*/gu) ?? [];
        for (const token of left) if (/[@\d]/.test(token)) expect(said).not.toContain(token);
        for (let from = 0; from + 3 <= said.length; from++) {
          expect(` ${safe} `).not.toContain(` ${said.slice(from, from + 3).join(" ")} `);
        }
      }),
    );
  });

  test("what was not in the source stays, word for word", () => {
    fc.assert(
      fc.property(
        spoken,
        fc.array(fc.constantFrom("xu", "yow", "zip", "7up!", "W"), { maxLength: 10 }),
        (said, text) => {
          expect(withoutQuotes(text.join(" "), [said.join(" ")])).toBe(text.join(" "));
        },
      ),
    );
  });
});
