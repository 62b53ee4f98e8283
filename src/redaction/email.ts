import { cueOf } from "./cues.ts";
import type { Span } from "./kinds.ts";
import { type Finder, isAfter, type Passage } from "./passage.ts";

/**
 * Written: whatever stands around an @ and ends in a domain with a dot; no word of a log looks like that by chance.
 * Said: "apenstaartje" is as good as an @; "at" is an ordinary word, so it needs a domain of known ending behind it and
 * a local part that was spelled ("jan punt de vries at …"), a provider's domain, or talk of e-mail before it.
 */
export const findEmails: Finder = (passage) => [...written(passage), ...said(passage)];

const localBefore = /[\p{L}\p{N}._%+'-]{1,64} ?$/u;
const domainAfter = / ?(?:[\p{L}\p{N}-]{1,63}\.){1,4}\p{L}{2,12}(?![\p{L}\p{N}])/uy;

function written({ text }: Passage): Span[] {
  const spans: Span[] = [];
  for (let at = text.indexOf("@"); at >= 0; at = text.indexOf("@", at + 1)) {
    const local = localBefore.exec(text.slice(Math.max(0, at - 65), at))?.[0];
    domainAfter.lastIndex = at + 1;
    const domain = domainAfter.exec(text)?.[0];
    if (local !== undefined && domain !== undefined)
      spans.push({ kind: "email", start: at - local.length, end: at + 1 + domain.length });
  }
  return spans;
}

const tlds = "com|nl|net|org|be|eu|de|info|io|co|uk|fr|nu|me|email|online|shop|c o m|n l";
const dot = "(?: ?\\. ?| (?:punt|dot|point) )";
const sign =
  /[[(]at[\])]|(?<![\p{L}\p{N}])(?:apen?staart(?:je)?|aap(?:en)?staartje|at[- ]?(?:sign|teken)|ad|(at|@))(?![\p{L}\p{N}])/giu;
const spokenDomain = new RegExp(
  `[ ,]{0,2}(?:[\\p{L}\\p{N}]{1,20}(?: (?:min|streepje|dash|hyphen) |${dot}| )){0,5}?[\\p{L}\\p{N}-]{1,30}${dot}(?:${tlds})(?:${dot}(?:uk|nl|be))?(?![\\p{L}\\p{N}])`,
  "iuy",
);
const joining =
  /(?:^|[ ._-])(?:punt|dot|point|underscore|streepje|liggend|laag|dash|hyphen|min|minus|koppelteken)(?= |$)|[._-]|\d/iu;

/** Where nobody says "at" but for mail. */
const provider =
  /^[ ,]*(?:gmail|hotmail|outlook|live|icloud|yahoo|ziggo|kpnmail|kpnplanet|planet|xs4all|home|casema|upcmail|telfort|quicknet|proton(?:mail)?|msn|me|aol)(?!\p{L})/iu;

/** Words that lead up to an address and are none of it. */
const leading = new Set(
  (
    "is naar op e-mail email emailadres e-mailadres mailadres mail mailadress adres address my mijn it its it's that that's dat " +
    "het ja nee eh uh euh uhm um dus dan en and to the for u uw your you me we wij ik i hebben have has wat what was as als " +
    "zijn are via onder with met van from moet mag graag please sure yes no oke okay ok volgende mailen luidt reach send " +
    "use can could doe maar wordt stuur schrijf stond staat gewoon try write just now nu graag anders"
  ).split(" "),
);
const longestLocal = 12;

function said(passage: Passage): Span[] {
  const { text } = passage;
  const spans: Span[] = [];
  for (const match of text.matchAll(sign)) {
    const after = match.index + match[0].length;
    spokenDomain.lastIndex = after;
    const domain = spokenDomain.exec(text);
    if (domain === null) continue;
    const start = localStart(text, match.index);
    const sure =
      match[1] === undefined || joining.test(text.slice(start, match.index)) || provider.test(domain[0]);
    if (sure || talksOfMail(passage, start))
      spans.push({ kind: "email", start, end: after + domain[0].length });
  }
  return spans;
}

function talksOfMail(passage: Passage, at: number): boolean {
  return passage.asked.has("email") || isAfter(passage, at, cueOf("email"), 80);
}

/** Back over the words of the local part, up to one that only leads up to it or ends a sentence; no blank, one word. */
function localStart(text: string, sign: number): number {
  const most = text[sign - 1] === " " ? longestLocal : 1;
  let start = sign;
  for (let count = 0; count < most; count++) {
    const before = /([\p{L}\p{N}'’._+-]{1,64}) ?$/u.exec(text.slice(Math.max(0, start - 66), start));
    const word = before?.[1]?.toLowerCase();
    if (before === null || word === undefined || (/[.]$/.test(word) && word.length > 1)) break;
    const next = start - before[0].length;
    if (leading.has(word) && !isSpelled(text, next, start, word)) break;
    start = next;
  }
  return start;
}

/** "i" among single letters and "van" after "punt" or "underscore" are part of what is spelled. */
function isSpelled(text: string, start: number, end: number, word: string): boolean {
  if (word.length === 1)
    return (
      /^(?:\p{L}(?!\p{L})|$)/u.test(text.slice(end, end + 2)) ||
      /(?<!\p{L})\p{L} $/u.test(text.slice(Math.max(0, start - 3), start))
    );
  return joining.test(text.slice(Math.max(0, start - 12), start).replace(/^.* (?=\S+ $)/, ""));
}
