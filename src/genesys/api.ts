import type { Agent } from "undici";
import { Transient } from "../errors.ts";
import { createConnections } from "../http.ts";
import { lookupWithin } from "./addresses.ts";
import {
  type AnalyticsPage,
  detailsQuery,
  parseAnalyticsPage,
  parseSearchPage,
  type TranscriptHit,
  transcriptSearch,
  type Window,
} from "./analytics.ts";
import { checkRead, parseJson } from "./answer.ts";
import { Clients, type ClientsOptions } from "./clients.ts";
import { type Conversation, parseConversation } from "./conversation.ts";
import { type Put, subscribeAll } from "./halving.ts";
import type { Priority } from "./limiter.ts";
import {
  type ChannelAddress,
  parseChannel,
  parseQueue,
  parseQueuePage,
  parseSubscriptions,
  type Queue,
} from "./payloads.ts";
import { downloadTranscript, type TranscriptPlace } from "./transcripts.ts";
import { type Message, parseMessages, parseTranscriptUrl, type Transcript } from "./words.ts";
import { type Ask, Writing } from "./writing.ts";

const queuePageSize = 100;
/** The error's code, where one topic of a list does not exist (PROTOCOL §1.5). */
const invalidTopic = '"notification.invalid.topic"';

export interface GenesysOptions extends ClientsOptions {
  readonly transcripts: TranscriptPlace;
}

/**
 * The platform as this program needs it: typed calls on the official SDK, one limiter and one token a client.
 * No call retries by itself (the runner does), but for one repeat with a new token after a 401.
 * Errors: NotYet (429), Transient (everything else; refusals nobody can explain with a limit to the tries).
 */
export class GenesysApi implements AsyncDisposable {
  /** What contact logs become on the platform itself. */
  readonly writing = new Writing((what, signal, ask) => this.#clients.answer(what, "live", signal, ask));
  /** A call whose answer is wanted whatever its status: what is asked by `probing.ts`. */
  readonly ask: Ask = (what, signal, ask) => this.#clients.answer(what, "live", signal, ask);
  readonly #options: GenesysOptions;
  readonly #clients: Clients;
  /** To wherever the platform says that transcripts lie. */
  readonly #stores: Agent;

  constructor(options: GenesysOptions) {
    this.#options = options;
    this.#stores = createConnections(undefined, lookupWithin(options.transcripts.reach));
    this.#clients = new Clients(options);
  }

  /** Logs in. Throws Fatal when a client's credentials are refused and never were accepted. */
  async login(signal: AbortSignal): Promise<void> {
    await this.#clients.login(signal);
  }

  /** How far our clock is ahead of the platform's, in milliseconds (behind: negative); undefined until it answered. */
  get clockAheadMs(): number | undefined {
    return this.#clients.clockAheadMs;
  }

  /** Each client's secret as it is now; a client that is new is not taken in. */
  renewSecrets(clients: GenesysOptions["clients"]): void {
    this.#clients.renewSecrets(clients);
  }

  /** A channel from an earlier run: its id opens it, and may appear nowhere. */
  protectChannel({ id }: ChannelAddress): void {
    this.#options.protect(id);
  }

  /** The platform says the token of the channels' client is revoked: the next call logs in again. */
  forgetToken(): void {
    this.#clients.forgetToken();
  }

  /** Every queue the client's roles and divisions let it see (permission routing:queue:view). */
  async listQueues(signal: AbortSignal): Promise<Queue[]> {
    const queues = new Map<string, Queue>();
    for (let pageNumber = 1, read = 0; ; pageNumber++) {
      const body = await this.#clients.json("queue list", "live", signal, (sdk) =>
        sdk.routing.getRoutingQueues({ pageSize: queuePageSize, pageNumber }),
      );
      const page = parseQueuePage(body);
      const before = queues.size;
      for (const queue of page.queues) queues.set(queue.id, queue);
      read += page.rows;
      const said =
        page.pageCount !== undefined ? pageNumber >= page.pageCount : read >= (page.total ?? Infinity);
      // A page with nothing new is past the end, whatever the counts say.
      if (said || queues.size === before) return [...queues.values()];
    }
  }

  /** One queue, or undefined where it does not exist (any more). */
  async getQueue(queueId: string, signal: AbortSignal): Promise<Queue | undefined> {
    const body = await this.#clients.jsonOr404("queue", "live", signal, (sdk) =>
      sdk.routing.getRoutingQueue(queueId),
    );
    return body === undefined ? undefined : parseQueue(body);
  }

  async createChannel(signal: AbortSignal): Promise<ChannelAddress> {
    const body = await this.#clients.json("notification channel", "channel", signal, (sdk) =>
      sdk.notifications.postNotificationsChannels(),
    );
    const channel = parseChannel(body);
    this.#options.protect(channel.id);
    return channel;
  }

  /** Whether the platform still holds the channel (200 alive, 404 gone); undefined where it gives no clear answer. */
  async channelLives(channelId: string, signal: AbortSignal): Promise<boolean | undefined> {
    const answer = await this.#clients.answer("notification channel check", "channel", signal, (sdk) =>
      sdk.notifications.headNotificationsChannel(channelId),
    );
    if (answer.status === 404 || answer.status === 410) return false;
    return answer.status === 200 ? true : undefined;
  }

  /**
   * Replaces all topics of a channel, which also extends its life by 24 h.
   * Without `ignoreErrors` one forbidden topic would refuse them all (PROTOCOL §1.5).
   * @returns the topics that were refused; undefined where the channel is gone
   */
  async subscribe(
    channelId: string,
    topics: readonly string[],
    signal: AbortSignal,
  ): Promise<string[] | undefined> {
    return await subscribeAll(topics, (how, part) => this.#subscribe(channelId, how, part, signal));
  }

  async #subscribe(
    channelId: string,
    how: "replace" | "add",
    topics: readonly string[],
    signal: AbortSignal,
  ): Promise<Put> {
    const ids = topics.map((id) => ({ id }));
    const answer = await this.#clients.answer("topic subscription", "channel", signal, ({ notifications }) =>
      how === "replace"
        ? notifications.putNotificationsChannelSubscriptions(channelId, ids, { ignoreErrors: true })
        : notifications.postNotificationsChannelSubscriptions(channelId, ids, { ignoreErrors: true }),
    );
    if (answer.status === 404) return { kind: "gone" };
    try {
      checkRead(answer, "topic subscription");
    } catch (error) {
      if (answer.status !== 400 || !answer.text.includes(invalidTopic)) throw error;
      return { kind: "invalid", error: error as Error };
    }
    const said = parseSubscriptions(parseJson(answer, "topic subscription"));
    const accepted = new Set(said.flatMap(({ id, rejected }) => (rejected ? [] : [id])));
    return { kind: "done", rejected: topics.filter((topic) => !accepted.has(topic)) };
  }

  /** The topics a channel has, as the platform sees it; undefined where the channel is gone. */
  async subscribedTopics(channelId: string, signal: AbortSignal): Promise<Set<string> | undefined> {
    const body = await this.#clients.jsonOr404("topic list", "channel", signal, (sdk) =>
      sdk.notifications.getNotificationsChannelSubscriptions(channelId),
    );
    return body === undefined ? undefined : new Set(parseSubscriptions(body).map(({ id }) => id));
  }

  /** The conversation as it stands now; undefined where the platform does not know it (yet, or any more). */
  async getConversation(
    id: string,
    priority: Priority,
    signal: AbortSignal,
  ): Promise<Conversation | undefined> {
    const body = await this.#clients.jsonOr404("conversation", priority, signal, (sdk) =>
      sdk.conversations.getConversation(id),
    );
    if (body === undefined) return undefined;
    const conversation = parseConversation(body);
    if (conversation.id.toLowerCase() === id.toLowerCase()) return conversation;
    throw new Transient("unexpected_payload", "conversation: the platform answered with another one");
  }

  /** Texts of messages by id, at most 1000 a call (PROTOCOL §3.2). */
  async getMessages(
    conversationId: string,
    ids: readonly string[],
    priority: Priority,
    signal: AbortSignal,
  ): Promise<Message[]> {
    const body = await this.#clients.jsonOr404("messages", priority, signal, (sdk) =>
      sdk.conversations.postConversationsMessageMessagesBulk(conversationId, { body: [...ids] }),
    );
    if (body === undefined)
      throw new Transient("no_messages", "messages: the platform does not know them (yet)");
    return parseMessages(body);
  }

  /**
   * The transcript of one communication; undefined where there is none: not ready, not transcribed and the wrong
   * communication are told apart by nothing (404, PROTOCOL §3.3). The pre-signed URL lives ten minutes, is fetched at
   * once, without our token, and is kept nowhere.
   */
  async getTranscript(
    conversationId: string,
    communicationId: string,
    priority: Priority,
    signal: AbortSignal,
  ): Promise<Transcript | undefined> {
    const body = await this.#clients.jsonOr404("transcript URL", priority, signal, (sdk) =>
      sdk.speech.getSpeechandtextanalyticsConversationCommunicationTranscripturl(
        conversationId,
        communicationId,
      ),
    );
    if (body === undefined) return undefined;
    const url = parseTranscriptUrl(body);
    return await downloadTranscript(this.#stores, url, this.#options.transcripts, signal);
  }

  /**
   * One page of conversations that began in an interval (start-of-day semantics: a conversation is found by its start,
   * whenever it ended; PROTOCOL §3.4). Closed ones come with the latest end first; `open` asks for messaging that is still open.
   * @param window at most 7 days, epoch milliseconds
   */
  async queryConversations(
    window: Window,
    kind: "closed" | "open",
    pageNumber: number,
    signal: AbortSignal,
  ): Promise<AnalyticsPage> {
    const body = await this.#clients.json("conversation history", "history", signal, (sdk) =>
      sdk.conversations.postAnalyticsConversationsDetailsQuery(
        detailsQuery(window, kind, pageNumber) as never,
      ),
    );
    return parseAnalyticsPage(body);
  }

  /** Transcripts that are there, of conversations that began in an interval; one page, at most 1000 in all (PROTOCOL §3.3). */
  async searchTranscripts(
    window: Window,
    pageNumber: number,
    signal: AbortSignal,
  ): Promise<{ hits: TranscriptHit[]; pageCount: number }> {
    const body = await this.#clients.json("transcript search", "waiting", signal, (sdk) =>
      sdk.speech.postSpeechandtextanalyticsTranscriptsSearch(transcriptSearch(window, pageNumber) as never),
    );
    return parseSearchPage(body);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#clients[Symbol.asyncDispose]();
    await this.#stores.destroy();
  }
}
