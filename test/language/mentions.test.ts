import { describe, expect, test } from "vitest";
import { amountsIn } from "../../src/language/amounts.ts";
import { dayOf } from "../../src/language/calendar.ts";
import { datesIn, possibleDatesIn } from "../../src/language/dates.ts";
import { digitised } from "../../src/language/digitised.ts";
import { durationsIn } from "../../src/language/durations.ts";
import { sentencesOf } from "../../src/language/sentences.ts";
import { possibleTimesIn, timesIn } from "../../src/language/times.ts";
import { cpuMs } from "../cpu.ts";

/** A Wednesday. */
const day = dayOf(Date.UTC(2026, 2, 11));
const iso = (of: number) => new Date(of * 86_400_000).toISOString().slice(0, 10);
const dates = (text: string) => datesIn(digitised(text), day).map(({ days }) => days.map(iso));

describe("amountsIn", () => {
  test.each([
    ["€ 45,50", 4550, "EUR"],
    ["45 euro 50", 4550, "EUR"],
    ["vijfenveertig euro vijftig", 4550, "EUR"],
    ["vijfenveertig euro, vijftig cent", 4550, "EUR"],
    ["EUR 1.234,56", 123456, "EUR"],
    ["EUR125", 12500, "EUR"],
    ["€ 45,-", 4500, "EUR"],
    ["$20", 2000, "USD"],
    ["twintig dollar", 2000, "USD"],
    ["forty five euros and fifty cents", 4550, "EUR"],
    ["vijftig cent", 50, "EUR"],
    ["anderhalve euro", 150, "EUR"],
  ])("%s", (text, cents, currency) => {
    expect(amountsIn(digitised(text)).map((one) => [one.cents[0], one.currency])).toEqual([
      [cents, currency],
    ]);
  });

  test("what follows the currency and belongs to something else is no cents", () => {
    expect(amountsIn(digitised("45 euro 12 maart, 30 euro 3 keer")).map((one) => one.cents)).toEqual([
      [4500],
      [3000],
    ]);
  });
});

describe("datesIn, on 11 March 2026", () => {
  test.each([
    ["12 maart 2026", "2026-03-12"],
    ["2026-03-12", "2026-03-12"],
    ["twaalf maart", "2026-03-12"],
    ["per een maart", "2026-03-01"],
    ["the twelfth of March", "2026-03-12"],
    ["donderdag 12 maart", "2026-03-12"],
    ["morgenochtend", "2026-03-12"],
    ["overmorgen", "2026-03-13"],
    ["volgende week dinsdag", "2026-03-17"],
    ["dinsdag volgende week", "2026-03-17"],
    ["aanstaande vrijdag", "2026-03-13"],
    ["yesterday", "2026-03-10"],
  ])("%s", (text, expected) => expect(dates(text)).toEqual([[expected]]));

  test.each([
    ["12-03-2026", "2026-03-12"],
    ["12/3", "2026-03-12"],
    ["next Tuesday", "2026-03-17"],
    ["dinsdag", "2026-03-17"],
    ["volgende week", "2026-03-16"],
    ["eind maart", "2026-03-31"],
    ["March the twenty first", "2026-03-21"],
  ])("%s may be %s", (text, expected) => expect(dates(text).flat()).toContain(expected));

  test.each([
    "12 naar 14 maart",
    "12 en 14 maart 2026",
    "12 t/m 14 maart",
    "12-14 maart",
    "twaalf tot veertien maart",
    "the 12th and 14th of March",
  ])("%s names two days", (text) => {
    expect(dates(text)).toEqual([["2026-03-12"], ["2026-03-14"]]);
  });

  test.each(["goedemorgen", "'s morgens", "in de morgen", "31-31-2026", "je mag komen", "06.12.03.26.78"])(
    "%s names no day",
    (text) => expect(dates(text)).toEqual([]),
  );

  test.each(["per de eerste van de maand", "per eerste van de maand", "op de 1e van volgende maand"])(
    "%s names a day",
    (text) => expect(dates(text)[0]).toContain("2026-04-01"),
  );

  test("a bare day of the month is only a possible date", () => {
    expect(dates("de twaalfde")).toEqual([]);
    expect(possibleDatesIn(digitised("de twaalfde"), day).flatMap((one) => one.days.map(iso))).toContain(
      "2026-03-12",
    );
  });
});

describe("timesIn", () => {
  test.each([
    ["half drie", [150, 870]],
    ["kwart over twee", [135, 855]],
    ["kwart over een", [75, 795]],
    ["tien voor half vijf", [260, 980]],
    ["14.30 uur", [870]],
    ["14:30", [870]],
    ["14u30", [870]],
    ["rond elven", [660, 1380]],
    ["na vijven", [300, 1020]],
    ["half past two", [150, 870]],
    ["quarter to three pm", [885]],
    ["3 pm", [900]],
    ["8.45am", [525]],
    ["12 am", [0]],
  ])("%s", (text, minutes) => {
    expect(timesIn(digitised(text)).map((one) => [...one.minutes].sort((a, b) => a - b))).toEqual([minutes]);
  });

  test.each(["tussen 13.00 en 17.00 uur", "van 13.00 tot 17.00 uur", "13.00-17.00 u"])(
    "%s names two times",
    (text) => expect(timesIn(digitised(text)).map(({ minutes }) => minutes)).toEqual([[780], [1020]]),
  );

  test.each(["met z'n zessen", "wij achten dat redelijk"])("%s is none", (text) => {
    expect(timesIn(digitised(text))).toEqual([]);
  });

  test("what may be a time is found where it was said, and only there", () => {
    expect(timesIn(digitised("tussen tien en twaalf"))).toEqual([]);
    expect(possibleTimesIn(digitised("tussen tien en twaalf")).flatMap((one) => one.minutes)).toEqual(
      expect.arrayContaining([600, 720]),
    );
  });
});

describe("durationsIn, on 11 March 2026", () => {
  test.each([
    ["binnen vijf werkdagen", [5 * 1440], ["2026-03-18"]],
    ["in five working days", [5 * 1440], ["2026-03-18"]],
    ["over twee weken", [14 * 1440], ["2026-03-25"]],
    ["drie tot vijf werkdagen", [3 * 1440, 5 * 1440], ["2026-03-16", "2026-03-18"]],
    ["een half uur", [30], []],
    ["anderhalf uur", [90], []],
    ["een kwartier", [15], []],
    ["24 uur", [1440], ["2026-03-12"]],
  ])("%s", (text, counts, ends) => {
    const [only, ...rest] = durationsIn(digitised(text), day);
    expect(rest).toEqual([]);
    expect(only?.lengths.map(({ count }) => count)).toEqual(counts);
    expect(only?.ends.map(iso)).toEqual(ends);
  });
});

test("offsets lead back to the words that were spoken", () => {
  const text = "Dat is één keer vijfenveertig euro vijftig, om half drie.";
  const reading = digitised(text);
  expect(amountsIn(reading).map(({ start, end }) => text.slice(start, end))).toEqual([
    "vijfenveertig euro vijftig",
  ]);
  expect(timesIn(reading).map(({ start, end }) => text.slice(start, end))).toEqual(["half drie"]);
});

test.each([
  ["12 ", 6600],
  ["€ ", 10_000],
  ["1.", 10_000],
  ["half ", 4000],
  ["een half ", 2200],
  ["12 maart ", 2200],
  ["1-1-", 5000],
  ["9", 20_000],
  [" ", 20_000],
  ["om 1 ", 4000],
  ["binnen 5 tot ", 1500],
  ["dinsdag ", 2500],
  ["en een half ", 1600],
  ["vijf en ", 2500],
  ["duizend", 2800],
  ["...", 6600],
  ["a'", 10_000],
  ["é", 20_000],
  ["1 euro en ", 2000],
] as const)("a turn of 20,000 characters of %j is read in little time", (piece, times) => {
  const text = `${piece.repeat(times)}x`;
  const start = cpuMs();
  const reading = digitised(text);
  amountsIn(reading);
  datesIn(reading, day);
  timesIn(reading);
  possibleTimesIn(reading);
  durationsIn(reading, day);
  sentencesOf(text);
  expect(cpuMs() - start).toBeLessThan(1000);
});
