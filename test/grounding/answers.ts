import type { ActionItem, Dialogue, NoteSentence, Turn } from "../../src/model.ts";
import * as clock from "./clock-styles.ts";
import { fillers, type Scene, type Slot, scenes } from "./scenes.ts";
import * as style from "./styles.ts";
import { heldTraps, type Trap, traps } from "./traps.ts";

export interface Draft {
  readonly description: string;
  readonly note: readonly NoteSentence[];
  readonly actionItems: readonly ActionItem[];
}
export interface Plant {
  readonly kind: Slot | "promise";
  readonly field: "note" | "actionItems";
  readonly index: number;
  readonly draft: Draft;
}
export interface Answer {
  readonly language: style.Language;
  readonly medium: style.Medium;
  readonly day: number;
  readonly dialogue: Dialogue;
  readonly honest: Draft;
  readonly plants: readonly Plant[];
}

const dayMs = 86_400_000;
const firstDay = Date.UTC(2026, 1, 2, 10);

/** A small seeded generator (mulberry32): the same answers everywhere. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One honest answer with all its plants. `half` says which forms of a value are used. */
export function answer(seed: number, half: "tuned" | "held"): Answer {
  const next = random(seed * 7919 + (half === "held" ? 104_729 : 1));
  const int = (low: number, high: number) => low + Math.floor(next() * (high - low + 1));
  const any = <T>(list: readonly T[]) => list[Math.floor(next() * list.length)] as T;
  const pick = <T>(tuned: readonly T[], held: readonly T[] = tuned) => any(half === "tuned" ? tuned : held);
  const language = any(["nl", "en"] as const);
  const medium = any(["chat", "voice"] as const);
  const written = next() < 0.75 ? language : language === "nl" ? "en" : "nl";
  const day = firstDay + int(0, 250) * dayMs;
  const said: style.Manner = { language, medium, pick };
  const drafted: style.Manner = { language: written, medium: "draft", pick };
  const values = valuesOf(int, any, day);

  const chosen = shuffled(scenes, next)
    .filter(({ slot }, index, all) => all.findIndex((one) => one.slot === slot) === index)
    .slice(0, 6);
  const trap = pick(traps, heldTraps);
  const trapped = int(111, 199) * 100;
  const lines = [
    ...fillers[language].slice(0, 2),
    ...chosen.flatMap((scene) =>
      scene.said[language].map((line) => put(line, shown(scene.slot, values, said))),
    ),
    ...trap.said[language].map((line) => put(line, style.amount(trapped, said))),
    ...fillers[language].slice(2),
  ];
  const turns = toTurns(lines, day);
  const honest = honestDraft(chosen, trap, { written, drafted, values, trapped, any, turns: turns.length });
  const plants = [
    ...chosen.flatMap((scene, index) =>
      plantsOf(scene, index, honest, { written, drafted, values: wrong(values, int, any, day), any }),
    ),
    promisePlant(trap, honest, { written, drafted, trapped, pick }),
  ];
  return {
    language,
    medium,
    day,
    dialogue: { medium: medium === "chat" ? "message" : "voice", language, turns },
    honest,
    plants,
  };
}

type Values = Readonly<Record<Exclude<Slot, "date">, number | string>> & { readonly date: clock.Day };
type Int = (low: number, high: number) => number;
type Any = <T>(list: readonly T[]) => T;

function valuesOf(int: Int, any: Any, day: number): Values {
  return {
    amount: any([int(4, 99) * 100, int(4, 99) * 100 + int(11, 95), int(200, 2500) * 100]),
    date: dateAt(day, any([1, 2, int(4, 60)])),
    time: int(8, 17) * 60 + any([0, 15, 20, 30, 45]),
    term: any([3, 5, 7, 10, 14]),
    number: any([int(13, 99), int(1200, 9800)]),
    digits: `06${int(12345678, 98765432)}`,
    reference: `${any(["AB", "KX", "RT", "ZD"])}-${int(12345, 98765)}`,
    email: `${any(["jan", "petra", "noor", "willem"])}.${any(["bakker", "smit", "visser"])}@${any(["gmail.com", "ziggo.nl", "outlook.com"])}`,
  };
}

function dateAt(day: number, away: number): clock.Day {
  const at = new Date(day + away * dayMs);
  return {
    year: at.getUTCFullYear(),
    month: at.getUTCMonth() + 1,
    date: at.getUTCDate(),
    away,
    weekday: at.getUTCDay(),
  };
}

/** Every value another, near enough to be mistaken for it. */
function wrong(values: Values, int: Int, any: Any, day: number): Values {
  const swap = (run: string) => {
    const at = int(run.length - 4, run.length - 1);
    return `${run.slice(0, at)}${(Number(run[at]) + int(1, 9)) % 10}${run.slice(at + 1)}`;
  };
  return {
    amount: (values.amount as number) + any([100, 1000, 5, 300, -200]),
    date: dateAt(day, values.date.away + any([1, 3, 5, 11])),
    time: (((values.time as number) + any([15, 30, 60, 90])) % 1440) as number,
    term: any([4, 6, 8, 12].filter((days) => days !== values.term)),
    number: (values.number as number) + any([1, 10, 2, 9]),
    digits: swap(values.digits as string),
    reference: swap(values.reference as string),
    email: (values.email as string)
      .replace(/^./, (first) => (first === "k" ? "m" : "k"))
      .replace("@", any(["1@", "@", "s@"])),
  };
}

function shown(slot: Slot | undefined, values: Values, manner: style.Manner): string {
  switch (slot) {
    case "amount":
      return style.amount(values.amount as number, manner);
    case "date":
      return clock.date(values.date, manner);
    case "time":
      return clock.time(values.time as number, manner);
    case "term":
      return style.term(values.term as number, manner);
    case "number":
      return style.quantity(values.number as number, manner);
    case "digits":
      return style.digits(values.digits as string, manner);
    case "reference":
      return style.reference(values.reference as string, manner);
    case "email":
      return style.email(values.email as string, manner);
    case undefined:
      return "";
  }
}

function put(line: string, value: string): string {
  return line.replace("{}", value);
}

function toTurns(lines: readonly string[], day: number): Turn[] {
  return lines.map((line, index) => ({
    speaker: line.startsWith("C") ? "customer" : "agent",
    userId: undefined,
    at: day + index * 5000,
    text: line.slice(3),
  }));
}

interface Drafting {
  readonly written: style.Language;
  readonly drafted: style.Manner;
  readonly values: Values;
  readonly any: Any;
}

function honestDraft(
  chosen: readonly Scene[],
  trap: Trap,
  how: Drafting & { readonly trapped: number; readonly turns: number },
): Draft {
  const { written, drafted, values, any, trapped, turns } = how;
  const sentences = chosen.map((scene) => put(any(scene.noted[written]), shown(scene.slot, values, drafted)));
  const items = chosen.flatMap(({ item, slot }) =>
    item === undefined ? [] : [put(item[written], shown(slot, values, drafted))],
  );
  const note = [...sentences, put(trap.honest[written], style.amount(trapped, drafted))];
  return {
    description:
      written === "nl"
        ? "Klant neemt contact op over een bestelling."
        : "Customer contacts us about an order.",
    note: note.map((text, index) => ({ text, turns: [(index % turns) + 1] })),
    actionItems: items.map((text) => ({ text, owner: "agent", due: null })),
  };
}

function plantsOf(
  scene: Scene,
  index: number,
  honest: Draft,
  { written, drafted, values, any }: Drafting,
): Plant[] {
  if (scene.slot === undefined) return [];
  const text = put(any(scene.noted[written]), shown(scene.slot, values, drafted));
  const note = honest.note.map((sentence, at) => (at === index ? { ...sentence, text } : sentence));
  return [{ kind: scene.slot, field: "note", index, draft: { ...honest, note } }];
}

function promisePlant(
  trap: Trap,
  honest: Draft,
  how: Pick<Drafting, "written" | "drafted"> & {
    readonly trapped: number;
    readonly pick: style.Manner["pick"];
  },
): Plant {
  const text = put(how.pick(trap.planted[how.written]), style.amount(how.trapped, how.drafted));
  const note = [...honest.note, { text, turns: [1] }];
  return { kind: "promise", field: "note", index: honest.note.length, draft: { ...honest, note } };
}

function shuffled<T>(list: readonly T[], next: () => number): T[] {
  return list
    .map((one) => ({ one, at: next() }))
    .sort((a, b) => a.at - b.at)
    .map(({ one }) => one);
}
