import { describe, expect, test } from "vitest";
import { hasChats, labelledChats } from "./chats.ts";
import { type Figures, scoreOf } from "./score.ts";
import { spokenCalls } from "./spoken.ts";

const least = { recall: 0.95, precision: 0.9, cleanTouched: 0.005 };

function holds({ checkable, clean }: Figures, marked: number): void {
  expect(checkable.marked).toBeGreaterThan(marked);
  expect(checkable.hit / checkable.marked).toBeGreaterThanOrEqual(least.recall);
  expect(checkable.right / checkable.found).toBeGreaterThanOrEqual(least.precision);
  expect(clean.turns).toBeGreaterThan(500);
  expect(clean.checkable / clean.turns).toBeLessThanOrEqual(least.cleanTouched);
}

describe("checkable kinds are found and clean turns left alone", () => {
  test.each(["tuned", "held"] as const)("in generated calls, phrase forms %s", (half) => {
    holds(scoreOf(spokenCalls(120, 77, half)), 100);
  });

  test.skipIf(!hasChats).each([0, 1] as const)("in labelled chats, half %i", (half) => {
    holds(scoreOf(labelledChats(half)), 40);
  });
});

test("the score tells a miss and a false alarm from a hit", () => {
  const personal = (text: string, kind: "phone" | "name", value: string) => {
    const start = text.indexOf(value);
    return { speaker: "customer" as const, text, personal: [{ kind, start, end: start + value.length }] };
  };
  const { kinds, clean, checkable } = scoreOf([
    {
      turns: [
        personal("Bel 0612345678 maar.", "phone", "0612345678"),
        personal("Bel 0612345678 of 0687654321.", "phone", "of"),
        { speaker: "agent", text: "Het is 0201234567.", personal: [] },
        { speaker: "agent", text: "Prima.", personal: [] },
      ],
    },
  ]);
  expect(kinds.get("phone")).toEqual({ marked: 2, hit: 1, named: 1, found: 4, right: 1 });
  expect(checkable).toEqual(kinds.get("phone"));
  expect(clean).toEqual({ turns: 2, checkable: 1, any: 1 });
});
