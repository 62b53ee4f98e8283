import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { checkDraft } from "../../src/grounding/check.ts";
import type { ActionItem, Turn } from "../../src/model.ts";

interface Answer {
  readonly description: string;
  readonly note: readonly { readonly sentence: string; readonly turns: readonly number[] }[];
  readonly actionItems: readonly (Omit<ActionItem, "due"> & { readonly due: string })[];
}

/** The worked examples of a prompt: what was said, and the log that is held up as a good one. */
function examplesOf(language: string) {
  const prompt = readFileSync(new URL(`../../prompts/contact-log.${language}.md`, import.meta.url), "utf8");
  return prompt
    .split(/^### /m)
    .filter((section) => section.includes("```json"))
    .map((section) => {
      const turns = Array.from(section.matchAll(/^\[\d+\] (agent|customer)(?: \d)?: (.*)$/gm), toTurn);
      const json = /```json\n([\s\S]*?)```/.exec(section)?.[1] ?? "";
      const date = /^Date of the conversation: (\S+)/m.exec(section)?.[1] ?? "2026-04-08";
      const day = Date.parse(`${date}T12:00:00Z`);
      return { title: section.split("\n", 1)[0], turns, answer: JSON.parse(json) as Answer, day };
    });
}

function toTurn([, speaker = "", text = ""]: RegExpExecArray, at: number): Turn {
  return { speaker: speaker === "agent" ? "agent" : "customer", userId: undefined, at, text };
}

describe.each(["nl", "en"])(
  "the examples of the prompt (%s) say nothing their dialogue does not",
  (language) => {
    test.each(examplesOf(language))("$title", ({ turns, answer, day }) => {
      const draft = {
        description: answer.description,
        note: answer.note.map(({ sentence, turns: rests }) => ({ text: sentence, turns: rests })),
        actionItems: answer.actionItems.map((item) => ({ ...item, due: item.due || null })),
      };
      expect(turns.length).toBeGreaterThan(2);
      expect(checkDraft(draft, { medium: "voice", language, turns }, { day })).toEqual([]);
    });
  },
);
