import type { Dice } from "../faults/dice.ts";

// biome-ignore lint/suspicious/noExplicitAny: payloads are taken apart wherever they can be
export type Json = any;

/** What stands where something else was expected. */
export const wrongs: readonly Json[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1.5e12,
  1e308,
  Number.MAX_SAFE_INTEGER,
  "",
  " ",
  "0",
  "what?",
  "__proto__",
  "\u0000\ud800\u202e",
  "x".repeat(5_000),
  "2026-02-31T25:61:00Z",
  "+275760-09-13T00:00:00.001Z",
  [],
  [null],
  [[[]]],
  {},
  { id: 5 },
  { toString: null },
];

/** A part of a payload: the object or array that holds it, and under which name. */
interface Part {
  readonly holder: Json;
  readonly name: string;
}

function partsOf(value: Json): Part[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.keys(value).flatMap((name) => [{ holder: value, name }, ...partsOf(value[name])]);
}

/** The same payload again and again, each time one part of it left out or wrong; of a list the first item stands for all. */
export function* eachChanged<T>(value: T, by: readonly Json[] = wrongs): Generator<T> {
  const count = partsOf({ root: value }).length;
  for (let index = 0; index < count; index++) {
    for (const wrong of [undefined, ...by]) {
      const copy = structuredClone({ root: value }) as { root: T };
      const { holder, name } = partsOf(copy)[index] as Part;
      if (Array.isArray(holder) && name !== "0") break;
      if (wrong === undefined) delete holder[name];
      else holder[name] = structuredClone(wrong);
      yield copy.root;
    }
  }
}

const dateForms: readonly ((at: Date) => string)[] = [
  (at) => at.toISOString().replace("Z", ""),
  (at) => at.toISOString().replace("Z", "+00:00"),
  (at) => at.toISOString().replace("Z", "+0000"),
  (at) => at.toISOString().replace("Z", "456Z"),
  (at) => at.toISOString().replace("T", " "),
  (at) => new Date(at.getTime() + 7_200_000).toISOString().replace("Z", "+02:00"),
  (at) => new Date(at.getTime() - 12_600_000).toISOString().replace("Z", "-03:30"),
];

/** Another way to write the same instant; what is no date stays as it is. */
export function datedOtherwise(text: string, dice: Dice): string {
  const at = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text) ? new Date(text) : undefined;
  return at === undefined || Number.isNaN(at.getTime()) ? text : dice.pick(dateForms)(at);
}

/** One thing done to one part. */
const changes: Readonly<Record<string, (part: Part, dice: Dice) => void>> = {
  left({ holder, name }) {
    if (Array.isArray(holder)) holder.splice(Number(name), 1);
    else delete holder[name];
  },
  emptied({ holder, name }) {
    holder[name] = null;
  },
  wrong({ holder, name }, dice) {
    holder[name] = structuredClone(dice.pick(wrongs));
  },
  unknown({ holder, name }, dice) {
    if (typeof holder[name] === "string") holder[name] = dice.pick(["of-tomorrow", "UNKNOWN", "none"]);
  },
  cased({ holder, name }, dice) {
    const text = holder[name];
    if (typeof text === "string") holder[name] = dice.chance(0.5) ? text.toUpperCase() : text.toLowerCase();
  },
  dated({ holder, name }, dice) {
    if (typeof holder[name] === "string") holder[name] = datedOtherwise(holder[name], dice);
  },
  shuffled({ holder, name }, dice) {
    if (Array.isArray(holder[name])) holder[name] = shuffled(holder[name], dice);
  },
  repeated({ holder, name }, dice) {
    if (!Array.isArray(holder)) return;
    const many = dice.chance(0.05) ? 1_200 : dice.between(1, 3);
    for (let n = 0; n < many; n++) holder.push(structuredClone(holder[Number(name)]));
  },
  holed({ holder, name }) {
    if (Array.isArray(holder[name])) holder[name].unshift(null);
  },
  listed({ holder, name }) {
    holder[name] = [holder[name]];
  },
  polluted({ holder }) {
    if (!Array.isArray(holder)) {
      Object.defineProperty(holder, "__proto__", {
        value: { id: "p" },
        enumerable: true,
        configurable: true,
        writable: true,
      });
    }
  },
};

/** The same payload, `times` parts of it changed. */
export function changed<T>(value: T, dice: Dice, times = dice.between(1, 4)): T {
  const copy = structuredClone({ root: value }) as { root: T };
  for (let n = 0; n < times; n++) {
    const part = dice.pick(partsOf(copy));
    if (part !== undefined) changes[dice.pick(Object.keys(changes))]?.(part, dice);
  }
  return copy.root;
}

export function shuffled<T>(list: readonly T[], dice: Dice): T[] {
  return list
    .map((item) => [dice.next(), item] as const)
    .toSorted(([a], [b]) => a - b)
    .map(([, item]) => item);
}
