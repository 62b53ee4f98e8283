import { Fatal, NotYet, Transient } from "../errors.ts";
import { Alarm, backoffMs } from "../time.ts";
import type { GenesysApi } from "./api.ts";
import type { ChannelAddress } from "./payloads.ts";
import { Socket } from "./socket.ts";

/** Why the loop looked again: the log's vocabulary. */
export const wakeReasons = [
  "start",
  "topics_changed",
  "socket_opened",
  "socket_closed",
  "socket_silent",
  "socket_closing",
  "channel_lost",
  "no_longer_subscribed",
  "token_revoked",
] as const;
export type WakeReason = (typeof wakeReasons)[number];

/** Subscriptions are put again this often: a channel lives 24 h from its last subscription (FACTS §1.2). */
const resubscribeEveryMs = 12 * 3_600_000;
/** Failures in a row after which the platform is asked whether the channel still exists. */
const failuresBeforeCheck = 2;

export interface ChannelTiming {
  readonly pingEveryMs: number;
  readonly heartbeatTimeoutMs: number;
  readonly retryBaseMs: number;
  readonly retryMaxMs: number;
}

export interface ChannelReports {
  /** An event of a subscribed topic. */
  onEvent(topicName: string, body: unknown): void;
  /** A frame that is not what the platform documents. */
  onUnexpectedFrame(): void;
  /** Events flow, or no longer do. `reason` is safe to log. */
  onState(connected: boolean, wake: WakeReason, reason: string): void;
  /** A try failed; the next one comes in `retryInMs`. */
  onFailure(error: unknown, retryInMs: number): void;
  /** Topics the platform refused, each time the set changes. */
  onRejected(topics: readonly string[]): void;
}

/**
 * One notification channel, kept alive for as long as `run` runs. A reconcile loop: events only set state and wake it;
 * the loop looks at the state and makes it true (create, subscribe, connect, replace, drop). Nothing else acts.
 *
 * A planned close overlaps: the replacement is opened on the same connectUri before the old socket goes, which the
 * platform allows because subscriptions belong to the channel.
 */
export class Channel {
  readonly #api: GenesysApi;
  readonly #timing: ChannelTiming;
  readonly #reports: ChannelReports;
  readonly #alarm = new Alarm();
  #topics: readonly string[] = [];
  #address: ChannelAddress | undefined;
  #subscribed: { readonly topics: readonly string[]; readonly at: number } | undefined;
  #rejected = "";
  #live: Socket | undefined;
  #replacement: Socket | undefined;
  #connected = false;
  #failures = 0;
  #retryAt = 0;
  #wake: WakeReason = "start";

  constructor(api: GenesysApi, timing: ChannelTiming, reports: ChannelReports) {
    this.#api = api;
    this.#timing = timing;
    this.#reports = reports;
  }

  /** True while subscribed events can arrive. */
  get connected(): boolean {
    return this.#connected;
  }

  setTopics(topics: readonly string[]): void {
    if (same(this.#topics, topics)) return;
    this.#topics = [...topics];
    this.#nudge("topics_changed");
  }

  /** Settles when the signal aborts; throws Fatal only. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#reconcile(signal);
      } catch (error) {
        if (signal.aborted) break;
        if (error instanceof Fatal) throw error;
        this.#failed(error);
      }
      this.#reportState();
      await this.#alarm.wait(this.#untilNextDuty(), signal);
    }
    this.#live?.close();
    this.#replacement?.terminate("stopped");
  }

  async #reconcile(signal: AbortSignal): Promise<void> {
    this.#dropSilent();
    this.#takeOver();
    if (performance.now() >= this.#retryAt) {
      if (this.#address && this.#failures >= failuresBeforeCheck && !this.#live)
        await this.#checkAddress(signal);
      this.#address ??= await this.#api.createChannel(signal);
      await this.#subscribe(this.#address, signal);
      this.#connect(this.#address);
    }
    this.#ping();
  }

  /** A socket on which nothing came for too long is dead, whatever it says of itself. */
  #dropSilent(): void {
    const socket = this.#live;
    if (socket?.state !== "open") return;
    const silentMs = performance.now() - socket.lastInboundAt;
    if (silentMs < this.#timing.heartbeatTimeoutMs) return;
    this.#live = undefined;
    this.#wake = "socket_silent";
    socket.terminate(`nothing heard for ${Math.round(silentMs)} ms`);
    this.#failed(new Transient("socket_silent", `notification channel: ${socket.reason}`));
  }

  /** The replacement becomes the live socket once it is open, or at once where the old one is gone already. */
  #takeOver(): void {
    const replacement = this.#replacement;
    if (!replacement || (this.#live && replacement.state !== "open")) return;
    this.#replacement = undefined;
    const old = this.#live;
    this.#live = replacement;
    old?.close();
  }

  async #checkAddress(signal: AbortSignal): Promise<void> {
    if (this.#address && !(await this.#api.channelLives(this.#address.id, signal))) this.#forgetChannel();
  }

  async #subscribe(address: ChannelAddress, signal: AbortSignal): Promise<void> {
    const topics = this.#topics;
    const current = this.#subscribed;
    const fresh = current && performance.now() - current.at < resubscribeEveryMs;
    if (fresh && same(current.topics, topics)) return;
    const rejected = await this.#api.subscribe(address.id, topics, signal);
    if (rejected === undefined) {
      this.#loseChannel("channel_lost");
      throw new Transient("channel_lost", "notification channel: it no longer exists; making another");
    }
    this.#subscribed = { topics, at: performance.now() };
    const names = rejected.join("\n");
    if (names !== this.#rejected) this.#reports.onRejected(rejected);
    this.#rejected = names;
  }

  #connect(address: ChannelAddress): void {
    if (this.#live === undefined) this.#live = this.#open(address);
    else if (this.#live.closing && !this.#replacement) this.#replacement = this.#open(address);
  }

  #open(address: ChannelAddress): Socket {
    return new Socket(address.connectUri, {
      onFrame: (text, socket) => this.#onFrame(text, socket),
      onChange: (socket) => this.#onChange(socket),
    });
  }

  #onChange(socket: Socket): void {
    if (socket.state === "open") {
      this.#nudge("socket_opened");
      return;
    }
    if (socket === this.#replacement) this.#replacement = undefined;
    else if (socket === this.#live) this.#live = undefined;
    else return;
    // 401, 403, 404, 410 on the handshake: the channel or the token it was made with is gone.
    if ([401, 403, 404, 410].includes(socket.refusedWith ?? 0)) this.#forgetChannel();
    this.#failed(new Transient("socket_closed", `notification channel: ${socket.reason}`));
    this.#nudge("socket_closed");
  }

  #onFrame(text: string, socket: Socket): void {
    const frame = parseFrame(text);
    if (typeof frame?.topicName === "string") this.#onTopic(frame.topicName, frame.eventBody, socket);
    // The answer to a command on the socket: 404 is a channel that expired or was replaced (FACTS §1.4).
    else if (String(frame?.result) === "404") this.#loseChannel("channel_lost");
    else if (frame?.result === undefined) this.#reports.onUnexpectedFrame();
  }

  #onTopic(topic: string, body: unknown, socket: Socket): void {
    switch (systemTopicOf(topic)) {
      case undefined:
        this.#reports.onEvent(topic, body);
        break;
      case "socket_closing":
        socket.closing = true;
        this.#nudge("socket_closing");
        break;
      case "token_revoked":
        this.#api.forgetToken();
        this.#onEvicted(socket, "token_revoked");
        break;
      case "no_longer_subscribed":
        this.#onEvicted(socket, "no_longer_subscribed");
        break;
      default:
      // Heartbeats, pongs and news of our own subscriptions: that they came is all they say.
    }
  }

  /** The platform says this channel is no longer ours. A socket that is being replaced says so too, and is not heard. */
  #onEvicted(socket: Socket, wake: WakeReason): void {
    if (socket !== this.#live || this.#replacement) return;
    this.#failed(new Transient(wake, `notification channel: the platform says ${wake.replaceAll("_", " ")}`));
    this.#loseChannel(wake);
  }

  #loseChannel(wake: WakeReason): void {
    this.#forgetChannel();
    const sockets = [this.#live, this.#replacement];
    this.#live = this.#replacement = undefined;
    for (const socket of sockets) socket?.terminate(wake);
    this.#nudge(wake);
  }

  #forgetChannel(): void {
    this.#address = undefined;
    this.#subscribed = undefined;
  }

  #failed(error: unknown): void {
    const waitMs = backoffMs(this.#failures, {
      baseMs: this.#timing.retryBaseMs,
      maxMs: this.#timing.retryMaxMs,
    });
    const asked = error instanceof NotYet || error instanceof Transient ? error.notBefore : undefined;
    const retryInMs = Math.max(waitMs, asked === undefined ? 0 : asked - Date.now() + waitMs);
    this.#failures++;
    this.#retryAt = performance.now() + retryInMs;
    this.#reports.onFailure(error, retryInMs);
  }

  #ping(): void {
    const now = performance.now();
    const socket = this.#live;
    if (socket?.state !== "open") return;
    if (now - socket.lastPingAt >= this.#timing.pingEveryMs) socket.ping();
    // Real progress, not a socket that merely opened, ends the back-off.
    if (now - (socket.openedAt ?? now) >= this.#timing.pingEveryMs) this.#failures = 0;
  }

  #reportState(): void {
    const connected = this.#live?.state === "open" && same(this.#subscribed?.topics, this.#topics);
    if (connected === this.#connected) return;
    this.#connected = connected;
    this.#reports.onState(connected, this.#wake, connected ? "subscribed" : "events do not arrive");
  }

  #untilNextDuty(): number {
    const now = performance.now();
    const socket = this.#live;
    const due: number[] = [];
    if (socket?.state === "open") {
      due.push(
        socket.lastPingAt + this.#timing.pingEveryMs,
        socket.lastInboundAt + this.#timing.heartbeatTimeoutMs,
      );
    }
    if (this.#subscribed) due.push(Math.max(this.#subscribed.at + resubscribeEveryMs, this.#retryAt));
    const idle =
      !socket || (socket.closing && !this.#replacement) || !same(this.#subscribed?.topics, this.#topics);
    if (idle) due.push(this.#retryAt);
    return Math.max(0, Math.min(...due, now + 60_000) - now);
  }

  #nudge(reason: WakeReason): void {
    this.#wake = reason;
    this.#alarm.wake();
  }
}

/** `v2.system.socket_closing` → `socket_closing`, without the channel id some carry; undefined for an event. */
function systemTopicOf(topic: string): string | undefined {
  if (topic === "channel.metadata" || topic === "v2.subscription.updated") return "metadata";
  return /^v2\.system\.([a-z_]+)/.exec(topic)?.[1];
}

interface Frame {
  readonly topicName?: unknown;
  readonly eventBody?: unknown;
  readonly result?: unknown;
}

function parseFrame(text: string): Frame | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function same(a: readonly string[] | undefined, b: readonly string[]): boolean {
  return a !== undefined && a.length === b.length && a.every((value, index) => value === b[index]);
}
