/** Letters of other scripts that look like Latin ones (after Unicode's confusables, the ones in use). */
const lookalikes: Readonly<Record<string, string>> = {
  ...pairs("аaеeоoрpсcхxуyіiјjѕsһhԁdԛqԝwкkмmтtвbнhгrзeьbпnиuлl"),
  ...pairs("αaβbεeηnιiκkνvοoρpτtυuχxγyωwμuσoζzδd"),
  ...pairs("ıiɑaɡgɩiʏyøołlđdßs"),
  ...pairs("ᴀaʙbᴄcᴅdᴇeꜰfɢgʜhɪiᴊjᴋkʟlᴍmɴnᴏoᴘpʀrꜱsᴛtᴜuᴠvᴡwᴢz"),
};
const leet: Readonly<Record<string, string>> = { 0: "o", 1: "i", 3: "e", 4: "a", 5: "s", 7: "t", 8: "b" };

/** Ligatures of up to eighteen letters, none of them Latin. */
const arabicForms = /[\ufb50-\ufdff\ufe70-\ufefc]/g;
const foreign = /[^\x20-\x7e]/;
const wordPattern = /[\p{L}\p{N}]+(?:['’][\p{L}\p{N}]+)*/gu;

function pairs(letters: string): Record<string, string> {
  const all = [...letters];
  return Object.fromEntries(all.flatMap((letter, at) => (at % 2 === 0 ? [[letter, all[at + 1] ?? ""]] : [])));
}

/** Compatibility forms, accents, invisible characters and look-alike letters undone; case stays. */
export function latin(text: string): string {
  if (!foreign.test(text)) return text;
  return text
    .replace(arabicForms, " ")
    .normalize("NFKD")
    .replace(/[\p{M}\p{Cf}]/gu, "")
    .replace(/[^\x20-\x7e]/gu, (letter) => lookalikes[letter.toLowerCase()] ?? letter);
}

/**
 * The words of a text as a reader takes them, lower case, without apostrophes: look-alikes, digits for letters, words
 * run together by capitals and words spelled letter by letter are undone. Linear.
 */
export function wordsIn(text: string): string[] {
  const words: string[] = [];
  let spelled = "";
  const endSpelling = () => {
    if (spelled.length > 0) words.push(...(spelled.length > 3 ? [spelled] : spelled));
    spelled = "";
  };
  for (const [found] of latin(text).matchAll(wordPattern)) {
    if (found.length === 1) spelled += found.toLowerCase();
    else {
      endSpelling();
      for (const part of atCapitals(found)) words.push(plain(part));
    }
  }
  endSpelling();
  return words;
}

/** `NegeerAlleRegels`: a word with several capitals inside is several words. */
function atCapitals(word: string): string[] {
  return /\p{Ll}\p{Lu}\p{Ll}/u.test(word) ? word.replace(/(\p{Ll})(?=\p{Lu})/gu, "$1 ").split(" ") : [word];
}

function plain(word: string): string {
  const lower = word.toLowerCase().replace(/['’]/g, "");
  if (!/\d/.test(lower) || !/\p{L}/u.test(lower)) return lower;
  return lower.replace(/\d/g, (digit) => leet[digit] ?? digit);
}

export function rot13(word: string): string {
  return word.replace(/[a-z]/g, (letter) => String.fromCharCode(((letter.charCodeAt(0) - 84) % 26) + 97));
}

export function reversed(word: string): string {
  return [...word].reverse().join("");
}

const shortestEncoded = 20;
const encodings = [
  { pattern: /[A-Za-z0-9+/_-]{20,}={0,2}/g, name: "base64" },
  { pattern: /(?:[0-9a-fA-F]{2}){12,}/g, name: "hex" },
] as const;

/** A run of letters that is text in base64 or hex: readable words come out of it. */
export function hidesText(text: string): boolean {
  if (text.length < shortestEncoded) return false;
  return encodings.some(({ pattern, name }) =>
    (text.match(pattern) ?? []).some((run) => isReadable(Buffer.from(run, name).toString("latin1"))),
  );
}

function isReadable(text: string): boolean {
  return text.length >= 10 && /^[\x20-\x7e\s\xa0-\xff]+$/.test(text) && / \S+ /.test(text);
}
