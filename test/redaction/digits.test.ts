import { expect, test } from "vitest";
import { partsOf, runsOf } from "../../src/redaction/digits.ts";

const keyed = (text: string) => runsOf(partsOf(text)).map(({ digits }) => digits);

test.each([
  ["06-12 34.56/78", ["0612345678"]],
  ["nul zes twaalf vierendertig zesenvijftig achtenzeventig", ["0612345678"]],
  ["zero six one two double three eight", ["0612338"]],
  ["oh six thirty four", ["0634"]],
  ["nul zes, eh, dubbel vijf streepje 34", ["065534"]],
  ["twee keer zeven", ["77"]],
  ["two times seven", ["77"]],
  ["zes en dertig", ["36"]],
  ["six hundred twelve", ["612"]],
  ["nul achthonderd", ["0800"]],
  ["negentienvijfentachtig", ["1985"]],
  ["plus eenendertig zes", ["+316"]],
  ["+31 6 12", ["+31612"]],
  ["eerst 12 en vervolgens honden 34", ["12", "34"]],
  ["op 12-03-2026 om 14:30 voor € 12,50", []],
  ["12,50 en 1.234,56", []],
])("%s is keyed in as %j", (text, digits) => {
  expect(keyed(text)).toEqual(digits);
});

test("letters are read as they are spelled, and know whether they follow", () => {
  const read = partsOf("N van Nico L 44 R A B O, ja, 03").map(({ text, joined }) => [text, joined]);
  expect(read).toEqual([
    ["N", false],
    ["L", true],
    ["44", true],
    ["R", true],
    ["A", true],
    ["B", true],
    ["O", true],
    ["03", true],
  ]);
});

test("offsets are those of the words", () => {
  const text = "dat is nul zes, dubbel vijf graag";
  const [run] = runsOf(partsOf(text));
  expect(text.slice(run?.start, run?.end)).toBe("nul zes, dubbel vijf");
});
