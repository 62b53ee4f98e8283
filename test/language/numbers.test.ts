import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { numbersIn } from "../../src/language/numbers.ts";
import { words } from "../grounding/styles.ts";

const spans = (text: string) =>
  numbersIn(text).map(({ start, end, digits, value }) => [text.slice(start, end), digits, value]);

describe("numbersIn", () => {
  test.each([
    ["nul zes twaalf vierendertig", "061234"],
    ["dubbel vijf nul", "550"],
    ["double five oh six", "5506"],
    ["oh six one two", "0612"],
    ["nul zes, twaalf, eh vierendertig", "061234"],
    ["06-12 34 56 78", "0612345678"],
    ["+31 (0)6 12345678", "310612345678"],
    ["AB eenendertig zesentwintig een", "31261"],
    ["één twee drie", "123"],
  ])("%s is dialled as %s", (text, digits) => {
    expect(numbersIn(text).map((span) => span.digits)).toEqual([digits]);
  });

  test.each([
    ["vijfentwintighonderd", 2500],
    ["tweeduizend vijfentwintig", 2025],
    ["vijf en twintig", 25],
    ["honderd vijf en twintig", 125],
    ["vierduizend honderd zevenentwintig", 4127],
    ["duizend honderd", 1100],
    ["twelve hundred and fifty", 1250],
    ["forty-five", 45],
    ["two thousand and twenty six", 2026],
    ["anderhalf", 1.5],
    ["twee en een half", 2.5],
    ["two and a half", 2.5],
    ["drieënhalf", 3.5],
    ["twaalf komma vijf", 12.5],
    ["thirty two point thirty one", 32.31],
    ["2 duizend", 2000],
    ["anderhalf miljoen", 1_500_000],
    ["1.234,56", 1234.56],
    ["1,234.56", 1234.56],
  ])("%s is worth %d", (text, value) => {
    expect(numbersIn(text).map((span) => span.value)).toEqual([value]);
  });

  test("what stands apart stays apart, with offsets into the text as it is", () => {
    expect(spans("tussen vijf en zes euro")).toEqual([
      ["vijf", "5", 5],
      ["zes", "6", 6],
    ]);
    expect(spans("half drie")).toEqual([
      ["half", "05", 0.5],
      ["drie", "3", 3],
    ]);
    expect(numbersIn("forty five fifty")[0]?.parts.map((part) => part.value)).toEqual([45, 50]);
  });

  test.each([
    "een afspraak",
    "oh, dat is fijn",
    "ten onrechte",
    "ten hoogste",
    "ten laatste",
    "een honderdtal",
    "one's own 's",
    "geen enkele",
  ])("%s holds no number of weight", (text) =>
    expect(numbersIn(text).filter(({ digits }) => digits !== "1")).toEqual([]),
  );

  test("every number comes back from its words, Dutch and English", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 9999 }), fc.constantFrom("nl", "en"), (value, language) => {
        // "vijfduizend een" may go on with an article: who means the number stresses it.
        const said = words(value, language as "nl" | "en").replace(/ een$/, " één");
        expect(numbersIn(said).map((span) => span.value)).toEqual([value]);
      }),
      { examples: [[5001, "nl"]] },
    );
  });

  test("spans lie in order within any text, and digits are digits", () => {
    const word = fc.constantFrom(
      "een",
      "oh",
      "dubbel",
      "en",
      "half",
      "zes",
      "hundred",
      "komma",
      ", ",
      "12",
      " ",
      "é",
      "x",
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 30 }), (list) => {
        const text = list.join(" ");
        let from = 0;
        for (const { start, end, digits } of numbersIn(text)) {
          expect(start).toBeGreaterThanOrEqual(from);
          expect(end).toBeGreaterThan(start);
          expect(digits).toMatch(/^\d+$/);
          from = end;
        }
        expect(from).toBeLessThanOrEqual(text.length);
      }),
    );
  });
});
