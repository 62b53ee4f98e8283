import { once } from "node:events";
import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import { Permanent } from "../errors.ts";
import type { Dialogue } from "../model.ts";
import { abortable } from "../time.ts";
import { type Job, type Reading, type ReadOptions, type ReadResult, read } from "./readings.ts";

/** A dialogue of so many characters, an hour's call, is read in some 20 ms: a longer one is read in the thread. */
const mostCharsHere = 20_000;
/** Of the thread's heap. The longest dialogue that is read takes a third of it. */
const maxHeapMb = 320;
const longestReadMs = 300_000;
/** A thread nobody needs gives its memory back. */
const idleMs = 30_000;

/** One a process: what is long waits for what is long, and for nothing else. */
let thread: Worker | undefined;
let last: Promise<unknown> = Promise.resolve();
let idle: NodeJS.Timeout | undefined;

/**
 * Reads a dialogue so that nothing else stands still meanwhile: a short one here, a long one in a thread of its own.
 * Throws Permanent where a dialogue is too much for the thread, and the signal's reason.
 */
export async function readAside<R extends Reading>(
  reading: R,
  dialogue: Dialogue,
  options: ReadOptions<R>,
  signal: AbortSignal,
): Promise<ReadResult<R>> {
  signal.throwIfAborted();
  if (charsIn(dialogue) <= mostCharsHere) return read(reading, dialogue, options);
  const turn = last.then(() => inThread({ reading, dialogue, options }, signal));
  last = turn.catch(() => {});
  return (await abortable(turn, signal)) as ReadResult<R>;
}

function charsIn({ turns }: Dialogue): number {
  return turns.reduce((sum, { text }) => sum + text.length, 0);
}

async function inThread(job: Job, signal: AbortSignal): Promise<unknown> {
  signal.throwIfAborted();
  clearTimeout(idle);
  thread ??= start();
  const worker = thread;
  try {
    return await answerOf(worker, job, AbortSignal.any([signal, AbortSignal.timeout(longestReadMs)]));
  } catch (error) {
    // It may be in the middle of a job, or gone.
    thread = undefined;
    void worker.terminate();
    signal.throwIfAborted();
    throw isTooMuch(error)
      ? new Permanent("dialogue_too_long", "the dialogue is too long to be read")
      : error;
  } finally {
    if (thread !== undefined) rest(thread);
  }
}

function start(): Worker {
  // Beside this file, whether it is the source or what was built of it.
  const file = new URL(`aside-thread${extname(new URL(import.meta.url).pathname)}`, import.meta.url);
  const worker = new Worker(file, { resourceLimits: { maxOldGenerationSizeMb: maxHeapMb } });
  // Whoever waits for an answer is told; with nobody there it must not end the process.
  return worker.on("error", () => {});
}

/** The answer to the one job it has now. */
async function answerOf(worker: Worker, job: Job, signal: AbortSignal): Promise<unknown> {
  const heard = new AbortController();
  const both = AbortSignal.any([signal, heard.signal]);
  worker.ref();
  // What cannot be sent throws here, before anybody listens; nothing is heard before this turn of the loop is over.
  worker.postMessage(job);
  const answer = Promise.race([
    once(worker, "message", { signal: both }),
    // It is ended by what it throws ("error"), or by nothing that it knows of.
    once(worker, "exit", { signal: both }).then(() => Promise.reject(new Error("the reading thread ended"))),
  ]);
  try {
    return (await abortable(answer, signal))[0];
  } finally {
    heard.abort();
  }
}

function rest(worker: Worker): void {
  worker.unref();
  idle = setTimeout(() => {
    thread = undefined;
    void worker.terminate();
  }, idleMs).unref();
}

function isTooMuch(error: unknown): boolean {
  const { code, name } = error as NodeJS.ErrnoException;
  return code === "ERR_WORKER_OUT_OF_MEMORY" || name === "TimeoutError";
}
