import type { ActionItem, ContactLog } from "../model.ts";
import { cut } from "../text.ts";

/** A key as it stands in a text, to be found again: whole, since one key can begin another. */
export function markerOf(key: string): string {
  return `[${key}]`;
}

const words = {
  nl: {
    title: "Gespreksverslag",
    actions: "Acties:",
    due: "uiterlijk",
    agent: "medewerker",
    customer: "klant",
    company: "bedrijf",
  },
  en: {
    title: "Contact log",
    actions: "Action items:",
    due: "by",
    agent: "agent",
    customer: "customer",
    company: "company",
  },
} as const;

/**
 * A contact log as plain text for people: its key in the first line, what it was about, the note, the action items,
 * its category. Where `maxChars` does not suffice it is the note and what follows that is cut, at a word.
 */
export function textOf(log: ContactLog, maxChars: number): string {
  const { title } = wordsOf(log);
  return cut(`${title} ${markerOf(log.key)}\n${proseOf(log)}`, maxChars);
}

/** The same without its first line, for a place that needs no key. */
export function proseOf(log: ContactLog): string {
  const { actions } = wordsOf(log);
  const items = log.actionItems.map((item) => `- ${actionOf(item, log)}`);
  const parts = [
    log.description,
    log.note,
    ...(items.length > 0 ? [[actions, ...items].join("\n")] : []),
    [log.category, log.subcategory].filter((name) => name !== "").join(" / "),
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

/** `Nota opnieuw sturen (medewerker, uiterlijk 2026-03-12)` */
export function actionOf({ text, owner, due }: ActionItem, log: ContactLog): string {
  const told = wordsOf(log);
  return `${text} (${[told[owner], ...(due === null ? [] : [`${told.due} ${due}`])].join(", ")})`;
}

function wordsOf({ language }: ContactLog): (typeof words)["nl" | "en"] {
  return /^nl\b/i.test(language) ? words.nl : words.en;
}
