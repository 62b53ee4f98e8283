import { createReadStream } from "node:fs";
import { chmod, type FileHandle, open } from "node:fs/promises";

/** Transcripts stand in it: for its owner alone. */
const mode = 0o600;
const newline = 0x0a;

/**
 * A file of JSON lines, one an entry, each under a key. What a first run wrote is there for the second; a line that a
 * power cut tore off is dropped, and written again.
 */
export class Journal<T extends { readonly key: string }> implements AsyncDisposable {
  readonly #file: FileHandle;
  readonly #entries: Map<string, T>;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(file: FileHandle, entries: Map<string, T>) {
    this.#file = file;
    this.#entries = entries;
  }

  /** Opens or creates the file; the later of two entries of one key counts. */
  static async open<T extends { readonly key: string }>(path: string): Promise<Journal<T>> {
    const file = await open(path, "a+", mode);
    await chmod(path, mode);
    const { entries, whole } = await readEntries<T>(path);
    await file.truncate(whole);
    return new Journal(file, entries);
  }

  get(key: string): T | undefined {
    return this.#entries.get(key);
  }

  /** Resolves once the line is written; lines of concurrent calls never mix. */
  async add(entry: T): Promise<void> {
    this.#entries.set(entry.key, entry);
    const written = this.#last.then(() => this.#file.appendFile(`${JSON.stringify(entry)}\n`));
    this.#last = written.catch(() => {});
    await written;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#last;
    await this.#file.close();
  }
}

/** The entries, and how many bytes up to the end of the last whole line. */
async function readEntries<T extends { readonly key: string }>(
  path: string,
): Promise<{ entries: Map<string, T>; whole: number }> {
  const entries = new Map<string, T>();
  let whole = 0;
  let pieces: Buffer[] = [];
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    let from = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, from)) {
      const line = Buffer.concat([...pieces, chunk.subarray(from, end)]);
      const entry = parse<T>(line.toString("utf8"));
      if (entry) entries.set(entry.key, entry);
      whole += line.length + 1;
      pieces = [];
      from = end + 1;
    }
    pieces.push(chunk.subarray(from));
  }
  return { entries, whole };
}

function parse<T extends { readonly key: string }>(line: string): T | undefined {
  try {
    const entry = JSON.parse(line) as T | null;
    return typeof entry?.key === "string" ? entry : undefined;
  } catch {
    return undefined;
  }
}
