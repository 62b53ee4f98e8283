import { digitised } from "../language/digitised.ts";

/** Words that stand for a mark or a letter where something is spelled out. */
const spoken = new Map<string, string>([
  ...Object.entries({
    apenstaartje: "@",
    apestaartje: "@",
    apenstaart: "@",
    at: "@",
    punt: ".",
    dot: ".",
    point: ".",
    streepje: "-",
    koppelteken: "-",
    dash: "-",
    hyphen: "-",
    underscore: "_",
    plus: "+",
  }),
  ...(
    "alpha alfa bravo charlie delta echo foxtrot golf hotel india juliett juliet kilo lima mike november oscar papa quebec " +
    "romeo sierra tango uniform victor whiskey xray yankee zulu"
  )
    .split(" ")
    .map((word) => [word, word.charAt(0)] as const),
]);
/** After these comes a word that only explains the letter before: "B van Bernard", "N as in November". */
const explaining = new Set(["van", "as", "in", "for", "like", "als", "of"]);
const maxSkipped = 8;
const token = /\d+|[\p{L}]+|[@._+-]/gu;

/** What a turn says, as the pieces a code can be spelled from. */
export function piecesOf(text: string): string[] {
  const words = [...digitised(text).text.matchAll(token)].map(([word]) => word);
  return words.map((word, index) =>
    explaining.has(words[index - 1] ?? "") ? word : (spoken.get(word) ?? word),
  );
}

/**
 * Whether a code is said piece by piece, each piece whole, with a few other words between: "A B, ja, twaalf vierendertig".
 * @param key lower case letters, digits and, in an e-mail address, marks
 */
export function isSpelled(pieces: readonly string[], key: string): boolean {
  const withMarks = key.includes("@");
  for (let start = 0; start < pieces.length; start += 1) {
    if (key.startsWith(pieces[start] ?? " ") && spelledFrom(pieces, start, key, withMarks)) return true;
  }
  return false;
}

function spelledFrom(pieces: readonly string[], start: number, key: string, withMarks: boolean): boolean {
  let rest = key;
  let skipped = 0;
  for (let at = start; at < pieces.length && skipped <= maxSkipped; at += 1) {
    const piece = pieces[at] ?? "";
    if (rest.startsWith(piece)) {
      rest = rest.slice(piece.length);
      if (rest === "") return true;
      skipped = 0;
    } else if (/\d/.test(piece)) return false;
    else if (withMarks || /\p{L}/u.test(piece)) skipped += 1;
  }
  return false;
}

/** The ways a telephone number is dialled: with its country, with 00 before it, or from within. */
export function dialled(digits: string): string[] {
  const national = /^(?:0031|31)0?(\d{9})$/.exec(digits)?.[1];
  if (national !== undefined)
    return [`0${national}`, `31${national}`, `0031${national}`, `310${national}`, digits];
  return /^0\d{9}$/.test(digits)
    ? [digits, `31${digits.slice(1)}`, `0031${digits.slice(1)}`, `31${digits}`]
    : [digits];
}
