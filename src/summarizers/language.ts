import { fold, wordsOf } from "../language/words.ts";
import type { Draft } from "../model.ts";
import { languageWords } from "./offline/cues.ts";
import { guessLanguage } from "./offline/text.ts";

/** Languages whose words are known here. */
const known = ["nl", "en"] as const;

/**
 * Whether a draft can be in this language (BCP 47): false only where it is plain to see that it is not, by its script or
 * by its function words. What is too short to tell passes.
 */
export function isInLanguage(
  { description, note }: Pick<Draft, "description" | "note">,
  language: string,
): boolean {
  const asked = known.find((one) => language.toLowerCase().startsWith(one));
  if (asked === undefined) return true;
  const text = [description, ...note.map((sentence) => sentence.text)].join(" ");
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  const latin = text.match(/\p{Script=Latin}/gu)?.length ?? 0;
  if (letters > 0 && latin < letters / 2) return false;
  const spoken = guessLanguage(wordsOf(fold(text)), languageWords);
  return spoken === undefined || spoken === asked;
}
