import { Fatal, NotYet, Transient } from "../errors.ts";
import { Alarm, backoffMs } from "../time.ts";
import type { GenesysApi } from "./api.ts";
import { parseFrame, saysGone, systemTopicOf } from "./frames.ts";
import type { ChannelAddress } from "./payloads.ts";
import type { Socket } from "./socket.ts";
import { Sockets, type SocketsTiming } from "./sockets.ts";
import { Subscription } from "./subscription.ts";

/** Why the loop looked again: the log's vocabulary. */
export const wakeReasons = [
  "start",
  "topics_changed",
  "socket_opened",
  "socket_closed",
  "socket_silent",
  "socket_closing",
  "subscription_lost",
  "channel_lost",
  "no_longer_subscribed",
  "token_revoked",
] as const;
export type WakeReason = (typeof wakeReasons)[number];

/** Failures in a row after which the platform is asked whether the channel still exists. */
const failuresBeforeCheck = 2;

export interface ChannelTiming extends SocketsTiming {
  readonly retryBaseMs: number;
  readonly retryMaxMs: number;
}

export interface ChannelReports {
  /** An event of a subscribed topic. */
  onEvent(topicName: string, body: unknown): void;
  /** A frame that is not what the platform documents. */
  onUnexpectedFrame(): void;
  /** Events flow, or no longer do; `heardAt` is when the last frame came (epoch milliseconds). */
  onState(connected: boolean, wake: WakeReason, heardAt: number | undefined): void;
  /** A try failed; the next one comes in `retryInMs`. */
  onFailure(error: unknown, retryInMs: number): void;
  /** Topics the platform refused, each time the set changes. */
  onRejected(topics: readonly string[]): void;
  /** Topics were found missing that had been put: since when nobody knows but that they were there at `verifiedAt`. */
  onTopicsLost(verifiedAt: number): void;
  /** The channel to ask for again after a restart; undefined where there is none any more. */
  onAddress(address: ChannelAddress | undefined): void;
}

/**
 * One notification channel, kept alive for as long as `run` runs. A reconcile loop: events only set state and wake it;
 * the loop looks at the state and makes it true (create, subscribe, connect, replace, drop). Nothing else acts. A planned
 * close overlaps: the replacement is open before the old socket goes.
 */
export class Channel {
  readonly #api: GenesysApi;
  readonly #timing: ChannelTiming;
  readonly #reports: ChannelReports;
  readonly #alarm = new Alarm();
  readonly #subscription: Subscription;
  readonly #sockets: Sockets;
  #address: ChannelAddress | undefined;
  /** An address from an earlier run is asked for before it is used. */
  #unproven: boolean;
  /** The one REST conversation under way; pings and the watchdog do not wait for it. */
  #establishing: Promise<void> | undefined;
  #connected = false;
  #failures = 0;
  #retryAt = 0;
  #wake: WakeReason = "start";
  #fatal: Fatal | undefined;

  constructor(
    api: GenesysApi,
    timing: ChannelTiming,
    reports: ChannelReports,
    { earlier, readsBack = true }: { earlier?: ChannelAddress | undefined; readsBack?: boolean } = {},
  ) {
    this.#api = api;
    this.#timing = timing;
    this.#reports = reports;
    this.#subscription = new Subscription(readsBack);
    this.#sockets = new Sockets(timing, {
      onFrame: (text, socket) => this.#onFrame(text, socket),
      onOpen: () => this.#nudge("socket_opened"),
      onLost: (socket) => this.#onLost(socket),
    });
    this.#address = earlier;
    this.#unproven = earlier !== undefined;
  }

  /** True while subscribed events can arrive. */
  get connected(): boolean {
    return this.#connected;
  }

  /** Epoch milliseconds of the last frame, while connected: what was heard until then was heard. */
  get heardAt(): number | undefined {
    return this.#sockets.heardAt;
  }

  /** Epoch milliseconds of the last frame, connected or not; undefined before the first. */
  get lastHeardAt(): number | undefined {
    return this.#sockets.heardAt ?? this.#sockets.lastHeardAt;
  }

  /** Every topic was refused: connected, and deaf all the same. */
  get refused(): boolean {
    return this.#subscription.refused;
  }

  setTopics(topics: readonly string[]): void {
    if (this.#subscription.want(topics)) this.#nudge("topics_changed");
  }

  /** Has the platform's list of subscriptions read back and compared, soon. */
  verify(): void {
    this.#subscription.verify();
    this.#alarm.wake();
  }

  /** The machine slept or was stopped: a socket that looks well may be long dead. It is dropped, and opened again. */
  suspect(): void {
    this.#sockets.live?.terminate("the machine was suspended");
  }

  /** Settles when the signal aborts; throws Fatal only. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && !this.#fatal) {
      this.#reconcile(signal);
      this.#reportState();
      await this.#alarm.wait(this.#untilNextDuty(), signal);
    }
    this.#sockets.close();
    await this.#establishing;
    if (this.#fatal) throw this.#fatal;
  }

  #reconcile(signal: AbortSignal): void {
    this.#dropSilent();
    this.#sockets.takeOver();
    if (!this.#establishing && performance.now() >= this.#retryAt) {
      if (this.#needsRest()) this.#establish(signal);
      else if (this.#address) this.#sockets.connect(this.#address.connectUri);
    }
    this.#sockets.ping();
    // Real progress, not a socket that merely opened, ends the back-off.
    if (this.#sockets.lasting) this.#failures = 0;
  }

  /** Whether there still is such a channel is to be asked before it is used. */
  get #doubtful(): boolean {
    return this.#unproven || (!this.#sockets.live && this.#failures >= failuresBeforeCheck);
  }

  #needsRest(): boolean {
    return !this.#address || this.#doubtful || !this.#subscription.current || this.#subscription.verifyDue;
  }

  #establish(signal: AbortSignal): void {
    this.#establishing = this.#talk(signal)
      .catch((error: unknown) => {
        if (signal.aborted) return;
        if (error instanceof Fatal) this.#fatal = error;
        else this.#failed(error);
      })
      .finally(() => {
        this.#establishing = undefined;
        this.#alarm.wake();
      });
  }

  async #talk(signal: AbortSignal): Promise<void> {
    if (this.#address && this.#doubtful) await this.#prove(this.#address, signal);
    const address = this.#address ?? (await this.#create(signal));
    if (!this.#subscription.current) await this.#subscribe(address, signal);
    if (this.#address === address) this.#sockets.connect(address.connectUri);
    if (this.#subscription.verifyDue) await this.#readBack(address, signal);
  }

  async #create(signal: AbortSignal): Promise<ChannelAddress> {
    const address = await this.#api.createChannel(signal);
    this.#subscription.expires(address.expires);
    this.#address = address;
    this.#reports.onAddress(address);
    return address;
  }

  async #prove(address: ChannelAddress, signal: AbortSignal): Promise<void> {
    const lives = await this.#api.channelLives(address.id, signal);
    this.#unproven = false;
    if (lives === false && this.#address === address) this.#forgetChannel();
  }

  #dropSilent(): void {
    const socket = this.#sockets.dropSilent();
    if (!socket) return;
    this.#wake = "socket_silent";
    this.#failed(new Transient("socket_silent", `notification channel: ${socket.reason}`));
  }

  async #subscribe(address: ChannelAddress, signal: AbortSignal): Promise<void> {
    const { topics } = this.#subscription;
    const rejected = await this.#api.subscribe(address.id, topics, signal);
    if (this.#address !== address) return;
    if (rejected === undefined) {
      this.#loseChannel("channel_lost");
      throw new Transient("channel_lost", "notification channel: it no longer exists; making another");
    }
    this.#tellRefused(this.#subscription.put(topics, rejected));
  }

  #tellRefused(refused: readonly string[] | undefined): void {
    if (refused !== undefined) this.#reports.onRejected(refused);
  }

  /** Not assumed: the platform's own list is compared with what was put. Topics it refused are not expected there. */
  async #readBack(address: ChannelAddress, signal: AbortSignal): Promise<void> {
    const look = this.#subscription.look();
    const there = await this.#api.subscribedTopics(address.id, signal);
    if (this.#address !== address) return;
    // No list is no proof of loss: only the channel's own absence is, and that has its own path.
    if (there === undefined) return;
    const { refused, lost } = look(there);
    this.#tellRefused(refused);
    if (lost === undefined) return;
    this.#wake = "subscription_lost";
    this.#reports.onTopicsLost(lost.verifiedAt);
    throw new Transient(
      "subscription_lost",
      `notification channel: ${lost.topics} topics are no longer subscribed`,
    );
  }

  #onLost({ refusedWith, reason }: Socket): void {
    // 401, 403, 404, 410 on the handshake: the channel or the token it was made with is gone.
    if ([401, 403, 404, 410].includes(refusedWith ?? 0)) this.#forgetChannel();
    this.#failed(new Transient("socket_closed", `notification channel: ${reason}`));
    this.#nudge("socket_closed");
  }

  #onFrame(text: string, socket: Socket): void {
    const frame = parseFrame(text);
    if (typeof frame?.topicName === "string") this.#onTopic(frame.topicName, frame.eventBody, socket);
    else if (frame !== undefined && saysGone(frame)) this.#loseChannel("channel_lost");
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
    if (!this.#sockets.isAlone(socket)) return;
    this.#failed(new Transient(wake, `notification channel: the platform says ${wake.replaceAll("_", " ")}`));
    this.#loseChannel(wake);
  }

  #loseChannel(wake: WakeReason): void {
    this.#forgetChannel();
    this.#sockets.drop(wake);
    this.#nudge(wake);
  }

  #forgetChannel(): void {
    this.#address = undefined;
    this.#unproven = false;
    this.#subscription.lose();
    this.#reports.onAddress(undefined);
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

  #reportState(): void {
    const connected = this.#sockets.live?.state === "open" && this.#subscription.asWanted;
    if (connected === this.#connected) return;
    this.#connected = connected;
    this.#reports.onState(connected, this.#wake, this.#sockets.lastHeardAt);
  }

  #untilNextDuty(): number {
    const now = performance.now();
    let dueAt = Math.min(this.#sockets.dutyAt, now + 60_000);
    if (!this.#establishing) {
      const idle = this.#sockets.lacking || this.#needsRest();
      dueAt = Math.min(dueAt, Math.max(this.#retryAt, idle ? 0 : this.#subscription.renewAt));
    }
    return Math.max(0, dueAt - now);
  }

  #nudge(reason: WakeReason): void {
    this.#wake = reason;
    this.#alarm.wake();
  }
}
