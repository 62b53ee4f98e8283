import { Fatal, NotYet, Transient } from "../errors.ts";
import type { GenesysApi } from "../genesys/api.ts";
import { Channel, type ChannelTiming, type WakeReason } from "../genesys/channel.ts";
import { type Conversation, parseConversation } from "../genesys/payloads.ts";
import { packTopics, queueOfTopic, topicOfQueue } from "../genesys/topics.ts";
import { backoffMs, sleep } from "../time.ts";
import type { Queues } from "./queues.ts";
import type { Source } from "./source.ts";

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
  readonly reports: NotificationReports;
  /** A snapshot of a conversation that changed. */
  readonly onSnapshot: (snapshot: Conversation) => void;
}

interface Member {
  readonly channel: Channel;
  readonly done: Promise<void>;
  topics: readonly string[];
}

/**
 * The live source: one topic a queue, spread over as many notification channels as they need. The queue list is read
 * again on a timer, since no topic tells of a new queue (FACTS §3.5).
 */
export class Notifications implements Source {
  readonly #options: NotificationOptions;
  readonly #members: Member[] = [];
  #deaf: string | undefined = "not logged in yet";

  constructor(options: NotificationOptions) {
    this.#options = options;
  }

  get deaf(): string | undefined {
    if (this.#deaf !== undefined) return this.#deaf;
    if (this.#members.length === 0) return "no queue matches genesys.queues";
    const silent = this.#members.filter(({ channel }) => !channel.connected).length;
    return silent === 0
      ? undefined
      : `${silent} of ${this.#members.length} notification channels are not connected`;
  }

  async run(signal: AbortSignal): Promise<void> {
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
      await api.login();
      const ids = await queues.refresh(signal);
      reports.queuesListed(ids.length, queues.size);
      this.#place(ids.map(topicOfQueue), signal);
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
    for (const [index, wanted] of channels.entries()) {
      const member = this.#members[index] ?? this.#add(index, signal);
      member.topics = wanted;
      member.channel.setTopics(wanted);
    }
  }

  #add(index: number, signal: AbortSignal): Member {
    const { api, timing, reports } = this.#options;
    const channel = new Channel(api, timing, {
      onEvent: (topicName, body) => this.#onEvent(topicName, body),
      onUnexpectedFrame: () => reports.unexpected("frame"),
      onState: (connected, wake) => reports.channelState(index, connected, wake),
      onFailure: (error, retryInMs) => reports.channelFailed(index, error, retryInMs),
      onRejected: (topics) => reports.topicsRejected(topics),
    });
    const member = { channel, topics: [], done: channel.run(signal) };
    // Whoever waits for the channel sees its error; nobody waiting yet must not end the process.
    member.done.catch(() => {});
    this.#members.push(member);
    return member;
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
