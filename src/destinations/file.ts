import { constants } from "node:fs";
import { type FileHandle, mkdir, mkdtemp, open, rename, rmdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { withoutEvidence } from "../contact-log.ts";
import { Ambiguous, causeOf, Transient } from "../errors.ts";
import type { Destination, Outgoing } from "./destination.ts";
import { destinationId } from "./id.ts";

const newline = 0x0a;
const chunkBytes = 2 ** 20;

export const fileSchema = z.strictObject({
  kind: z.literal("file").describe("One JSON line a contact log, appended to a file."),
  id: destinationId,
  path: z.string().min(1).describe("The file; it belongs to this destination alone."),
  maxBytes: z
    .int()
    .min(1_024)
    .max(2 ** 31)
    .default(10 * 2 ** 20)
    .describe("A file that would become larger is set aside as path.1, path.2 …"),
  keep: z.int().min(1).max(1_000).default(10).describe("Files set aside that are kept."),
  evidence: z.boolean().default(false),
});

export type FileOptions = z.output<typeof fileSchema>;

/**
 * Appends each contact log as a JSON line, on disk before it counts. A line is there whole or not at all: what a crash
 * tore is ended with a line break before the next, and a post of unknown outcome is looked for by its key, in the
 * files set aside too. Exactly once, as long as these are kept.
 */
export function createFile({ id, path, maxBytes, keep, evidence }: FileOptions): Destination {
  let last: Promise<unknown> = Promise.resolve();
  /** One at a time: what appends, and what reads while nothing is set aside. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = last.then(work);
    last = result.catch(() => {});
    return result;
  }
  return {
    id,
    name: basename(path),
    ambiguous: "repeat",
    render: (log) => ({ body: JSON.stringify(evidence ? log : withoutEvidence(log)) }),
    post: ({ body }, signal) =>
      inTurn(async () => {
        signal.throwIfAborted();
        await append(path, Buffer.from(`${body}\n`), { maxBytes, keep }).catch((error: unknown) => {
          throw fileError(path, error);
        });
        return { status: 201, alreadyThere: false };
      }),
    has: (outgoing, signal) =>
      inTurn(async () => {
        try {
          for (let age = 0; age <= keep; age++) {
            if (await holds(aged(path, age), outgoing, signal)) return true;
          }
          return false;
        } catch (error) {
          signal.throwIfAborted();
          throw fileError(path, error);
        }
      }),
    async reach() {
      await requireWritable(path).catch((error: unknown) => {
        throw fileError(path, error);
      });
      return "its file can be written";
    },
    async [Symbol.asyncDispose]() {
      await last;
    },
  };
}

/** The file itself, or one set aside: the larger the age, the older. */
function aged(path: string, age: number): string {
  return age === 0 ? path : `${path}.${age}`;
}

async function append(
  path: string,
  line: Buffer,
  { maxBytes, keep }: { maxBytes: number; keep: number },
): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  let file = await opened(path);
  try {
    const { size } = await file.stat();
    if (size > 0 && size + line.length > maxBytes) {
      await file.close();
      await setAside(path, keep);
      file = await opened(path);
    }
    await addLine(file, line);
  } finally {
    await file.close();
  }
}

/** Appends, whoever else has it open; only its owner may read it. */
async function opened(path: string): Promise<FileHandle> {
  const { O_RDWR, O_APPEND, O_CREAT } = constants;
  const file = await open(path, O_RDWR | O_APPEND | O_CREAT, 0o600);
  if ((await file.stat()).size === 0) await syncDirectory(path);
  return file;
}

async function addLine(file: FileHandle, line: Buffer): Promise<void> {
  const { size } = await file.stat();
  const bytes = (await isTorn(file, size)) ? Buffer.concat([Buffer.of(newline), line]) : line;
  try {
    const { bytesWritten } = await file.write(bytes);
    if (bytesWritten < bytes.length) throw Object.assign(new Error("disk full"), { code: "ENOSPC" });
    await file.datasync();
  } catch (error) {
    await takeBack(file, size, error);
    throw error;
  }
}

/** Half a line, or one that may not be on disk, is taken away again; where that fails too, nobody knows. */
async function takeBack(file: FileHandle, size: number, cause: unknown): Promise<void> {
  try {
    if ((await file.stat()).size === size) return;
    await file.truncate(size);
    await file.datasync();
  } catch {
    throw new Ambiguous("file_unsure", `a line may be in the file (${causeOf(cause)})`, undefined, cause);
  }
}

/** Whether a crash left half a line at its end. */
async function isTorn(file: FileHandle, size: number): Promise<boolean> {
  if (size === 0) return false;
  const { buffer, bytesRead } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  return bytesRead === 1 && buffer[0] !== newline;
}

/** Where there is no file yet, the nearest folder above it is what has to take one. */
async function requireWritable(path: string): Promise<void> {
  const file = await open(path, constants.O_WRONLY | constants.O_APPEND).catch(ignoreMissing);
  if (file !== undefined) return await file.close();
  let folder = dirname(path);
  while ((await stat(folder).catch(ignoreMissing)) === undefined) folder = dirname(folder);
  await rmdir(await mkdtemp(join(folder, ".contactlogd-")));
}

/** Each becomes one older, the oldest first: a crash on the way loses none. */
async function setAside(path: string, keep: number): Promise<void> {
  for (let age = keep - 1; age >= 0; age--) {
    await rename(aged(path, age), aged(path, age + 1)).catch(ignoreMissing);
  }
  await syncDirectory(path);
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(dirname(path), constants.O_RDONLY);
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** Whether a line of the file has this key; if so it is on disk, whatever became of the process that wrote it. */
async function holds(path: string, { key }: Outgoing, signal: AbortSignal): Promise<boolean> {
  signal.throwIfAborted();
  const file = await open(path, constants.O_RDONLY).catch(ignoreMissing);
  if (file === undefined) return false;
  try {
    const quoted = JSON.stringify(key);
    for await (const line of file.readLines({ autoClose: false, highWaterMark: chunkBytes })) {
      signal.throwIfAborted();
      if (!line.includes(quoted) || keyOf(line) !== key) continue;
      await file.datasync();
      return true;
    }
    return false;
  } finally {
    await file.close();
  }
}

/** Undefined for a line that a crash tore. */
function keyOf(line: string): unknown {
  try {
    return (JSON.parse(line) as { key?: unknown } | null)?.key;
  } catch {
    return undefined;
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
}

/** Reasons by the system's code: all of them heal once somebody makes room or gives the right. */
const reasons: Readonly<Record<string, string>> = {
  ENOSPC: "disk_full",
  EDQUOT: "disk_full",
  EFBIG: "disk_full",
  EACCES: "file_not_writable",
  EPERM: "file_not_writable",
  EROFS: "file_not_writable",
};

function fileError(path: string, error: unknown): unknown {
  if (error instanceof Transient) return error;
  const code = causeOf(error);
  const sentence = `the file ${path} cannot be used (${code}); make room, or give the right to write it`;
  return new Transient(reasons[code] ?? "file_failed", sentence, undefined, error);
}
