import { randomUUID } from "node:crypto";
import type { ServerResponse } from "node:http";
import { Board, type Parts } from "./board.ts";

/** More cannot look at once. */
const maxListeners = 32;
const tickMs = 250;
const heartbeatMs = 10_000;
/** One that reads nothing this long is let go; it may come again. */
const defaultPatienceMs = 10_000;

const headers = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  // For a proxy that would hold events back.
  "x-accel-buffering": "no",
};

interface Seen {
  /** What it was let in with. */
  readonly pass: string | undefined;
  version: number;
  sentAt: number;
}

interface LiveOptions {
  readonly patienceMs?: number;
  readonly pass?: () => string | undefined;
}

/**
 * The server-sent events of `GET /live`. While somebody looks, `read` is asked a few times a second, and each listener
 * is told what changed since it was told last. An event is `whole` (forget what you knew) or `change`; its id, sent
 * back as `Last-Event-ID`, lets a listener that was away go on where it was.
 */
export class Live implements Disposable {
  readonly #read: () => Parts;
  readonly #patienceMs: number;
  readonly #pass: () => string | undefined;
  readonly #board = new Board();
  readonly #listeners = new Map<ServerResponse, Seen>();
  /** Numbers of another run mean nothing here. */
  readonly #run = randomUUID();
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param options.pass what lets somebody in now: once it changes, whoever came in with another has to come again
   */
  constructor(
    read: () => Parts,
    { patienceMs = defaultPatienceMs, pass = () => undefined }: LiveOptions = {},
  ) {
    this.#read = read;
    this.#patienceMs = patienceMs;
    this.#pass = pass;
  }

  get isFull(): boolean {
    return this.#listeners.size >= maxListeners;
  }

  /** Writes events to an answer until it closes. @param lastId id of the last event it got, if any */
  add(answer: ServerResponse, lastId: string | undefined): void {
    answer.writeHead(200, headers).flushHeaders();
    answer.on("error", () => {});
    answer.once("close", () => this.#remove(answer));
    this.#refresh();
    const version = this.#versionOf(lastId);
    this.#listeners.set(answer, { version: version ?? 0, sentAt: Date.now(), pass: this.#pass() });
    this.#tell(answer, version === undefined ? "whole" : "change");
    this.#timer ??= setInterval(() => this.#tick(), tickMs).unref();
  }

  [Symbol.dispose](): void {
    for (const answer of this.#listeners.keys()) answer.destroy();
    clearInterval(this.#timer);
  }

  #refresh(): void {
    try {
      this.#board.put(this.#read());
    } catch {
      // The state file cannot be read now, which the log says; the page shows what it knew.
    }
  }

  #tick(): void {
    this.#refresh();
    const current = this.#pass();
    for (const [answer, { sentAt, pass }] of this.#listeners) {
      if (pass !== current) answer.destroy();
      // What it has not read yet is not added to: it is told later what changed in between.
      else if (!answer.writableNeedDrain) this.#tell(answer, "change");
      else if (Date.now() - sentAt > this.#patienceMs) answer.destroy();
    }
  }

  #tell(answer: ServerResponse, event: "whole" | "change"): void {
    const seen = this.#listeners.get(answer);
    if (!seen) return;
    const data = this.#board.since(seen.version);
    const now = Date.now();
    if (data !== undefined) {
      seen.version = this.#board.version;
      answer.write(`id: ${this.#run}/${seen.version}\nevent: ${event}\ndata: ${data}\n\n`);
    } else if (now - seen.sentAt >= heartbeatMs) answer.write(":\n\n");
    else return;
    seen.sentAt = now;
  }

  #versionOf(lastId: string | undefined): number | undefined {
    const [run, version] = lastId?.split("/") ?? [];
    return run === this.#run && /^\d{1,15}$/.test(version ?? "") ? Number(version) : undefined;
  }

  #remove(answer: ServerResponse): void {
    this.#listeners.delete(answer);
    if (this.#listeners.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
