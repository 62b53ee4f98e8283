import { createContext, Script } from "node:vm";

/** A sane pattern takes microseconds; one that is none could take longer than the machine lives. */
const longestMs = 1_000;
/** Texts that a pattern with a repeated part inside a repeated part takes for ever on, a few characters each way. */
const probes = ["0", "a", "A", "-", " ", "0-", "a ", "A0", "A-"].map((part) => `${part.repeat(40)}!`);

const room = createContext({ pattern: undefined, texts: undefined });
const asked = new Script("texts.map((text) => pattern.test(text))");

/** What took too long once is not asked again. */
const tooSlow = new WeakSet<RegExp>();

/** Whether a pattern that somebody configured would hold up the program. */
export function isTooSlow(pattern: RegExp): boolean {
  return matches(pattern, probes) === undefined;
}

/** For each text whether one of the patterns matches it in full; a pattern that takes too long matches nothing. */
export function matchInFull(patterns: readonly RegExp[], texts: readonly string[]): boolean[] {
  const found = patterns.filter((one) => !tooSlow.has(one)).map((one) => matches(one, texts) ?? []);
  return texts.map((_text, index) => found.some((own) => own[index] === true));
}

function matches(pattern: RegExp, texts: readonly string[]): readonly boolean[] | undefined {
  const { source, flags } = pattern;
  Object.assign(room, { pattern: new RegExp(`^(?:${source})$`, flags.replace(/[gy]/g, "")), texts });
  try {
    return asked.runInContext(room, { timeout: longestMs }) as boolean[];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw error;
    tooSlow.add(pattern);
    return undefined;
  } finally {
    Object.assign(room, { pattern: undefined, texts: undefined });
  }
}
