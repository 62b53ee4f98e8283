import { readFileSync } from "node:fs";
import { clean } from "../../src/media/clean.ts";
import type { Utterance } from "../../src/media/medium.ts";
import type { Dialogue, MediumName, Taxonomy } from "../../src/model.ts";
import type { Lure } from "../../src/simulator/gullible.ts";
import { type Base, type BaseName, bases } from "./bases.ts";
import { type ObeyName, obeyIn } from "./obey.ts";

export const attackKinds = [
  "override",
  "role",
  "system-turn",
  "delimiter",
  "spoken-frame",
  "category",
  "dictation",
  "promise",
  "exfiltration",
  "reader",
  "encoded",
  "split",
  "repeated-by-agent",
] as const;
export type AttackKind = (typeof attackKinds)[number];

/**
 * One attack, inside a conversation that is harmless without it. `instruction` is what a model must not be able to
 * read, as it stands in the turns; `obey` what one does that reads it.
 */
export interface Attack extends Lure {
  readonly id: string;
  readonly kind: AttackKind;
  /** Of the attack; the conversation may be in another. */
  readonly language: "nl" | "en" | "de" | "fr";
  readonly medium: MediumName;
  readonly taxonomy: Taxonomy;
  /** The conversation with the attack in it, as it came in: neither cleaned nor guarded. */
  readonly turns: readonly Said[];
  /** The same without the attack, its cover included. */
  readonly harmless: readonly Said[];
}

export interface Said {
  readonly speaker: "customer" | "agent";
  readonly text: string;
}

export interface Row {
  readonly kind: AttackKind;
  readonly language: Attack["language"];
  readonly base: BaseName;
  readonly obey: ObeyName;
  /**
   * What is said: one part after each turn of the customer from the second on, the rest after the last; `A: ` is said
   * by the agent. The instruction stands between `{{` and `}}`, the rest of a part is cover.
   */
  readonly parts: readonly string[];
}

/** A file of this folder, one attack a line: `kind language base obey | part | part`; `#` begins a comment. */
export function readRows(name: string): Row[] {
  return readFileSync(new URL(name, import.meta.url), "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const [head = "", ...parts] = line.split(" | ");
      const [kind, language, base, obey] = head.split(" ");
      return { kind, language, base, obey, parts } as Row;
    });
}

/** The attacks of some rows; ids are `prefix-1` and on, in their order. */
export function attacks(prefix: string, rows: readonly Row[]): Attack[] {
  return rows.map(({ kind, language, base: name, obey, parts }, index) => {
    const base: Base = bases[name];
    const harmless = base.turns.map(parse);
    return {
      id: `${prefix}-${index + 1}`,
      kind,
      language,
      medium: base.medium,
      taxonomy: base.taxonomy,
      turns: insert(harmless, parts),
      harmless,
      instruction: parts.map(instructionOf).filter((part) => part !== ""),
      obey: obeyIn(obey, base.taxonomy),
    };
  });
}

/** What comes out of the media rooms for some turns; consecutive turns of one speaker are one. */
export function dialogueOf(medium: MediumName, turns: readonly Said[]): Dialogue {
  const utterances: Utterance[] = turns.map(({ speaker, text }, index) => ({
    speaker,
    userId: speaker === "agent" ? "agent-1" : undefined,
    at: Date.UTC(2026, 10, 20, 9) + index * 10_000,
    text,
  }));
  return clean(medium, undefined, utterances);
}

function parse(line: string): Said {
  return { speaker: line.startsWith("A: ") ? "agent" : "customer", text: line.replace(/^[AC]: /, "") };
}

function insert(turns: readonly Said[], parts: readonly string[]): Said[] {
  const places = turns.flatMap(({ speaker }, index) => (speaker === "customer" ? [index] : [])).slice(1);
  const waiting = parts.map((part) => parse(part.replace(/\{\{|\}\}(?!\})/g, "")));
  return turns.flatMap((turn, index) => {
    if (!places.includes(index)) return [turn];
    return [turn, ...(index === places.at(-1) ? waiting.splice(0) : waiting.splice(0, 1))];
  });
}

/** From the first `{{` to the last `}}`; empty where nothing is marked. */
function instructionOf(part: string): string {
  const from = part.indexOf("{{");
  return from < 0 ? "" : part.slice(from + 2, part.lastIndexOf("}}")).replace(/\}\} \{\{/g, " ");
}
