import { existsSync, readFileSync } from "node:fs";
import type { RedactionKind } from "../../src/redaction/kinds.ts";
import type { Marked, MarkedTurn } from "./score.ts";

/** Evaluation data lies beside the project and stays there. */
export const dataFolder = new URL("../../../shared/data/", import.meta.url);
export const hasChats = existsSync(new URL("pii-nl-chat.jsonl", dataFolder));

interface RawTurn {
  readonly speaker: string;
  readonly text: string;
  readonly pii: readonly { readonly type: string; readonly start: number; readonly end: number }[];
}

const kinds: Readonly<Record<string, RedactionKind>> = {
  NAME: "name",
  EMAIL: "email",
  PHONE: "phone",
  CREDIT_CARD: "card",
  BSN: "bsn",
  IBAN: "iban",
  DOB: "birthDate",
  POSTCODE: "postcode",
  ADDRESS: "address",
};
const uncommon = ["Tjerkje", "Oluwaseun", "Wiepie", "Xanthe", "Sjoukje", "Ngozi", "Aurelien", "Bouwina"];

export function records<T>(name: string): T[] {
  return readFileSync(new URL(name, dataFolder), "utf8")
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => JSON.parse(line) as T);
}

/** Every other labelled chat: 0 was looked at while the finders were made, 1 was held out. */
export function labelledChats(half: 0 | 1): Marked[] {
  return records<{ readonly turns: readonly RawTurn[] }>("pii-nl-chat.jsonl")
    .filter((_, index) => index % 2 === half)
    .map(({ turns }) => ({ turns: turns.map(toMarked) }));
}

function toMarked({ speaker, text, pii }: RawTurn): MarkedTurn {
  const personal = pii.map(({ type, start, end }) => ({ kind: kinds[type] as RedactionKind, start, end }));
  return { speaker: speaker === "agent" ? "agent" : "customer", text, personal };
}

/** The same chat with every name replaced by an uncommon one: what name recall is without a list of names. */
export function renamed({ turns }: Marked): Marked {
  const given = new Map<string, string>();
  const other = (name: string) => {
    const known = given.get(name) ?? (uncommon[given.size % uncommon.length] as string);
    given.set(name, known);
    return known;
  };
  return {
    turns: turns.map(({ speaker, text, personal }) => {
      let fresh = "";
      let at = 0;
      const spans = personal.map(({ kind, start, end }) => {
        const value = kind === "name" ? other(text.slice(start, end)) : text.slice(start, end);
        fresh += text.slice(at, start) + value;
        at = end;
        return { kind, start: fresh.length - value.length, end: fresh.length };
      });
      return { speaker, text: fresh + text.slice(at), personal: spans };
    }),
  };
}
