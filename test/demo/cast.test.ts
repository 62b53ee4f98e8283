import { describe, expect, test } from "vitest";
import { type Act, brandOf, brandOfQueue, brokenPromises, castOf, isSettled } from "../../src/demo/cast.ts";
import { stories } from "../../src/simulator/stories.ts";
import { happyCast } from "./acts.ts";

test("what should become of a story is read from it: ten logs, two skips", () => {
  const expected = castOf(stories).map((act) => act.expected);
  expect(expected.filter(({ kind }) => kind === "log")).toHaveLength(10);
  expect(expected.filter(({ kind }) => kind === "skip")).toEqual([
    { kind: "skip", reason: "not_authenticated" },
    { kind: "skip", reason: "no_human_agent" },
  ]);
});

test("the last agent's queue decides the brand", () => {
  for (const story of stories) expect(brandOf(story)).toBe(story.id.split("-")[0]);
  expect(brandOfQueue("Zakelijk Balie")).toBe("");
});

describe("promises", () => {
  const after = (id: string, change: Partial<Act>): string[] => {
    const cast = happyCast();
    Object.assign(cast.find(({ story }) => story.id === id) as Act, change);
    return brokenPromises(cast);
  };

  test("none is broken where everything came", () => {
    expect(brokenPromises(happyCast())).toEqual([]);
    expect(happyCast().every(isSettled)).toBe(true);
  });

  test.each<[string, string, Partial<Act>, string]>([
    [
      "a missing log",
      "helder-jaarnota",
      { state: "ended", log: undefined, taken: 0 },
      "no contact log arrived for helder-jaarnota",
    ],
    [
      "a missing log, with what the daemon says",
      "helder-jaarnota",
      { state: "ended", log: undefined, taken: 0, reason: "model_unreachable" },
      "no contact log arrived (model_unreachable) for helder-jaarnota",
    ],
    ["a double", "helder-jaarnota", { taken: 2 }, "helder-jaarnota: its contact log arrived 2 times"],
    [
      "another reason to skip",
      "helder-niet-geverifieerd",
      { reason: "no_brand" },
      "helder-niet-geverifieerd: skipped as no_brand, not as not_authenticated",
    ],
    [
      "no skip",
      "noordlicht-alleen-bot",
      { state: "ended", reason: undefined },
      "noordlicht-alleen-bot: not skipped",
    ],
    [
      "a dead letter in place of a skip",
      "noordlicht-alleen-bot",
      { state: "dead", reason: "internal_error" },
      "noordlicht-alleen-bot: not skipped (internal_error)",
    ],
    [
      "a log in place of a skip",
      "noordlicht-alleen-bot",
      { taken: 1 },
      "noordlicht-alleen-bot: a contact log was posted, though it should have been skipped",
    ],
  ])("%s breaks one", (_what, id, change, sentence) => {
    expect(after(id, change)).toEqual([sentence]);
  });

  test("a log at another brand breaks one", () => {
    const cast = happyCast();
    const act = cast[0] as Act;
    act.log = act.log && { ...act.log, brand: "noordlicht" };
    expect(brokenPromises(cast)).toEqual(["helder-termijnbedrag: its contact log went to noordlicht"]);
  });

  test("what fails for one reason is one sentence", () => {
    const cast = happyCast();
    for (const act of cast) {
      if (act.log) Object.assign(act, { state: "ended", log: undefined, taken: 0, reason: "model_refused" });
    }
    expect(brokenPromises(cast)).toHaveLength(1);
  });
});
