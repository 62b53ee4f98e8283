import { describe, expect, test } from "vitest";
import { claimsMade, factsTold } from "../../src/evaluation/facts.ts";
import { rougeAgainst, rougeBetween, rougeL } from "../../src/evaluation/rouge.ts";
import { findsOwn, indexOf, wordsFound } from "../../src/evaluation/similarity.ts";
import { measureTexts, type Texts } from "../../src/evaluation/texts.ts";
import { contentStems, languageOf } from "../../src/evaluation/words.ts";
import { cpuMs } from "../cpu.ts";

describe("words", () => {
  test("stop words, placeholders of redaction and single letters carry nothing", () => {
    expect(contentStems("De klant [name] heeft een factuur van a [phone]")).toEqual(["klant", "factur"]);
  });

  test.each([
    ["De klant belt omdat de factuur niet klopt en wil het geld terug.", "nl"],
    ["The customer calls because the bill is wrong and wants a refund.", "en"],
    ["de the het a", undefined],
    ["Factuur 4711", undefined],
    ["", undefined],
  ])("%s is %s", (text, expected) => {
    expect(languageOf(text)).toBe(expected);
  });
});

describe("own dialogue found first", () => {
  const index = indexOf([
    "my bill for the solar panels is wrong",
    "my train to Utrecht is late and the bill too",
    "the internet has been down since Monday",
  ]);

  test("by the words only its own dialogue has", () => {
    expect(findsOwn(index, "Customer says the solar panels cost too much", 0)).toBe(true);
    expect(findsOwn(index, "Customer says the solar panels cost too much", 1)).toBe(false);
  });

  test("a text that shares nothing finds nothing, and a tie is not first", () => {
    expect(findsOwn(index, "klant wil verhuizen", 0)).toBe(false);
    expect(findsOwn(indexOf(["the only dialogue"]), "klant wil verhuizen", 0)).toBe(false);
    const twins = indexOf(["late train", "late train", "broken router"]);
    expect(findsOwn(twins, "late train", 0)).toBe(false);
    expect(findsOwn(twins, "router", 2)).toBe(true);
  });

  test("the cosine is what it is by hand: rare words outweigh common ones", () => {
    const set = indexOf(["storm storm storm meter", "storm train", "storm internet"]);
    // "storm" is everywhere: ln(1 + 3/3); "train" is in one: ln(1 + 3/1). One train outweighs three storms.
    expect(findsOwn(set, "storm train", 1)).toBe(true);
    expect(findsOwn(set, "storm train", 0)).toBe(false);
    expect(set.rarity.get("storm")).toBeCloseTo(Math.log(2), 10);
    expect(set.rarity.get("train")).toBeCloseTo(Math.log(4), 10);
  });
});

test("the share of content words found counts each once, inflected or not", () => {
  expect(wordsFound("Panels were refunded, panels again", "refund of a panel")).toBe(1);
  expect(wordsFound("solar panel bill Utrecht", "the solar panel")).toBe(0.5);
  expect(wordsFound("the of and", "anything")).toBeUndefined();
});

describe("ROUGE-L", () => {
  test("by hand: common subsequence of 3 in 4 and 5 words", () => {
    expect(rougeL("the bill is wrong", "the bill was very wrong")).toBeCloseTo((2 * 3) / 9, 10);
  });

  test("order counts, an empty text scores 0, the same text 1", () => {
    expect(rougeL("a b c", "c b a")).toBeCloseTo(2 / 6, 10);
    expect(rougeL("", "a")).toBe(0);
    expect(rougeL("Één", "een")).toBe(1);
  });

  test("several references count by their mean, and people are held against each other", () => {
    expect(rougeAgainst("a b", ["a b", "c d"])).toBe(0.5);
    expect(rougeAgainst("a b", [])).toBeUndefined();
    expect(rougeBetween(["a b", "a b", "c d"])).toBeCloseTo((0.5 + 0.5 + 0) / 3, 10);
    expect(rougeBetween(["a b"])).toBeUndefined();
  });
});

describe("facts", () => {
  test.each([
    ["52 euro", "The customer gets € 52,00 back.", 1],
    ["52 euro", "Klant krijgt tweeënvijftig euro terug.", 1],
    ["52 euro", "Klant krijgt 25 euro terug.", 0],
    ["52 euro", "Zaak 52 is gesloten.", 0],
    ["three audiobooks", "He bought 3 audiobooks.", 1],
    ["30% code", "A code of 30 percent was sent.", 1],
    ["refund requested", "A refund request was sent.", 1],
    ["refund requested", "The customer asked about delivery.", 0],
    ["transfer market ban under review", "The ban from the transfer market stays.", 1],
    ["transfer market ban under review", "The market is open.", 0],
    ["17 January", "Paid on January 17th.", 1],
  ])("%s in “%s”: %d", (fact, text, expected) => {
    expect(factsTold(text, [fact])).toBe(expected);
  });

  test("the share of those told; none to tell is no share", () => {
    expect(factsTold("refund of 52 euro", ["52 euro", "iDEAL"])).toBe(0.5);
    expect(factsTold("refund of 52 euro", [])).toBeUndefined();
  });

  test.each([
    ["issue fixed", "The issue was fixed.", 1],
    ["issue fixed", "The issue was not fixed.", 0],
    ["issue fixed", "The issue isn't fixed.", 0],
    ["probleem opgelost", "Het probleem is nog niet opgelost.", 0],
    ["probleem opgelost", "Het probleem is opgelost.", 1],
    ["issue fixed", "The issue is known. A fixed price was named.", 0],
    ["no refund", "There is no refund.", 1],
    ["no refund", "There is a refund.", 0],
    ["issue fixed", "The issue is known.\nA new cable fixed it.", 0],
    ["customer received new reader free", "The customer received a letter.", 0],
    ["customer received new reader free", "The customer received a new reader, free of charge.", 1],
    ["100 euro promised", "The agent promised 100 euro.", 1],
    ["100 euro promised", "The agent promised 50 euro.", 0],
  ])("the claim “%s” in “%s”: %d", (claim, text, expected) => {
    expect(claimsMade(text, [claim])).toBe(expected);
  });
});

describe("texts of a set", () => {
  const texts = (log: string, dialogue: string, people: string[] = []): Texts => ({
    log,
    dialogue,
    firstAndLast: dialogue,
    people,
    mustMention: ["solar panel"],
    mustNotClaim: ["panel repaired"],
  });
  const set = [
    texts("solar panels broken", "my solar panels are broken", ["panels broken", "solar panels broken"]),
    texts("train delayed", "the train was delayed again"),
    texts("router restarted", "please restart the router"),
  ];

  test("logs, floor, cheap text and people are measured side by side", () => {
    const found = measureTexts(set);
    expect(found.log[0]).toEqual({ ownFirst: 1, wordsFound: 1, factsTold: 1, claimsMade: 0, rougeL: 0.9 });
    expect(found.floor.map(({ ownFirst }) => ownFirst)).toEqual([0, 0, 0]);
    expect(found.floor.map(({ wordsFound: share }) => share)).toEqual([0, 0, 0]);
    expect(found.firstAndLast.map(({ wordsFound: share }) => share)).toEqual([1, 1, 1]);
    expect(found.people[0]?.rougeL).toBeCloseTo(0.8, 10);
    expect(found.people[1]).toEqual({
      ownFirst: null,
      wordsFound: null,
      factsTold: null,
      claimsMade: null,
      rougeL: null,
    });
  });

  test("a set of one has no floor", () => {
    expect(measureTexts(set.slice(0, 1)).floor[0]?.ownFirst).toBeNull();
  });
});

test("hostile texts take no time: endless words, spaces, brackets, signs, apostrophes", () => {
  const units = ["a", " ", "[", "€", "a'", "'", "n't ", "1", ".", ". ", "aa", "[a", "een en ", "%"];
  for (const unit of units) {
    const text = unit.repeat(Math.ceil(20_000 / unit.length));
    const began = cpuMs();
    contentStems(text);
    languageOf(text);
    factsTold(text, ["52 euro"]);
    claimsMade(text, ["issue fixed"]);
    rougeL(text, text);
    expect(cpuMs() - began, JSON.stringify(unit)).toBeLessThan(1_000);
  }
});
