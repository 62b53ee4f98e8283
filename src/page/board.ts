/** Named parts, each a JSON value. */
export type Parts = Readonly<Record<string, unknown>>;

/**
 * What the page shows, part by part, each with the number of its last change: whoever has seen up to a number is told
 * of what changed since, however long it was away.
 */
export class Board {
  readonly #parts = new Map<string, { readonly text: string; readonly version: number }>();
  #version = 0;

  /** Counts its changes. */
  get version(): number {
    return this.#version;
  }

  /** Takes what holds now; a part that is no longer there is forgotten. */
  put(parts: Parts): void {
    for (const name of [...this.#parts.keys()]) if (!Object.hasOwn(parts, name)) this.#parts.delete(name);
    for (const [name, value] of Object.entries(parts)) {
      const text = JSON.stringify(value);
      if (this.#parts.get(name)?.text !== text) this.#parts.set(name, { text, version: ++this.#version });
    }
  }

  /** A JSON object of the parts that changed after `version`; undefined where none did. */
  since(version: number): string | undefined {
    const changed = [...this.#parts].filter(([, part]) => part.version > version);
    if (changed.length === 0) return undefined;
    return `{${changed.map(([name, { text }]) => `${JSON.stringify(name)}:${text}`).join(",")}}`;
  }
}
