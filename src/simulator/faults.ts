import type { Channels } from "./channels.ts";
import type { DeliveryFaults } from "./delivery.ts";
import type { Sockets } from "./sockets.ts";
import type { Tokens } from "./tokens.ts";

/** What is wrong with the next matching HTTP answers. Nothing but `delayMs` lets the real answer through, late. */
export interface RestFault {
  readonly method?: string;
  /** Matched against the path without its query, `/oauth/token` and the transcript storage's included. */
  readonly path: RegExp;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is when a string or bytes, else as JSON. */
  readonly body?: unknown;
  readonly delayMs?: number;
  /** TCP reset instead of an answer. */
  readonly reset?: boolean;
  /** TCP reset after a status line, headers and so many bytes of a body that promised more. */
  readonly resetAfterBytes?: number;
  /** 200 and a body that never ends, one byte at a time. */
  readonly drip?: boolean;
  /** Never answers. */
  readonly hang?: boolean;
  /** Does what is asked, and instead of the answer comes a TCP reset, or nothing ever. */
  readonly lost?: "reset" | "silence";
  /** How many requests it meets; 1 when left out. */
  readonly times?: number;
}

interface Wired {
  readonly channels: Channels;
  readonly sockets: Sockets;
  readonly tokens: Tokens;
  readonly delivery: DeliveryFaults;
}

/** Everything that can go wrong, on demand. Counted faults are used up one request, handshake or event at a time. */
export class Faults {
  readonly #wired: () => Wired;
  readonly #rest: { readonly fault: RestFault; left: number }[] = [];
  readonly #refusals: number[] = [];
  readonly #denied: { readonly topic: RegExp; readonly permission: string }[] = [];
  /**
   * The platform's clock against ours, of everything it dates from now on. Set it before anything happens: an
   * instant that was told is not taken back.
   */
  clockSkewMs = 0;
  /**
   * Between two pages of a details query so many conversations come into the result before those already shown, and
   * as many repeat; if negative, so many go out of it, and as many are never shown. A search begun anew shows all.
   */
  driftPages = 0;
  /** GET conversation does not know conversations that ended longer ago than this. */
  #forgottenAfterMs = Number.POSITIVE_INFINITY;

  constructor(wired: () => Wired) {
    this.#wired = wired;
  }

  rest(fault: RestFault): void {
    this.#rest.push({ fault, left: fault.times ?? 1 });
  }

  /** The next `times` WebSocket handshakes are answered with this HTTP status. */
  refuseHandshake(status: number, times = 1): void {
    this.#refusals.push(...Array.from({ length: times }, () => status));
  }

  /** From now on the client lacks a permission for the topics that match (expanded names). */
  denyTopics(topic: RegExp, permission = "conversation:communication:view"): void {
    this.#denied.push({ topic, permission });
  }

  /** The connections end without a close frame. */
  dropSockets(): void {
    this.#wired().sockets.drop();
  }

  closeSockets(code = 1001): void {
    this.#wired().sockets.close(code);
  }

  /**
   * Sockets open now send nothing and answer nothing until resumed; what they would have sent is lost. With `newOnes`
   * neither do those opened meanwhile.
   */
  stallSockets({ newOnes = false }: { readonly newOnes?: boolean } = {}): void {
    this.#wired().sockets.stall(newOnes);
  }

  resumeSockets(): void {
    this.#wired().sockets.resume();
  }

  /** `v2.system.socket_closing`, then the close; on the platform at most a minute lies between. */
  socketClosing(withinMs = 60_000): void {
    this.#wired().sockets.closing(withinMs);
  }

  /** As if 20 other channels had been made. */
  evictChannels(): void {
    const { channels } = this.#wired();
    for (const channel of channels.all()) channels.remove(channel, "evicted");
  }

  /** Channels stay and sockets are well, heartbeats come, but nothing is subscribed any more; nobody is told. */
  loseSubscriptions(): void {
    for (const channel of this.#wired().channels.all()) channel.topics = new Map();
  }

  /** GET conversation answers 404 for those that ended at least so long ago; analytics still has them. */
  forgetConversations(endedForMs = 0): void {
    this.#forgottenAfterMs = endedForMs;
  }

  /**
   * Old tokens are refused from now on and their channels told so. A channel delivers nothing more until it is
   * subscribed with a live token: harsher than is known of the platform, so that ignoring the frame shows.
   */
  revokeTokens(): void {
    const { channels, sockets, tokens } = this.#wired();
    tokens.revokeAll();
    for (const channel of channels.all()) sockets.system(channel, "token_revoked", "user_tokens_revoked");
  }

  /** Tokens come to their end as they do after a day: no frame tells it, and channels go on. */
  expireTokens(): void {
    this.#wired().tokens.expireAll();
  }

  /** Events are lost while true. */
  withholdEvents(withhold = true): void {
    this.#wired().delivery.withheld = withhold;
  }

  /** The next `events` events come twice, with different CorrelationIds. */
  duplicateEvents(events = 1): void {
    this.#wired().delivery.duplicates = events;
  }

  /** Each of the next `events` events comes after the one that follows it. */
  reorderEvents(events = 1): void {
    this.#wired().delivery.reorders = events;
  }

  /** Forgets every fault not yet met. */
  clear(): void {
    this.#rest.length = this.#refusals.length = this.#denied.length = 0;
    Object.assign(this.#wired().delivery, { withheld: false, duplicates: 0, reorders: 0 });
    this.clockSkewMs = this.driftPages = 0;
    this.#forgottenAfterMs = Number.POSITIVE_INFINITY;
    this.resumeSockets();
  }

  /** Uses up one hit of the oldest fault that matches. */
  takeRest(method: string, path: string): RestFault | undefined {
    const found = this.#rest.find(
      ({ fault, left }) =>
        left > 0 &&
        (fault.method === undefined || fault.method.toUpperCase() === method) &&
        fault.path.test(path),
    );
    if (found !== undefined) found.left--;
    return found?.fault;
  }

  takeRefusal(): number | undefined {
    return this.#refusals.shift();
  }

  hasForgotten(endedForMs: number): boolean {
    return endedForMs >= this.#forgottenAfterMs;
  }

  permissionMissing(topic: string): string | undefined {
    return this.#denied.find((denial) => denial.topic.test(topic))?.permission;
  }
}
