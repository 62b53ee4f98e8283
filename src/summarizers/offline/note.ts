import type { NoteSentence } from "../../model.ts";
import type { Extract } from "./extract.ts";
import type { Passage } from "./passages.ts";
import { clip } from "./text.ts";

/** The only words of a log that nobody in the conversation said. */
export const labels = {
  nl: {
    customer: "Klant",
    answer: "Medewerker",
    done: "Gedaan",
    agreed: "Afgesproken",
    asked: "Aan klant gevraagd",
    nothing: "Geen inhoud om vast te leggen",
  },
  en: {
    customer: "Customer",
    answer: "Agent",
    done: "Done",
    agreed: "Agreed",
    asked: "Asked of customer",
    nothing: "Nothing said that could be recorded",
  },
} as const;

const maxDescription = 200;
const shortPair = 150;
const maxNote = 1200;
/** Small enough that the first sentence of every line always fits the note. */
const maxSentence = 260;

export function labelsFor(language: string): (typeof labels)["nl" | "en"] {
  return language.toLowerCase().startsWith("nl") ? labels.nl : labels.en;
}

/** The reason, with the sentence beside it where the two are short: "Mijn nota klopt niet. Ik moet …". */
export function descriptionOf({ reason, customer, answer }: Extract, language: string): string {
  const beside = customer.filter(
    (passage) => passage.turn === reason?.turn && Math.abs(passage.index - reason.index) <= 1,
  );
  const pair = beside.slice(0, 2).map(sentence).join(" ");
  if (pair !== "" && pair.length <= shortPair) return pair;
  return clip(reason?.text ?? answer?.text ?? "", maxDescription) || labelsFor(language).nothing;
}

/**
 * Kind after kind, the first of each with its label: whole sentences in the order they were said, each with its turn;
 * promises are the last to be left out.
 */
export function noteOf(parts: Extract, language: string): NoteSentence[] {
  const words = labelsFor(language);
  const acted = parts.done.length + parts.agreed.length + parts.asked.length > 0;
  const answer = acted || parts.answer === undefined ? [] : [parts.answer];
  const lines = [
    { label: words.customer, said: parts.customer },
    { label: words.answer, said: answer },
    { label: words.done, said: parts.done },
    { label: words.agreed, said: parts.agreed },
    { label: words.asked, said: parts.asked },
  ].filter(({ said }) => said.some((passage) => sentence(passage) !== ""));
  const firsts = lines.flatMap(({ said }) => said.slice(0, 1));
  const overhead = lines.reduce((sum, { label }) => sum + label.length + 2, 0);
  const wanted = [...firsts, ...parts.agreed, ...parts.asked, ...parts.done, ...parts.customer, ...answer];
  const kept = fitting(new Set(wanted), maxNote - overhead);
  const note = lines.flatMap(({ label, said }) =>
    said
      .filter((passage) => kept.has(passage))
      .map((passage, index) => ({
        text: index === 0 ? `${label}: ${sentence(passage)}` : sentence(passage),
        turns: [passage.number],
      })),
  );
  return note.length > 0 ? note : [{ text: words.nothing, turns: [] }];
}

function fitting(wanted: Iterable<Passage>, room: number): Set<Passage> {
  const kept = new Set<Passage>();
  let left = room;
  for (const passage of wanted) {
    const cost = sentence(passage).length + 1;
    if (cost === 1 || cost > left) continue;
    kept.add(passage);
    left -= cost;
  }
  return kept;
}

/** As spoken, with a full stop where it had none. */
function sentence({ text }: Passage): string {
  const said = clip(text, maxSentence);
  return said === "" || /[.!?\u2026]["')\u201d]*$/.test(said) ? said : `${said.replace(/[\s,;:-]+$/, "")}.`;
}
