import { expect, test } from "vitest";
import { cases } from "./cases.ts";
import { mutationNames } from "./mutations.ts";

/** Sizes that fit in CI; `npm run test:faults` plays the cases at full size. */
const small = { kill: 120, mix: 400, blackhole: 2, powercut: 60, mutations: 1 } as const;

test.each(Object.entries(small))(
  "I1 I2 the fault suite, %s at size %i: nothing lost, nothing doubled",
  async (name, size) => {
    const said: string[] = [];
    const figures = await cases[name]?.run({ size, seed: 1, say: (line) => said.push(line) });
    expect(figures?.passed, [...said, figures?.line].join("\n")).toBe(true);
  },
  60_000,
);

test("every mutation of the suite fits the code as it is", () => {
  expect(mutationNames()).toHaveLength(4);
});
