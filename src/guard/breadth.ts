import type { Places } from "./match.ts";
import type { Group } from "./vocabulary.ts";

/** What orders to a record are about; each alone is ordinary speech, many together are not. */
const themes: readonly (readonly Group[])[] = [
  ["log", "file", "agreements", "actionItem", "field", "literally", "text"],
  ["note", "write", "must", "choose", "put", "set", "print"],
  ["gain", "money", "drunk", "solved"],
  ["third"],
  ["taxonomy", "category", "classify", "label"],
  ["machine", "apparatus", "onlyMachine"],
  ["rules", "told"],
  ["talk", "recording"],
];

/** Within so many words. */
const within = 24;
const tooMany = 4;
/** Where nobody speaks of themselves. */
const tooManyUnspoken = 3;

/** A sentence touches more of the themes of an order than people do who speak to each other. Linear but for a sort. */
export function isTooBroad(places: Places): boolean {
  return (
    places.size >= tooManyUnspoken &&
    breadthOf(places) >= (places.has("self") || places.has("own") ? tooMany : tooManyUnspoken)
  );
}

/** The most themes that come together within the width; a word counts for one of its themes. */
function breadthOf(places: Places): number {
  const found = themes
    .flatMap((groups, theme) =>
      groups.flatMap((group) => (places.get(group) ?? []).map((at) => ({ at, theme }))),
    )
    .sort((a, b) => a.at - b.at);
  const wordsOfTheme = new Counter();
  const themesOfWord = new Counter();
  let most = 0;
  let first = 0;
  for (const { at, theme } of found) {
    wordsOfTheme.add(theme);
    themesOfWord.add(at);
    for (let gone = found[first]; gone !== undefined && at - gone.at >= within; gone = found[++first]) {
      wordsOfTheme.take(gone.theme);
      themesOfWord.take(gone.at);
    }
    most = Math.max(most, Math.min(wordsOfTheme.kinds, themesOfWord.kinds));
  }
  return most;
}

/** How many different things there are of some that come and go. */
class Counter {
  readonly #counts = new Map<number, number>();

  get kinds(): number {
    return this.#counts.size;
  }

  add(one: number): void {
    this.#counts.set(one, (this.#counts.get(one) ?? 0) + 1);
  }

  take(one: number): void {
    const left = (this.#counts.get(one) ?? 0) - 1;
    if (left > 0) this.#counts.set(one, left);
    else this.#counts.delete(one);
  }
}
