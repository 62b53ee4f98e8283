import { type FileHandle, open } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { causeOf, Fatal } from "../errors.ts";

const pollMs = 200;
const chunkBytes = 65_536;
/** No line of ours is this long; more of one is shown as further lines. */
const longestLine = 2 ** 20;

/** Whole lines of a stream of bytes; the last one also where nothing ends it. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array | string>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of chunks) {
    rest += typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true });
    const lines = rest.split(/\r?\n/);
    rest = lines.pop() ?? "";
    yield* lines;
    if (rest.length > longestLine) {
      yield rest;
      rest = "";
    }
  }
  if (rest !== "") yield rest;
}

/**
 * A file's bytes, and what is added to it until `signal` aborts. One that was moved away is read to its end before the
 * new one of its name; one that became shorter is read from its start.
 * @throws Fatal where it is not there at first
 */
export async function* followFile(file: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  let handle = await opened(file);
  let position = 0;
  try {
    while (!signal.aborted) {
      const next = await replacement(handle, file);
      if ((await handle.stat()).size < position) position = 0;
      for await (const chunk of readFrom(handle, position)) {
        position += chunk.length;
        yield chunk;
      }
      if (next !== undefined) {
        await handle.close();
        handle = next;
        position = 0;
      } else await sleep(pollMs, undefined, { signal }).catch(() => {});
    }
  } finally {
    await handle.close();
  }
}

async function* readFrom(handle: FileHandle, from: number): AsyncGenerator<Uint8Array> {
  for (let position = from; ; ) {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(chunkBytes), 0, chunkBytes, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

/** The file that has the name now, where it is another; while none has it, the old one may still grow. */
async function replacement(handle: FileHandle, file: string): Promise<FileHandle | undefined> {
  // Opened first and looked at then: in a rotation a name may be gone again at any moment.
  const found = await open(file).catch((error: unknown) => {
    if (causeOf(error) === "ENOENT") return undefined;
    throw unreadable(file, error);
  });
  if (found === undefined) return undefined;
  const [ours, theirs] = [await handle.stat(), await found.stat()];
  if (ours.ino !== theirs.ino || ours.dev !== theirs.dev) return found;
  await found.close();
  return undefined;
}

async function opened(file: string): Promise<FileHandle> {
  try {
    return await open(file);
  } catch (error) {
    throw unreadable(file, error);
  }
}

function unreadable(file: string, error: unknown): Fatal {
  return new Fatal("log_file", `--file: ${file} cannot be read (${causeOf(error)})`, error);
}
