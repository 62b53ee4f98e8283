import { labels } from "../../src/summarizers/offline/note.ts";
import type { Drafted, SummaryRequest } from "../../src/summarizers/summarizer.ts";

/** What the offline summarizer is asked with and has no use for. */
export const unused: Pick<SummaryRequest, "date" | "prompts" | "check" | "meter"> = {
  date: "2026-02-20",
  prompts: { log: "", part: "", join: "" },
  check: async () => [],
  meter: { reserve: () => () => {} },
};

const words = Object.values(labels).flatMap(Object.values).join("|");
const lineStart = new RegExp(` (?=(?:${words}): )`, "g");

/** A draft as people read it: the note as text, a line a kind. */
export function told({ draft, doubts }: Drafted) {
  const note = draft.note
    .map(({ text }) => text)
    .join(" ")
    .replace(lineStart, "\n");
  return { ...draft, doubts, sentences: draft.note, note };
}
