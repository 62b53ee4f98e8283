import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { type Loopback, listen, readBody } from "../../src/simulator/loopback.ts";

/** What becomes of one post; left out, it is taken and answered. */
export interface Fate {
  /** Whether the log is stored: `late` is after the answer (or its loss), within the longest time a request may take. */
  readonly stores?: "never" | "late";
  /** Before anything else is done. */
  readonly delayMs?: number;
  /** In place of 201. */
  readonly answers?:
    | "reset"
    | "hang"
    | "drip"
    | "huge"
    | {
        readonly status: number;
        readonly headers?: Readonly<Record<string, string>>;
        readonly body?: string;
      };
}

export interface Accepted {
  readonly key: string;
  readonly conversationId: string;
  readonly at: number;
}

/** The longest a post may take until it is stored; far less than the daemon's last look-up. */
const lateMs = 250;
const huge = "x".repeat(50_000_000);

/**
 * Two backends in one. Below `/asked` it stores whatever is posted, twice if it comes twice, and answers GET by key:
 * who does not ask doubles. Below `/keyed` it cannot be asked, and a key is stored once (Idempotency-Key).
 */
export class Sink implements AsyncDisposable {
  /** Decides over the next post, or look-up. */
  weather: (kind: "post" | "lookup") => Fate | undefined = () => undefined;
  posts = 0;
  /** Posts of a known key with other bytes. */
  rewritten = 0;
  readonly #accepted = new Map<string, Accepted[]>();
  readonly #bodies = new Map<string, string>();
  readonly #asked = new Set<string>();
  #server: Loopback | undefined;

  static async start(): Promise<Sink> {
    const sink = new Sink();
    sink.#server = await listen((request, response) => void sink.#answer(request, response).catch(() => {}));
    return sink;
  }

  get url(): string {
    return this.#server?.url ?? "";
  }

  /** How many conversations something was accepted of. */
  get conversations(): number {
    return this.#accepted.size;
  }

  acceptedOf(conversationId: string): readonly Accepted[] {
    return this.#accepted.get(conversationId) ?? [];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server?.[Symbol.asyncDispose]();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? "/";
    if (request.method === "GET") {
      const fate = this.weather("lookup") ?? {};
      if (fate.delayMs !== undefined) await delay(fate.delayMs);
      return reply(response, fate, this.#asked.has(decodeURIComponent(path)) ? 200 : 404);
    }
    const body = await readWhole(request);
    // A request that broke off in the middle is none.
    if (body === undefined) return;
    this.posts++;
    const key = String(request.headers["idempotency-key"]);
    const fate = this.weather("post") ?? {};
    if (fate.delayMs !== undefined) await delay(fate.delayMs);
    let status = 201;
    if (fate.stores === "late") setTimeout(() => this.#store(path, key, body), lateMs);
    else if (fate.stores !== "never") status = this.#store(path, key, body);
    reply(response, fate, status);
  }

  #store(path: string, key: string, body: string): number {
    if (path.startsWith("/keyed")) {
      const before = this.#bodies.get(key);
      if (before === body) return 409;
      if (before !== undefined) {
        this.rewritten++;
        return 422;
      }
      this.#bodies.set(key, body);
    }
    this.#asked.add(`${path}/${key}`);
    const { conversationId } = JSON.parse(body) as { conversationId: string };
    const accepted = this.#accepted.get(conversationId) ?? [];
    accepted.push({ key, conversationId, at: Date.now() });
    this.#accepted.set(conversationId, accepted);
    return 201;
  }
}

async function readWhole(request: IncomingMessage): Promise<string | undefined> {
  const body = await readBody(request);
  return body.length === Number(request.headers["content-length"]) ? body.toString() : undefined;
}

function reply(response: ServerResponse, { answers }: Fate, status: number): void {
  if (answers === "hang" || response.destroyed) return;
  if (answers === "reset") return void response.socket?.resetAndDestroy();
  if (answers === "drip") {
    response.writeHead(status, { "content-type": "application/json" });
    const timer = setInterval(() => response.write(" "), 20);
    return void response.once("close", () => clearInterval(timer));
  }
  if (answers === "huge") return void response.writeHead(status, { "content-type": "text/plain" }).end(huge);
  if (answers !== undefined) {
    return void response
      .writeHead(answers.status, answers.headers)
      .end(answers.body ?? `simulated ${answers.status}`);
  }
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify({ status }));
}
