import { AsyncLocalStorage } from "node:async_hooks";
import type { Agent } from "undici";
import { NotYet, Transient } from "../errors.ts";
import { call, createConnections, type HttpAnswer, hostOf } from "../http.ts";
import { iso, retryAfter } from "../time.ts";
import { type AnalyticsPage, parseAnalyticsPage, parseSearchPage, type TranscriptHit } from "./analytics.ts";
import { detail, parseJson, pauseMs, refusalTries } from "./answer.ts";
import { Auth } from "./auth.ts";
import { Limiter, type Priority } from "./limiter.ts";
import {
  type ChannelAddress,
  type Conversation,
  type Message,
  parseChannel,
  parseConversation,
  parseMessages,
  parseQueue,
  parseQueuePage,
  parseSubscriptions,
  parseTranscript,
  parseTranscriptUrl,
  type Queue,
  type Transcript,
} from "./payloads.ts";
import { createSdk, type Sdk, type SdkAnswer, type SdkRequest } from "./sdk.ts";
import { type Ask, Writing } from "./writing.ts";

const deadlineMs = 16_000;
const downloadDeadlineMs = 20_000;
const maxAnswerBytes = 8 * 2 ** 20;
/** A three-hour call is some 2 MB of transcript with word timings; ten times that is not a transcript. */
const maxTranscriptBytes = 32 * 2 ** 20;
const queuePageSize = 100;
/** What every client of the details query uses; a larger page is refused by some orgs (PROTOCOL §3.4). */
const analyticsPageSize = 100;

export interface GenesysOptions {
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
  /** Host globs (`*.amazonaws.com`) a transcript may be downloaded from; undefined: any. */
  readonly transcriptHosts: readonly string[] | undefined;
  readonly protect: (secret: string) => void;
  /** A client's credentials were refused: time to look whether there are others by now (`renewSecrets`). */
  readonly onRefused?: (() => void) | undefined;
}

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

/**
 * The platform as this program needs it: typed calls on the official SDK, one limiter and one token a client.
 * No call retries by itself (the runner does), but for one repeat with a new token after a 401.
 * Errors: NotYet (429), Transient (everything else; refusals nobody can explain with a limit to the tries).
 */
export class GenesysApi implements AsyncDisposable {
  /** What contact logs become on the platform itself. */
  readonly writing = new Writing((what, signal, ask) => this.#answer(what, "live", signal, ask));
  /** A call whose answer is wanted whatever its status: what is asked by `probing.ts`. */
  readonly ask: Ask = (what, signal, ask) => this.#answer(what, "live", signal, ask);
  readonly #options: GenesysOptions;
  readonly #connections: Agent = createConnections();
  readonly #clients: readonly [Client, ...Client[]];
  readonly #sdk: Sdk;
  /** The SDK takes no signal; this carries it from our call through the SDK to our own HTTP client. */
  readonly #context = new AsyncLocalStorage<CallContext>();

  constructor(options: GenesysOptions) {
    this.#options = options;
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
            call(this.#connections, { ...request, deadlineMs, maxBytes: maxAnswerBytes }, signal),
        }),
      }),
    );
    if (!first) throw new Error("GenesysApi needs an OAuth client");
    this.#clients = [first, ...more];
  }

  /** Logs in. Throws Fatal when a client's credentials are refused and never were accepted. */
  async login(signal: AbortSignal): Promise<void> {
    await Promise.all(this.#clients.map(({ auth }) => auth.token(signal)));
  }

  /** Each client's secret as it is now; a client that is new is not taken in. */
  renewSecrets(clients: GenesysOptions["clients"]): void {
    for (const { id, auth } of this.#clients) {
      const known = clients.find(({ clientId }) => clientId === id);
      if (known !== undefined) auth.clientSecret = known.clientSecret;
    }
  }

  /** A channel from an earlier run: its id opens it, and may appear nowhere. */
  protectChannel({ id }: ChannelAddress): void {
    this.#options.protect(id);
  }

  /** The platform says the token of the channels' client is revoked: the next call logs in again. */
  forgetToken(): void {
    this.#clients[0].auth.forget();
  }

  /** Every queue the client's roles and divisions let it see (permission routing:queue:view). */
  async listQueues(signal: AbortSignal): Promise<Queue[]> {
    const queues = new Map<string, Queue>();
    for (let pageNumber = 1, read = 0; ; pageNumber++) {
      const body = await this.#json("queue list", "live", signal, (sdk) =>
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
    const body = await this.#jsonOr404("queue", "live", signal, (sdk) =>
      sdk.routing.getRoutingQueue(queueId),
    );
    return body === undefined ? undefined : parseQueue(body);
  }

  async createChannel(signal: AbortSignal): Promise<ChannelAddress> {
    const body = await this.#json("notification channel", "channel", signal, (sdk) =>
      sdk.notifications.postNotificationsChannels(),
    );
    const channel = parseChannel(body);
    this.#options.protect(channel.id);
    return channel;
  }

  /** Whether the platform still holds the channel (200 alive, 404 gone); undefined where it gives no clear answer. */
  async channelLives(channelId: string, signal: AbortSignal): Promise<boolean | undefined> {
    const answer = await this.#answer("notification channel check", "channel", signal, (sdk) =>
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
    const body = await this.#jsonOr404("topic subscription", "channel", signal, (sdk) =>
      sdk.notifications.putNotificationsChannelSubscriptions(
        channelId,
        topics.map((id) => ({ id })),
        { ignoreErrors: true },
      ),
    );
    if (body === undefined) return undefined;
    const accepted = new Set(parseSubscriptions(body).flatMap(({ id, rejected }) => (rejected ? [] : [id])));
    return topics.filter((topic) => !accepted.has(topic));
  }

  /** The topics a channel has, as the platform sees it; undefined where the channel is gone. */
  async subscribedTopics(channelId: string, signal: AbortSignal): Promise<Set<string> | undefined> {
    const body = await this.#jsonOr404("topic list", "channel", signal, (sdk) =>
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
    const body = await this.#jsonOr404("conversation", priority, signal, (sdk) =>
      sdk.conversations.getConversation(id),
    );
    return body === undefined ? undefined : parseConversation(body);
  }

  /** Texts of messages by id, at most 1000 a call (PROTOCOL §3.2). */
  async getMessages(
    conversationId: string,
    ids: readonly string[],
    priority: Priority,
    signal: AbortSignal,
  ): Promise<Message[]> {
    const body = await this.#jsonOr404("messages", priority, signal, (sdk) =>
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
    const body = await this.#jsonOr404("transcript URL", priority, signal, (sdk) =>
      sdk.speech.getSpeechandtextanalyticsConversationCommunicationTranscripturl(
        conversationId,
        communicationId,
      ),
    );
    if (body === undefined) return undefined;
    const url = parseTranscriptUrl(body);
    this.#checkTranscriptHost(url);
    const answer = await call(
      this.#connections,
      {
        url,
        method: "GET",
        deadlineMs: downloadDeadlineMs,
        maxBytes: maxTranscriptBytes,
        what: "transcript",
      },
      signal,
    );
    // 403 is an URL past its ten minutes: the next try asks for a new one.
    if (answer.status !== 200) {
      throw new Transient("transcript_download", `transcript: the file store answered HTTP ${answer.status}`);
    }
    return parseTranscript(parseJson(answer, "transcript"));
  }

  /**
   * One page of conversations that began in an interval (start-of-day semantics: a conversation is found by its start,
   * whenever it ended; PROTOCOL §3.4). Closed ones come with the latest end first; `open` asks for messaging that is still open.
   * @param window at most 7 days, epoch milliseconds
   */
  async queryConversations(
    window: { readonly from: number; readonly to: number },
    kind: "closed" | "open",
    pageNumber: number,
    signal: AbortSignal,
  ): Promise<AnalyticsPage> {
    const end = { type: "dimension", dimension: "conversationEnd" };
    const query = {
      interval: `${iso(window.from)}/${iso(window.to)}`,
      order: "desc",
      orderBy: kind === "closed" ? "conversationEnd" : "conversationStart",
      paging: { pageSize: analyticsPageSize, pageNumber },
      conversationFilters: [
        { type: "and", predicates: [{ ...end, operator: kind === "closed" ? "exists" : "notExists" }] },
      ],
      ...(kind === "open"
        ? {
            segmentFilters: [
              {
                type: "and",
                predicates: [
                  { type: "dimension", dimension: "mediaType", operator: "matches", value: "message" },
                ],
              },
            ],
          }
        : {}),
    };
    const body = await this.#json("conversation history", "history", signal, (sdk) =>
      sdk.conversations.postAnalyticsConversationsDetailsQuery(query as never),
    );
    return parseAnalyticsPage(body);
  }

  /** Transcripts that are there, of conversations that began in an interval; one page, at most 1000 in all (PROTOCOL §3.3). */
  async searchTranscripts(
    window: { readonly from: number; readonly to: number },
    pageNumber: number,
    signal: AbortSignal,
  ): Promise<{ hits: TranscriptHit[]; pageCount: number }> {
    const date = (at: number): string => iso(at).slice(0, 19);
    const request = {
      types: ["transcripts"],
      pageSize: 100,
      pageNumber,
      returnFields: ["conversationId", "communicationId", "mediaType"],
      query: [
        {
          type: "DATE_RANGE",
          fields: ["conversationStartTime"],
          startValue: date(window.from),
          endValue: date(window.to),
          dateFormat: "yyyy-MM-dd'T'HH:mm:ss",
        },
      ],
    };
    const body = await this.#json("transcript search", "waiting", signal, (sdk) =>
      sdk.speech.postSpeechandtextanalyticsTranscriptsSearch(request as never),
    );
    return parseSearchPage(body);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { auth } of this.#clients) auth[Symbol.dispose]();
    await this.#connections.destroy();
  }

  async #json(
    what: string,
    priority: Priority | "channel",
    signal: AbortSignal,
    ask: (sdk: Sdk) => Promise<unknown>,
  ): Promise<unknown> {
    const answer = await this.#answer(what, priority, signal, ask);
    this.#check(answer, what);
    return parseJson(answer, what);
  }

  async #jsonOr404(
    what: string,
    priority: Priority | "channel",
    signal: AbortSignal,
    ask: (sdk: Sdk) => Promise<unknown>,
  ): Promise<unknown> {
    const answer = await this.#answer(what, priority, signal, ask);
    if (answer.status === 404) return undefined;
    this.#check(answer, what);
    return parseJson(answer, what);
  }

  async #answer(
    what: string,
    priority: Priority | "channel",
    signal: AbortSignal,
    ask: (sdk: Sdk) => Promise<unknown>,
  ): Promise<HttpAnswer> {
    for (let attempt = 0; ; attempt++) {
      const client = priority === "channel" ? this.#clients[0] : this.#freest();
      await client.limiter.acquire(priority === "channel" ? "live" : priority, signal);
      const token = await client.auth.token(signal);
      this.#sdk.client.setAccessToken(token);
      const answer = (await this.#context.run({ signal, what }, () => ask(this.#sdk))) as HttpAnswer;
      observe(client, answer);
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
    if (!context) throw new Error("an SDK call was made outside of GenesysApi");
    const url = new URL(request.url);
    for (const [name, value] of Object.entries(request.params ?? {})) {
      if (value !== undefined && value !== null) url.searchParams.set(name, String(value));
    }
    return await call(
      this.#connections,
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

  #check(answer: HttpAnswer, what: string): void {
    const { status } = answer;
    if (status >= 200 && status < 300) return;
    const sentence = `${what}: Genesys answered HTTP ${status}${detail(answer)}`;
    const now = Date.now();
    if (status === 429) {
      throw new NotYet("rate_limited", sentence, now + pauseMs(answer.headers, now));
    }
    if (status === 401) throw new Transient("unauthorized", sentence);
    if (status === 403)
      throw new Transient("forbidden", `${sentence}; give the OAuth client's role what is missing`);
    if (status === 408 || status >= 500) {
      throw new Transient("platform_error", sentence, retryAfter(answer.headers["retry-after"], now));
    }
    throw new Transient("platform_refused", sentence, undefined, undefined, refusalTries);
  }

  #checkTranscriptHost(url: string): void {
    const globs = this.#options.transcriptHosts;
    const { protocol, hostname } = new URL(url);
    if (globs === undefined) return;
    const allowed = globs.some((glob) =>
      glob === "*" || glob.startsWith("*.") ? hostname.endsWith(glob.slice(1)) : hostname === glob,
    );
    if (allowed && protocol === "https:") return;
    throw new Transient(
      "transcript_host",
      `transcript: ${hostOf(url)} is not a host transcripts may come from; if it should be, add it to genesys.transcriptHosts`,
    );
  }
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
