import { Transient } from "../errors.ts";
import type { GenesysApi } from "../genesys/api.ts";
import { Channel, type ChannelTiming } from "../genesys/channel.ts";
import type { ChannelAddress } from "../genesys/payloads.ts";
import type { AddressStore } from "./notifications.ts";
import type { Source } from "./source.ts";

/** Two topics a call; a channel holds 1000. */
const mostCalls = 450;
/** Subscriptions of many calls go together: each request counts against the same limit as the contacts' own. */
const shortestPauseMs = 1_000;
const longestPauseMs = 10_000;

/** Refusals after which this run does without signs. */
const mostRefusals = 3;

const signTopic =
  /^v2\.(?:speechandtextanalytics\.conversation\.([^.]+)\.topics|conversations\.([^.]+)\.transcription)$/;

export interface SignsOptions {
  readonly api: GenesysApi;
  readonly timing: ChannelTiming & { readonly transcriptFirstMs: number };
  /** Speech analytics has finished something about this call: its transcript may be there. */
  readonly onSign: (conversationId: string) => void;
  readonly addresses: AddressStore;
  readonly reports: {
    signsFailed(error: unknown, retryInMs: number): void;
    signsRejected(topics: number): void;
  };
}

/**
 * Signs that a finished call's transcript may be there: no topic tells that it is (PROTOCOL §0), but topics of that one
 * call tell that analytics has been at work. On a channel of their own, so that their coming and going never touches
 * the queues' subscriptions; what goes wrong here costs seconds, not contacts.
 */
export class Signs implements Source {
  readonly deaf = undefined;
  readonly #options: SignsOptions;
  /** Calls that wait, oldest first. */
  readonly #waiting = new Set<string>();
  readonly #begun = Promise.withResolvers<void>();
  readonly #stop = new AbortController();
  #refusals = 0;
  #channel: Channel | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: SignsOptions) {
    this.#options = options;
  }

  /** The channel is made when the first call waits. */
  async run(signal: AbortSignal): Promise<void> {
    const stopped = new Promise<void>((resolve) => {
      // Told to stop while the daemon still starts, it hears of no abort any more.
      if (signal.aborted) resolve();
      signal.addEventListener("abort", () => resolve(), { once: true });
    });
    await Promise.race([this.#begun.promise, stopped]);
    if (!signal.aborted) {
      this.#channel = this.#createChannel((await this.#options.addresses.load())[0]);
      this.#subscribe();
      await this.#channel.run(AbortSignal.any([signal, this.#stop.signal]));
      await stopped;
    }
    clearTimeout(this.#timer);
  }

  #createChannel(earlier: ChannelAddress | undefined): Channel {
    const { api, timing, reports, addresses } = this.#options;
    const nothing = (): void => {};
    return new Channel(
      api,
      timing,
      {
        onEvent: (topicName, body) => this.#onEvent(topicName, body),
        onUnexpectedFrame: nothing,
        onState: nothing,
        onFailure: (error, retryInMs) => {
          reports.signsFailed(error, retryInMs);
          // Some orgs know no such topics. Schedules do without them; asking on would cost requests for nothing.
          if (isRefusal(error) && ++this.#refusals >= mostRefusals) this.#stop.abort();
        },
        onRejected: (topics) => reports.signsRejected(topics.length),
        onTopicsLost: nothing,
        onAddress: (address) => addresses.save(address ? [address] : []),
      },
      { earlier, readsBack: false },
    );
  }

  /** This call's transcript is waited for. The oldest give way where there are too many. */
  add(conversationId: string): void {
    this.#waiting.add(conversationId);
    if (this.#waiting.size > mostCalls) {
      for (const oldest of this.#waiting) {
        this.#waiting.delete(oldest);
        break;
      }
    }
    this.#subscribeSoon();
  }

  /** It has come, or is given up. Its topics go with the next change. */
  delete(conversationId: string): void {
    this.#waiting.delete(conversationId);
  }

  #subscribeSoon(): void {
    const afterMs = Math.max(
      shortestPauseMs,
      Math.min(longestPauseMs, this.#options.timing.transcriptFirstMs / 2),
    );
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      if (this.#waiting.size === 0) return;
      this.#subscribe();
      this.#begun.resolve();
    }, afterMs).unref();
  }

  #subscribe(): void {
    this.#channel?.setTopics(
      [...this.#waiting].flatMap((id) => [
        `v2.speechandtextanalytics.conversation.${id}.topics`,
        `v2.conversations.${id}.transcription`,
      ]),
    );
  }

  #onEvent(topicName: string, body: unknown): void {
    const match = signTopic.exec(topicName);
    const conversationId = match?.[1] ?? match?.[2];
    if (conversationId === undefined) return;
    const isTranscription = match?.[2] !== undefined;
    // Live utterances come every half minute; only the end of the session is a sign.
    if (isTranscription && !JSON.stringify(body).includes('"SESSION_ENDED"')) return;
    this.#options.onSign(conversationId);
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof Transient && ["platform_refused", "forbidden"].includes(error.reason);
}
