import { AsyncLocalStorage } from "node:async_hooks";
import type { Agent } from "undici";
import { call, createConnections, type HttpAnswer } from "../http.ts";
import { aheadOf, checkRead, parseJson, pauseMs } from "./answer.ts";
import { Auth } from "./auth.ts";
import { Limiter, type Priority } from "./limiter.ts";
import { createSdk, type Sdk, type SdkAnswer, type SdkRequest } from "./sdk.ts";

const deadlineMs = 16_000;
const maxAnswerBytes = 8 * 2 ** 20;

export interface ClientsOptions {
  /** Domain such as `mypurecloud.de`; free text, since new regions appear. */
  readonly region: string;
  /** Replaces `login.<region>` and `api.<region>`: a gateway, or a simulator. */
  readonly baseUrl: string | undefined;
  /** OAuth clients; the first owns the notification channels, all share the other requests. */
  readonly clients: readonly { readonly clientId: string; readonly clientSecret: string }[];
  /** A client. */
  readonly requestsPerMinute: number;
  /** The window those are counted in; a minute, but for a bench that plays faster. */
  readonly rateWindowMs?: number | undefined;
  readonly protect: (secret: string) => void;
  /** A client's credentials were refused: time to look whether there are others by now (`renewSecrets`). */
  readonly onRefused?: (() => void) | undefined;
}

/** Who may go first, or that it is of the notification channels, which belong to the first client. */
export type Lane = Priority | "channel";

interface CallContext {
  readonly signal: AbortSignal;
  readonly what: string;
}

/** One OAuth client: a token and a rate limit of its own. */
interface Client {
  readonly id: string;
  readonly auth: Auth;
  readonly limiter: Limiter;
}

/** Calls on the official SDK: one limiter and one token a client, connections shared. */
export class Clients implements AsyncDisposable {
  readonly connections: Agent = createConnections();
  readonly #clients: readonly [Client, ...Client[]];
  readonly #sdk: Sdk;
  /** The SDK takes no signal; this carries it from our call through the SDK to our own HTTP client. */
  readonly #context = new AsyncLocalStorage<CallContext>();

  #clockAheadMs: number | undefined;

  constructor(options: ClientsOptions) {
    const base = options.baseUrl?.replace(/\/+$/, "");
    this.#sdk = createSdk(base ?? `https://api.${options.region}`, (request) => this.#send(request));
    const [first, ...more] = options.clients.map(
      (client): Client => ({
        id: client.clientId,
        limiter: new Limiter({ perWindow: options.requestsPerMinute, windowMs: options.rateWindowMs }),
        auth: new Auth({
          ...client,
          loginUrl: base ?? `https://login.${options.region}`,
          protect: options.protect,
          onRefused: options.onRefused,
          send: (request, signal) =>
            call(this.connections, { ...request, deadlineMs, maxBytes: maxAnswerBytes }, signal),
        }),
      }),
    );
    if (!first) throw new Error("the platform needs an OAuth client");
    this.#clients = [first, ...more];
  }

  /** Logs in. Throws Fatal when a client's credentials are refused and never were accepted. */
  async login(signal: AbortSignal): Promise<void> {
    await Promise.all(this.#clients.map(({ auth }) => auth.token(signal)));
  }

  /** How far our clock is ahead of the platform's, by its last answer; undefined before there was one. */
  get clockAheadMs(): number | undefined {
    return this.#clockAheadMs;
  }

  /** Each client's secret as it is now; a client that is new is not taken in. */
  renewSecrets(clients: ClientsOptions["clients"]): void {
    for (const { id, auth } of this.#clients) {
      const known = clients.find(({ clientId }) => clientId === id);
      if (known !== undefined) auth.clientSecret = known.clientSecret;
    }
  }

  /** The platform says the token of the channels' client is revoked: the next call logs in again. */
  forgetToken(): void {
    this.#clients[0].auth.forget();
  }

  /** The body of an answer that is a success; throws what `checkRead` throws. */
  async json(
    what: string,
    lane: Lane,
    signal: AbortSignal,
    ask: (sdk: Sdk) => Promise<unknown>,
  ): Promise<unknown> {
    return bodyOf(await this.answer(what, lane, signal, ask), what);
  }

  /** The same; undefined for 404. */
  async jsonOr404(
    what: string,
    lane: Lane,
    signal: AbortSignal,
    ask: (sdk: Sdk) => Promise<unknown>,
  ): Promise<unknown> {
    const answer = await this.answer(what, lane, signal, ask);
    return answer.status === 404 ? undefined : bodyOf(answer, what);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { auth } of this.#clients) auth[Symbol.dispose]();
    await this.connections.destroy();
  }

  /** One authenticated call within the rate limit, repeated once with a new token after a 401; whatever the answer. */
  async answer(
    what: string,
    lane: Lane,
    signal: AbortSignal,
    ask: (sdk: Sdk) => Promise<unknown>,
  ): Promise<HttpAnswer> {
    for (let attempt = 0; ; attempt++) {
      const client = lane === "channel" ? this.#clients[0] : this.#freest();
      await client.limiter.acquire(lane === "channel" ? "live" : lane, signal);
      const token = await client.auth.token(signal);
      this.#sdk.client.setAccessToken(token);
      const askedAt = Date.now();
      const answer = (await this.#context.run({ signal, what }, () => ask(this.#sdk))) as HttpAnswer;
      observe(client, answer);
      this.#clockAheadMs = aheadOf(answer, askedAt, Date.now()) ?? this.#clockAheadMs;
      if (answer.status !== 401) return answer;
      client.auth.invalidate(token);
      if (attempt > 0) return answer;
    }
  }

  /** Channels belong to the client that made them; everything else goes to whichever has fewest waiting. */
  #freest(): Client {
    return this.#clients.reduce((best, client) =>
      client.limiter.waiting < best.limiter.waiting ? client : best,
    );
  }

  async #send(request: SdkRequest): Promise<SdkAnswer> {
    const context = this.#context.getStore();
    if (!context) throw new Error("an SDK call was made outside of Clients");
    const url = new URL(request.url);
    for (const [name, value] of Object.entries(request.params ?? {})) {
      if (value !== undefined && value !== null) url.searchParams.set(name, String(value));
    }
    return await call(
      this.connections,
      {
        url: url.href,
        method: request.method,
        headers: request.headers ?? {},
        ...(request.data === undefined ? {} : { body: JSON.stringify(request.data) }),
        deadlineMs,
        maxBytes: maxAnswerBytes,
        what: context.what,
      },
      context.signal,
    );
  }
}

function bodyOf(answer: HttpAnswer, what: string): unknown {
  checkRead(answer, what);
  return parseJson(answer, what);
}

/** A 429 stops everybody who shares the client; the counters of every answer keep our own count honest. */
function observe({ limiter }: Client, { status, headers }: HttpAnswer): void {
  const now = Date.now();
  if (status === 429) limiter.pause(pauseMs(headers, now));
  const numbers = ["count", "allowed", "reset"].map((name) =>
    Number(headers[`inin-ratelimit-${name}`] ?? Number.NaN),
  );
  const [count = 0, allowed = 0, reset = 0] = numbers;
  if (numbers.every(Number.isFinite)) {
    limiter.observe({ count, allowed, resetMs: reset * 1000, refused: status === 429 });
  }
}
