import type { Dialogue, MediumName, Turn } from "../model.ts";
import { plainText } from "../text.ts";
import type { Utterance } from "./medium.ts";

/**
 * What bot platforms and channels write into a conversation that no human said: payloads, postbacks, hand-over
 * markers. Compared with the whole cleaned text.
 */
const platformNoise: readonly RegExp[] = [
  /_?cognigy/i,
  /^(?:get[_ ]started|start[_ ]conversation|conversation[_ ]started|handover|hand[_-]over|escalate)$/i,
  /^(?:postback|payload|event|intent|flow):\S+$/i,
  /^\[?(?:system|systeem)\]?\s*:/i,
];

/** A bot platform's data in place of words. */
function isPayload(text: string): boolean {
  if (/^\{[\s\S]*\}$/.test(text)) return true;
  // Square brackets are also how people write what they do: [laughs] yes [laughs].
  if (!text.startsWith("[")) return false;
  try {
    return typeof JSON.parse(text) === "object";
  } catch {
    return false;
  }
}

/** Utterances become the dialogue: plain text, no platform noise, in order, joined by speaker. Pure. */
export function clean(
  medium: MediumName,
  language: string | undefined,
  utterances: readonly Utterance[],
  confidence?: number | undefined,
): Dialogue {
  const turns: Turn[] = [];
  for (const { speaker, userId, at, text: raw } of utterances) {
    const text = plainText(raw, Infinity);
    if (text === "" || isPayload(text) || platformNoise.some((pattern) => pattern.test(text))) continue;
    const last = turns.at(-1);
    if (last?.speaker === speaker && last.userId === userId) {
      turns[turns.length - 1] = { ...last, text: `${last.text} ${text}` };
    } else {
      turns.push({ speaker, userId, at, text });
    }
  }
  return { medium, language, ...(confidence === undefined ? {} : { confidence }), turns };
}
