import { randomBytes } from "node:crypto";
import type { Dialogue, NoteSentence } from "../model.ts";
import { countTokens } from "./tokens.ts";

/** More is not read: some 24 times what a model is given at once is a week of talk. */
const maxParts = 24;
/** A turn that fills a whole part by itself is cut into pieces of about this many characters a token. */
const charsAToken = 2;

/** One turn as the model reads it, `[12] agent: …`; a turn of several pieces has several lines. */
export interface Line {
  readonly turn: number;
  readonly text: string;
}

/** Lines that are read together. */
export interface Part {
  readonly lines: readonly Line[];
  readonly from: number;
  readonly to: number;
}

/** The dialogue with its turns numbered from 1; several agents are told apart, without their ids. */
export function linesOf({ turns }: Dialogue): Line[] {
  const agents = [...new Set(turns.filter(({ speaker }) => speaker === "agent").map(({ userId }) => userId))];
  return turns.map(({ speaker, userId, text }, index) => {
    const number = agents.length > 1 && speaker === "agent" ? ` ${agents.indexOf(userId) + 1}` : "";
    return { turn: index + 1, text: `[${index + 1}] ${speaker}${number}: ${text}` };
  });
}

/**
 * Parts of about the same length, none above `maxTokens`, divided between turns; one where all of it fits.
 * @returns also the turns that are in no part, where there would be too many
 */
export async function divide(
  lines: readonly Line[],
  maxTokens: number,
  model: string,
): Promise<{ readonly parts: readonly Part[]; readonly leftOut: readonly number[] }> {
  // No token is shorter than a byte: most dialogues need no counting.
  const bytes = lines.reduce((sum, { text }) => sum + Buffer.byteLength(text) + 1, 0);
  if (bytes <= maxTokens) return { parts: [partOf(lines)], leftOut: [] };
  const sized: { line: Line; tokens: number }[] = [];
  for (const line of lines.flatMap((one) => pieces(one, maxTokens))) {
    sized.push({ line, tokens: (await countTokens(model, line.text)) + 1 });
  }
  const total = sized.reduce((sum, { tokens }) => sum + tokens, 0);
  const share = Math.ceil(total / Math.ceil(total / maxTokens));
  const groups: Line[][] = [];
  let filled = Infinity;
  for (const { line, tokens } of sized) {
    if (filled + tokens > maxTokens || filled >= share) {
      groups.push([]);
      filled = 0;
    }
    groups.at(-1)?.push(line);
    filled += tokens;
  }
  // How it began and how it ended say most; what is too much is left out of the middle.
  const head = groups.slice(0, Math.ceil(maxParts / 2));
  const tail = groups.slice(Math.max(head.length, groups.length - Math.floor(maxParts / 2)));
  const kept = [...head, ...tail];
  const unread = groups.filter((group) => !kept.includes(group)).flat();
  return { parts: kept.map(partOf), leftOut: [...new Set(unread.map(({ turn }) => turn))] };
}

function partOf(lines: readonly Line[]): Part {
  return { lines, from: lines[0]?.turn ?? 1, to: lines.at(-1)?.turn ?? 1 };
}

function pieces({ turn, text }: Line, maxTokens: number): Line[] {
  const size = Math.max(200, maxTokens * charsAToken);
  if (Buffer.byteLength(text) < maxTokens || text.length <= size) return [{ turn, text }];
  const prefix = text.slice(0, text.indexOf(": ") + 2);
  const count = Math.ceil(text.length / size);
  return Array.from({ length: count }, (_, index) => {
    const piece = text.slice(index * size, (index + 1) * size).toWellFormed();
    return { turn, text: index === 0 ? piece : `${prefix}${piece}` };
  });
}

/** The words as data: numbered lines between markers nobody in them can have guessed. */
export function transcriptBlock(date: string, { lines }: Part, note = ""): string {
  return `${dateLine(date)}${note}${marked(
    "TRANSCRIPT",
    lines.map(({ text }) => text),
  )}`;
}

/** What was found in the parts, in the transcript's place. */
export function findingsBlock(
  date: string,
  found: readonly { readonly part: Part; readonly sentences: readonly NoteSentence[] }[],
): string {
  const lines = found.flatMap(({ part, sentences }, index) => [
    `Part ${index + 1} of ${found.length}, turns ${part.from} to ${part.to}:`,
    ...sentences.map(({ text, turns }) => `[${turns.join(", ") || part.from}] ${text}`),
  ]);
  return `${dateLine(date)}${marked("FINDINGS", lines)}`;
}

function marked(name: string, lines: readonly string[]): string {
  const marker = `${name}-${randomBytes(8).toString("hex")}`;
  return `<<${marker}>>\n${lines.join("\n")}\n<</${marker}>>`;
}

/** With the weekday: people say "Friday", and no date follows from that alone. */
function dateLine(date: string): string {
  const weekday = new Intl.DateTimeFormat("en", { weekday: "long", timeZone: "UTC" });
  return `Date of the conversation: ${date} (${weekday.format(Date.parse(date))})\n`;
}
