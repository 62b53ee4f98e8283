import type { RedactionKind, Span } from "../../src/redaction/kinds.ts";
import type { Marked, MarkedTurn } from "./score.ts";
import { type Dice, diceOf, type Language } from "./spoken-aloud.ts";
import { type Forms, forms as formsOf } from "./spoken-forms.ts";
import { slotValue } from "./spoken-values.ts";

export interface MarkedCall extends Marked {
  readonly language: Language;
}

/** `held` phrase forms were written before they were run; no finder of a checkable kind was changed for what they showed. */
export type Half = "tuned" | "held";

/**
 * Calls in which numbers are read aloud in many ways among turns full of harmless numbers; the same for the same seed.
 * Odd calls are English.
 */
export function spokenCalls(count: number, seed: number, half: Half): MarkedCall[] {
  const dice = diceOf(seed);
  return Array.from({ length: count }, (_, index) => {
    const language = index % 2 === 0 ? "nl" : "en";
    const forms = formsOf[language][half];
    const turns = [
      ...clean(forms, dice, 3, half, language),
      ...personal(forms, dice, half, language),
      ...clean(forms, dice, 4, half, language),
      ...personal(forms, dice, half, language),
      ...clean(forms, dice, 3, half, language),
    ];
    return { language, turns };
  });
}

function personal(forms: Forms, dice: Dice, half: Half, language: Language): MarkedTurn[] {
  return dice.pick(forms.personal).map((line) => filled(line, dice, half, language));
}

function clean(forms: Forms, dice: Dice, count: number, half: Half, language: Language): MarkedTurn[] {
  return Array.from({ length: count }, () => filled(dice.pick(forms.clean), dice, half, language));
}

/** `A:` or `C:` and a text in which `{phone}` is a personal value, `{phone:1/3}` a third of one, `{#amount}` a harmless one. */
function filled(line: string, dice: Dice, half: Half, language: Language): MarkedTurn {
  const speaker = line.startsWith("A:") ? "agent" : "customer";
  const spans: Span[] = [];
  let text = "";
  for (const piece of line
    .slice(2)
    .trim()
    .split(/(\{[^}]+\})/)) {
    const slot = /^\{(#?)([^}]+)\}$/.exec(piece);
    if (slot === null) {
      text += piece;
      continue;
    }
    const value = slotValue(slot[2] ?? "", dice, half, language);
    if (slot[1] === "") {
      const kind = (slot[2] ?? "").split(":")[0] as RedactionKind;
      spans.push({ kind, start: text.length, end: text.length + value.length });
    }
    text += value;
  }
  return { speaker, text, personal: spans };
}
