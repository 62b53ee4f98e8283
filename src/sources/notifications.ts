import { Fatal, NotYet, Transient } from "../errors.ts";
import type { GenesysApi } from "../genesys/api.ts";
import { Channel, type ChannelTiming, type WakeReason } from "../genesys/channel.ts";
import { type Conversation, parseConversation } from "../genesys/conversation.ts";
import type { ChannelAddress } from "../genesys/payloads.ts";
import { packTopics, queueOfTopic, topicOfQueue } from "../genesys/topics.ts";
import { backoffMs, sleep } from "../time.ts";
import type { Queues } from "./queues.ts";
import type { Source } from "./source.ts";
import type { Hearing } from "./watch.ts";

export interface NotificationReports {
  /** Login or queue list failed; the next try comes in `retryInMs`. */
  platformAway(error: unknown, retryInMs: number): void;
  queuesListed(listened: number, all: number): void;
  /** Topics that fit no channel: those queues are not heard. */
  topicsLeftOut(count: number): void;
  topicsRejected(topics: readonly string[]): void;
  channelState(channel: number, connected: boolean, wake: WakeReason): void;
  channelFailed(channel: number, error: unknown, retryInMs: number): void;
  /** An event or frame that is not of the documented shape; counted, and let go. */
  unexpected(what: "frame" | "event"): void;
}

export interface NotificationOptions {
  readonly api: GenesysApi;
  readonly queues: Queues;
  readonly timing: ChannelTiming & { readonly queueRefreshMs: number };
  /** False where another source tells of ends: the queues are listed, and no channel is made. */
  readonly channels: boolean;
  readonly reports: NotificationReports;
  /** A snapshot of a conversation that changed. */
  readonly onSnapshot: (snapshot: Conversation) => void;
  /** Nothing can be heard from now on; the last that was heard came at `from`. */
  readonly onSilence: (from: number | undefined, reason: string) => void;
  /** A channel can hear (again). */
  readonly onHearing: () => void;
  /** Something could not be heard for a while that is over. */
  readonly onGap: (gap: { reason: string; from: number; to: number }) => void;
  /** Where channels are kept for the next run, so that a crash loop does not burn the 20 a client has. */
  readonly addresses: AddressStore;
}

/** Where channels are kept for the next run. */
export interface AddressStore {
  load(): Promise<readonly ChannelAddress[]>;
  save(addresses: readonly ChannelAddress[]): void;
}

/** How long a subscription may take from the moment its queue was seen. */
const subscriptionMs = 10_000;

interface Member {
  readonly channel: Channel;
  readonly done: Promise<void>;
  topics: readonly string[];
  address: ChannelAddress | undefined;
}

/**
 * The live source: one topic a queue, spread over as many notification channels as they need. The queue list is read
 * again on a timer, since no topic tells of a new queue (PROTOCOL §3.5).
 */
export class Notifications implements Source, Hearing {
  readonly #options: NotificationOptions;
  readonly #members: Member[] = [];
  #earlier: readonly ChannelAddress[] = [];
  #listedAt: number | undefined;
  #deaf: string | undefined = "not logged in yet";

  constructor(options: NotificationOptions) {
    this.#options = options;
  }

  get deaf(): string | undefined {
    if (this.#deaf !== undefined || !this.#options.channels) return this.#deaf;
    if (this.#members.length === 0) return "no queue matches genesys.queues";
    if (this.#members.every(({ channel }) => channel.refused)) return "the platform refused every topic";
    const silent = this.#members.filter(({ channel }) => !channel.connected).length;
    return silent === 0
      ? undefined
      : `${silent} of ${this.#members.length} notification channels are not connected`;
  }

  get heardAt(): number | undefined {
    // Whoever tells of ends instead repeats what we did not take: nothing is missed but while we do not run.
    if (!this.#options.channels) return this.#deaf === undefined ? Date.now() : undefined;
    const times = this.#members.map(({ channel }) => channel.heardAt);
    return times.length > 0 && times.every((time) => time !== undefined) ? Math.min(...times) : undefined;
  }

  /** When each channel was heard last (epoch milliseconds). */
  get lastHeard(): readonly (number | undefined)[] {
    return this.#members.map(({ channel }) => channel.lastHeardAt);
  }

  suspect(): void {
    for (const { channel } of this.#members) channel.suspect();
  }

  async run(signal: AbortSignal): Promise<void> {
    if (this.#options.channels) this.#earlier = await this.#options.addresses.load();
    const stopped = new AbortController();
    const all = AbortSignal.any([signal, stopped.signal]);
    try {
      await this.#follow(all);
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      stopped.abort();
      await Promise.allSettled(this.#members.map(({ done }) => done));
    }
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const { timing } = this.#options;
    for (let failures = 0; ; ) {
      const refreshed = await this.#refresh(signal, failures);
      failures = refreshed ? 0 : failures + 1;
      // A channel that ends before it is told to has met something fatal.
      const ended = this.#members.map(({ done }) => done);
      if (refreshed) await Promise.race([sleep(timing.queueRefreshMs, signal), ...ended]);
    }
  }

  async #refresh(signal: AbortSignal, failures: number): Promise<boolean> {
    const { api, queues, reports, timing } = this.#options;
    try {
      await api.login(signal);
      const listedAt = Date.now();
      const ids = await queues.refresh(signal);
      reports.queuesListed(ids.length, queues.size);
      if (this.#options.channels) this.#place(ids.map(topicOfQueue), signal);
      for (const { channel } of this.#members) channel.verify();
      this.#listedAt = listedAt;
      this.#deaf = undefined;
      return true;
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof Fatal) throw error;
      const pause = backoffMs(failures, { baseMs: timing.retryBaseMs, maxMs: timing.retryMaxMs });
      const asked = error instanceof NotYet || error instanceof Transient ? error.notBefore : undefined;
      const retryInMs = Math.max(pause, asked === undefined ? 0 : asked - Date.now() + pause);
      if (this.#deaf !== undefined) this.#deaf = error instanceof Error ? error.message : String(error);
      reports.platformAway(error, retryInMs);
      await sleep(retryInMs, signal);
      return false;
    }
  }

  #place(topics: readonly string[], signal: AbortSignal): void {
    const { channels, left } = packTopics(
      topics,
      this.#members.map((member) => member.topics),
    );
    if (left.length > 0) this.#options.reports.topicsLeftOut(left.length);
    const before = new Set(this.#members.flatMap((member) => member.topics));
    if (this.#listedAt !== undefined && topics.some((topic) => !before.has(topic))) {
      // A queue made since the list was read last: what ended on it until its topic is subscribed, nobody told us.
      this.#options.onGap({ reason: "queue_added", from: this.#listedAt, to: Date.now() + subscriptionMs });
    }
    for (const [index, wanted] of channels.entries()) {
      const member = this.#members[index] ?? this.#add(index, signal);
      member.topics = wanted;
      member.channel.setTopics(wanted);
    }
  }

  #add(index: number, signal: AbortSignal): Member {
    const { api, timing, reports } = this.#options;
    const channel = new Channel(
      api,
      timing,
      {
        onEvent: (topicName, body) => this.#onEvent(topicName, body),
        onUnexpectedFrame: () => reports.unexpected("frame"),
        onState: (connected, wake, heardAt) => {
          reports.channelState(index, connected, wake);
          if (connected) this.#options.onHearing();
          else this.#options.onSilence(heardAt, wake);
        },
        onFailure: (error, retryInMs) => reports.channelFailed(index, error, retryInMs),
        onRejected: (topics) => reports.topicsRejected(topics),
        onTopicsLost: (verifiedAt) =>
          this.#options.onGap({
            reason: "subscription_lost",
            from: verifiedAt,
            to: Date.now() + subscriptionMs,
          }),
        onAddress: (address) => this.#keep(member, address),
      },
      { earlier: this.#earlier[index] },
    );
    const member: Member = { channel, topics: [], address: this.#earlier[index], done: channel.run(signal) };
    // Whoever waits for the channel sees its error; nobody waiting yet must not end the process.
    member.done.catch(() => {});
    this.#members.push(member);
    return member;
  }

  #keep(member: Member, address: ChannelAddress | undefined): void {
    member.address = address;
    this.#options.addresses.save(this.#members.flatMap((one) => one.address ?? []));
  }

  #onEvent(topicName: string, body: unknown): void {
    if (queueOfTopic(topicName) === undefined) return;
    let snapshot: Conversation;
    try {
      snapshot = parseConversation(body);
    } catch {
      this.#options.reports.unexpected("event");
      return;
    }
    this.#options.onSnapshot(snapshot);
  }
}
