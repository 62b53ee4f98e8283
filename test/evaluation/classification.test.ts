import { expect, test } from "vitest";
import { accuracyOf, confusionOf } from "../../src/evaluation/classification.ts";

const choices = [
  { gold: "bill", chosen: "bill" },
  { gold: "bill", chosen: "bill" },
  { gold: "bill", chosen: "move" },
  { gold: "move", chosen: "move" },
  { gold: "fault", chosen: undefined },
];

test("accuracy stands beside chance and the commonest label, and no log is a wrong one", () => {
  const found = accuracyOf(choices, 4);
  expect(found.right?.value).toBeCloseTo(3 / 5, 10);
  expect(found.right?.n).toBe(5);
  expect(found.chance).toBe(0.25);
  expect(found.commonest).toBeCloseTo(3 / 5, 10);
});

test("nothing labelled has no accuracy", () => {
  expect(accuracyOf([], 4)).toEqual({ right: null, chance: 0.25, commonest: 0 });
});

test("confusion counts rows by the data's label, columns by what was chosen, the last one for no log", () => {
  expect(confusionOf(choices)).toEqual({
    labels: ["bill", "fault", "move"],
    counts: [
      [2, 0, 1, 0],
      [0, 0, 0, 1],
      [0, 0, 1, 0],
    ],
  });
});

test("a label that only was chosen has a column too", () => {
  expect(confusionOf([{ gold: "a", chosen: "b" }])).toEqual({
    labels: ["a", "b"],
    counts: [
      [0, 1, 0],
      [0, 0, 0],
    ],
  });
});
