import { blackhole } from "./blackhole.ts";
import type { CaseOptions, Figures } from "./figures.ts";
import { fuzz } from "./fuzz.ts";
import { kill } from "./kill.ts";
import { mix } from "./mix.ts";
import { mutate } from "./mutations.ts";
import { powercut } from "./powercut.ts";

export interface Case {
  /** The size the suite's figures are quoted at. */
  readonly fullSize: number;
  readonly run: (options: CaseOptions) => Promise<Figures>;
}

/** One line a case. */
export const cases: Readonly<Record<string, Case>> = {
  kill: { fullSize: 5_500, run: kill },
  blackhole: { fullSize: 20, run: blackhole },
  mix: { fullSize: 20_000, run: mix },
  powercut: { fullSize: 1_000, run: powercut },
  fuzz: { fullSize: 1_500, run: fuzz },
  mutations: { fullSize: 4, run: mutate },
};
