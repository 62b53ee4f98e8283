import { randomBytes, randomUUID } from "node:crypto";
import type { WebSocket } from "ws";
import { iso } from "../time.ts";
import type { Token } from "./tokens.ts";

/** Genesys notification docs: 20 channels a user and OAuth application, 1000 topics a channel, 24 h of life. */
export const maxChannels = 20;
export const maxTopics = 1000;

export interface Channel {
  /** The secret of the WebSocket: nothing else guards it. */
  readonly id: string;
  readonly connectUri: string;
  readonly clientId: string;
  /** Of the last call that made or subscribed it. */
  token: Token;
  expiresAt: number;
  lastUsedAt: number;
  /** Topic as subscribed → names it delivers. */
  topics: Map<string, readonly string[]>;
  socket: WebSocket | undefined;
}

export interface ChannelHooks {
  /** Origin of the WebSocket, `ws://127.0.0.1:PORT`. */
  readonly socketOrigin: () => string;
  /** The platform's clock against ours. */
  readonly skewMs: () => number;
  /** The channel is gone: evicted by a newer one or past its life. */
  readonly onGone: (channel: Channel, why: "evicted" | "expired") => void;
}

/** All channels of the organisation. Expiry is looked at when asked and by one timer a channel. */
export class Channels {
  readonly #channels = new Map<string, Channel>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #lifeMs: number;
  readonly #hooks: ChannelHooks;
  #uses = 0;

  constructor(lifeMs: number, hooks: ChannelHooks) {
    this.#lifeMs = lifeMs;
    this.#hooks = hooks;
  }

  /** The 21st of a client evicts the one longest unused, those without a live connection first. */
  create(token: Token): Channel {
    const own = this.of(token.clientId);
    const victim = own.toSorted(
      (a, b) =>
        Number(a.socket !== undefined) - Number(b.socket !== undefined) || a.lastUsedAt - b.lastUsedAt,
    )[0];
    if (own.length >= maxChannels && victim !== undefined) this.remove(victim, "evicted");
    const id = `streaming-0-${randomBytes(16).toString("hex")}`;
    const channel: Channel = {
      id,
      connectUri: `${this.#hooks.socketOrigin()}/channels/${id}`,
      clientId: token.clientId,
      token,
      expiresAt: 0,
      lastUsedAt: 0,
      topics: new Map(),
      socket: undefined,
    };
    this.#channels.set(id, channel);
    this.extend(channel);
    return channel;
  }

  get(id: string): Channel | undefined {
    return this.#channels.get(id);
  }

  all(): Channel[] {
    return [...this.#channels.values()];
  }

  of(clientId: string): Channel[] {
    return this.all().filter((channel) => channel.clientId === clientId);
  }

  /** Subscribing by REST starts the life anew. */
  extend(channel: Channel): void {
    this.touch(channel);
    channel.expiresAt = Date.now() + this.#lifeMs;
    clearTimeout(this.#timers.get(channel.id));
    const timer = setTimeout(() => this.remove(channel, "expired"), Math.min(this.#lifeMs, 2 ** 31 - 1));
    this.#timers.set(channel.id, timer.unref());
  }

  view({ connectUri, id, expiresAt }: Channel) {
    return { connectUri, id, expires: iso(expiresAt + this.#hooks.skewMs()) };
  }

  /** Counts uses rather than milliseconds, so that "longest unused" is exact. */
  touch(channel: Channel): void {
    channel.lastUsedAt = ++this.#uses;
  }

  remove(channel: Channel, why: "evicted" | "expired"): void {
    clearTimeout(this.#timers.get(channel.id));
    this.#timers.delete(channel.id);
    if (this.#channels.delete(channel.id)) this.#hooks.onGone(channel, why);
  }

  /** Forgets everything without telling anybody. */
  clear(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    this.#channels.clear();
  }
}

/** Event envelope: only the CorrelationId differs between copies of one event. */
export function frame(topicName: string, eventBody: object) {
  return { topicName, version: "2", eventBody, metadata: { CorrelationId: randomUUID() } };
}
