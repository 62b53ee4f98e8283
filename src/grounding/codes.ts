import type { Place } from "../language/mentions.ts";
import { fold } from "../language/words.ts";

/** Something written letter by letter: it is the same however it is spaced, cased or read out. */
export interface Code extends Place {
  readonly kind: "email" | "iban" | "reference";
  /** Lower case, without spaces and marks; an e-mail address keeps its own. */
  readonly key: string;
}

const iban = /(?<![\p{L}\d])[a-z]{2}\d{2}(?:[ .-]?[a-z\d]{4}){2,7}(?:[ .-]?[a-z\d]{1,3})?(?![\p{L}\d])/giu;
const word = /\S+/g;
/** A number with a unit, an ordinal, a clock time, a device size: letters and digits, and no code. */
const quantity = /^(?:\d+(?:[.,:]\d+)*[a-z]{1,4}|\d+x\d+[a-z]{0,3}|\d{1,2}[uh]\d{2})$/i;
const money = /^(?:eur|usd|gbp|us)\d/i;
const shortDate = /^\d{1,2}[-/][a-z]{3,9}(?:[-/]\d{2,4})?$/i;
const link = /^(?:https?:|www\.)/i;

/** E-mail addresses, IBANs and codes of letters and digits ("AB-12345"), as written. */
export function codesIn(text: string): Code[] {
  return [...ibansIn(text), ...Array.from(text.matchAll(word), toCode).filter((code) => code !== undefined)];
}

function ibansIn(text: string): Code[] {
  return Array.from(text.matchAll(iban), ({ 0: found, index }) => ({
    kind: "iban" as const,
    key: keyOf(found),
    start: index,
    end: index + found.length,
  })).filter(({ key }) => key.replace(/\D/g, "").length >= 10);
}

function toCode({ 0: found, index }: RegExpExecArray): Code | undefined {
  const lead = /^[^\p{L}\d]*/u.exec(found)?.[0].length ?? 0;
  const text = withoutTail(found.slice(lead, lead + 120));
  const place = { start: index + lead, end: index + lead + text.length };
  if (link.test(text)) return undefined;
  if (/^[^@]+@[^@]+\.[^@]+$/.test(text)) return { kind: "email", key: fold(text), ...place };
  const key = keyOf(text);
  const digits = key.replace(/\D/g, "").length;
  const isCode = digits >= 2 && key.length >= 4 && digits < key.length && /^[\p{L}\d._/#-]+$/u.test(text);
  return isCode && !isOrdinary(text) ? { kind: "reference", key, ...place } : undefined;
}

/** An amount, a date, a word with a plain number: "65-plus", "12-maandencontract", "covid-19", "24-uurs". */
function isOrdinary(text: string): boolean {
  if (quantity.test(text) || money.test(text) || shortDate.test(text)) return true;
  return /^\d{1,3}-[\p{Ll}]+$/u.test(text) || /^\p{L}?\p{Ll}{3,}-\d{1,3}$/u.test(text);
}

function withoutTail(text: string): string {
  let end = text.length;
  while (end > 0 && /[^\p{L}\d]/u.test(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}

function keyOf(text: string): string {
  return fold(text).replace(/[^\p{L}\d]/gu, "");
}
