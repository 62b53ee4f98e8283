/** A key that stands more than once in one object: `JSON.parse` keeps the last and says nothing. */
export interface Repeat {
  /** `brands.0.match` */
  readonly path: string;
  /** Offsets of its names in the text. */
  readonly at: readonly number[];
}

/** An object or a list that is being read. */
interface Level {
  /** Undefined in a list. */
  readonly keys: Map<string, number[]> | undefined;
  /** The key that was read last, or the index in the list. */
  name: string | number;
}

const token = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;

/** Keys that are there more than once, in the order of their first. @param json a text that `JSON.parse` takes */
export function repeatsIn(json: string): Repeat[] {
  const repeats: Repeat[] = [];
  const levels: Level[] = [];
  let text = { written: "", at: 0 };
  for (const { 0: found, index } of json.matchAll(token)) {
    const level = levels.at(-1);
    if (found === "{") levels.push({ keys: new Map(), name: "" });
    else if (found === "[") levels.push({ keys: undefined, name: 0 });
    else if (found === "}" || found === "]") repeats.push(...repeatsOf(levels.pop(), levels));
    else if (found === ":" && level?.keys !== undefined) {
      level.name = JSON.parse(text.written) as string;
      level.keys.set(level.name, [...(level.keys.get(level.name) ?? []), text.at]);
    } else if (found === "," && typeof level?.name === "number") level.name++;
    else text = { written: found, at: index };
  }
  return repeats.sort((one, other) => (one.at[0] ?? 0) - (other.at[0] ?? 0));
}

function repeatsOf(level: Level | undefined, above: readonly Level[]): Repeat[] {
  return [...(level?.keys ?? [])]
    .filter(([, at]) => at.length > 1)
    .map(([key, at]) => ({ path: [...above.map(({ name }) => name), key].join("."), at }));
}
