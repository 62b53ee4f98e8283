import { describe, expect, test } from "vitest";
import { sentencesOf } from "../../src/language/sentences.ts";
import { fold, stem, wordsOf } from "../../src/language/words.ts";
import type { Taxonomy } from "../../src/model.ts";
import { classify } from "../../src/summarizers/offline/classify.ts";
import { dueOf } from "../../src/summarizers/offline/dates.ts";
import { withoutOpeners } from "../../src/summarizers/offline/passages.ts";
import { clip, plain } from "../../src/summarizers/offline/text.ts";

const clock = Date.UTC(2026, 1, 20);

function choose(taxonomy: Taxonomy, said: string): string {
  const { category, subcategory } = classify(
    taxonomy,
    new Map(wordsOf(fold(said)).map((word) => [stem(word), 1])),
  );
  return `${category} / ${subcategory}`;
}

describe("a category is found by its own words", () => {
  const bills: Taxonomy = [
    { category: "Rekeningen", subcategories: ["Termijnbedragen", "Nota"] },
    { category: "Verhuizen", subcategories: ["Sleuteloverdracht", "Overig"] },
    { category: "Zonnepanelen", subcategories: ["Terugleveren", "Café-tarief"] },
  ];
  test.each([
    ["plural", "mijn termijnbedrag", "Rekeningen / Termijnbedragen"],
    ["compound", "de jaarnota", "Rekeningen / Nota"],
    ["part of the label", "de sleutel", "Verhuizen / Sleuteloverdracht"],
    ["one family", "de terugleverkosten", "Zonnepanelen / Terugleveren"],
    ["diacritics", "het cafe-tarief", "Zonnepanelen / Café-tarief"],
    ["nothing: the left-over label", "iets heel bijzonders", "Verhuizen / Overig"],
  ])("%s", (_, said, pair) => expect(choose(bills, said)).toBe(pair));

  test.each([
    ["verhuizing", "verhuizen"],
    ["paneel", "panelen"],
    ["opzeggen", "opzeg"],
    ["meterstand", "meterstanden"],
    ["booking", "book"],
  ])("%s and %s have one stem", (a, b) => expect(stem(a)).toBe(stem(b)));

  test("labels with underscores and camel case are words too", () => {
    const codes: Taxonomy = [{ category: "bank", subcategories: ["check_balance", "reportFraud"] }];
    expect(choose(codes, "someone committed fraud")).toBe("bank / reportFraud");
  });

  test("an empty taxonomy is answered, not thrown at", () => {
    expect(classify([], new Map())).toMatchObject({ category: "", subcategory: "", score: 0 });
  });
});

describe("a due date is only what is plainly one", () => {
  test.each([
    ["ik bel u uiterlijk 14 maart terug", "2026-03-14"],
    ["u ontvangt het voor 3 januari", null],
    ["u ontvangt het voor 3 oktober", "2026-10-03"],
    ["wij sturen het op 28 februari 2027", "2027-02-28"],
    ["we'll call you before march 2nd", "2026-03-02"],
    ["uiterlijk 2026-03-20", "2026-03-20"],
    ["uiterlijk 20-03-2026", "2026-03-20"],
    ["uiterlijk 03-04-2026", null],
    ["het gaat in per 1 april", null],
    ["binnen zes weken na 31 mei", null],
    ["op 31 februari", null],
    ["op 1 maart of op 3 maart", null],
    ["binnen vijf werkdagen", null],
  ])("%s → %s", (sentence, due) => expect(dueOf(sentence, clock)).toBe(due));

  test("no clock, no year", () => expect(dueOf("uiterlijk 14 maart", 0)).toBeNull());
});

describe("text", () => {
  test.each([
    ["Ja, hallo, ik bel voor mijn moeder.", "Ik bel voor mijn moeder."],
    ["Hi Sanne, I'd like to cancel.", "I'd like to cancel."],
    ["Goed dat u belt.", "Goed dat u belt."],
    ["Nee, dat klopt niet.", "Nee, dat klopt niet."],
  ])("openers go, meaning stays: %s", (sentence, kept) => expect(withoutOpeners(sentence)).toBe(kept));

  test("sentences end where they end", () => {
    expect(sentencesOf("Ik betaal 4.312 euro, incl. btw. Klopt dat? Ja!")).toEqual([
      "Ik betaal 4.312 euro, incl. btw.",
      "Klopt dat?",
      "Ja!",
    ]);
  });

  test("speech without punctuation is cut at clauses, and every word is kept", () => {
    const spoken =
      "goedemorgen met marieke de wit uit utrecht ik bel omdat mijn termijnbedrag ineens veel hoger is geworden ik betaalde altijd honderd euro en nu is het ineens tweehonderd";
    const pieces = sentencesOf(spoken);
    expect(pieces.length).toBeGreaterThan(1);
    expect(pieces.join(" ")).toBe(spoken);
  });

  test("placeholders of a redaction stay readable", () =>
    expect(plain("mail naar <EMAIL> of [NAAM]")).toBe("mail naar EMAIL of NAAM"));

  test("a clip never cuts a word", () => expect(clip("termijnbedrag aangepast", 20)).toBe("termijnbedrag…"));
});
