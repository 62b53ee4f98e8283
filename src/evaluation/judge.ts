import { randomBytes } from "node:crypto";
import { z } from "zod";
import { Permanent } from "../errors.ts";
import type { Judge } from "./write.ts";

/** Asks a model once: what it is, what it gets; its answer as text. */
export type Ask = (
  messages: readonly { readonly role: "system" | "user"; readonly content: string }[],
  signal: AbortSignal,
) => Promise<string>;

const score = z.number().min(1).max(5);
/** What a judge is asked to answer. */
export const ratingSchema = z.object({
  faithful: score,
  complete: score,
  readable: score,
  comment: z.string().default(""),
});
const maxComment = 2_000;
const tries = 2;

/**
 * A model as judge. Dialogue and log are data between markers nobody in them can have guessed.
 * @param rubric the instructions; static, so that a prompt cache can serve them
 */
export function createJudge(rubric: string, ask: Ask): Judge {
  return async (dialogue, log, language, signal) => {
    const marker = randomBytes(8).toString("hex");
    const content = [
      block(`DIALOGUE-${marker}`, dialogue),
      block(`LOG-${marker}`, log),
      `Language asked for: ${language}`,
    ];
    const messages = [
      { role: "system", content: rubric },
      { role: "user", content: content.join("\n\n") },
    ] as const;
    for (let attempt = 0; attempt < tries; attempt++) {
      const rating = ratingSchema.safeParse(objectIn(await ask(messages, signal)));
      if (rating.success)
        return { ...rating.data, comment: rating.data.comment.slice(0, maxComment).toWellFormed() };
    }
    throw new Permanent("judge_answer_invalid", "judge: its answer was not usable, twice");
  };
}

function block(marker: string, text: string): string {
  return `<<${marker}>>\n${text}\n<</${marker}>>`;
}

/** Fences and prose around the JSON are tolerated. */
function objectIn(text: string): unknown {
  try {
    return JSON.parse(text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1));
  } catch {
    return undefined;
  }
}
