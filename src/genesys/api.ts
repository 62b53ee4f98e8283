import { AsyncLocalStorage } from "node:async_hooks";
import type { Agent } from "undici";
import { NotYet, Permanent, Transient } from "../errors.ts";
import { call, createConnections, type HttpAnswer, hostOf } from "../http.ts";
import { retryAfter } from "../time.ts";
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

const deadlineMs = 16_000;
const downloadDeadlineMs = 60_000;
const maxAnswerBytes = 8 * 2 ** 20;
/** A three-hour call is some 2 MB of transcript with word timings; ten times that is not a transcript. */
const maxTranscriptBytes = 32 * 2 ** 20;
const queuePageSize = 100;
/** Pause after a 429 that does not say how long (FACTS §4: official CLI waits 5 s and more). */
const defaultPauseMs = 5_000;

export interface GenesysOptions {
  /** Domain such as `mypurecloud.de`; free text, since new regions appear. */
  readonly region: string;
  /** Replaces `login.<region>` and `api.<region>`: a gateway, or a simulator. */
  readonly baseUrl: string | undefined;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly requestsPerMinute: number;
  /** Host globs (`*.amazonaws.com`) a transcript may be downloaded from; undefined: any. */
  readonly transcriptHosts: readonly string[] | undefined;
  readonly protect: (secret: string) => void;
}

interface CallContext {
  readonly signal: AbortSignal;
  readonly what: string;
}

/**
 * The platform as this program needs it: typed calls on the official SDK, one limiter, one token.
 * No call retries by itself (the runner does), but for one repeat with a new token after a 401.
 * Errors: NotYet (429), Transient (network, 401, 403, 408, 5xx, unexpected answers), Permanent (other 4xx).
 */
export class GenesysApi implements AsyncDisposable {
  readonly limiter: Limiter;
  readonly #options: GenesysOptions;
  readonly #connections: Agent = createConnections();
  readonly #auth: Auth;
  readonly #sdk: Sdk;
  /** The SDK takes no signal; this carries it from our call through the SDK to our own HTTP client. */
  readonly #context = new AsyncLocalStorage<CallContext>();

  constructor(options: GenesysOptions) {
    this.#options = options;
    this.limiter = new Limiter({ perMinute: options.requestsPerMinute });
    const base = options.baseUrl?.replace(/\/+$/, "");
    this.#sdk = createSdk(base ?? `https://api.${options.region}`, (request) => this.#send(request));
    this.#auth = new Auth({
      loginUrl: base ?? `https://login.${options.region}`,
      clientId: options.clientId,
      clientSecret: options.clientSecret,
      protect: options.protect,
      send: (request, signal) =>
        call(this.#connections, { ...request, deadlineMs, maxBytes: maxAnswerBytes }, signal),
    });
  }

  /** Logs in. Throws Fatal when the credentials are refused and never were accepted. */
  async login(): Promise<void> {
    await this.#auth.token();
  }

  /** The platform says the token is revoked: the next call logs in again. */
  forgetToken(): void {
    this.#auth.forget();
  }

  /** Every queue the client's roles and divisions let it see (permission routing:queue:view). */
  async listQueues(signal: AbortSignal): Promise<Queue[]> {
    const queues = new Map<string, Queue>();
    for (let pageNumber = 1; ; pageNumber++) {
      const body = await this.#json("queue list", "live", signal, (sdk) =>
        sdk.routing.getRoutingQueues({ pageSize: queuePageSize, pageNumber }),
      );
      const page = parseQueuePage(body);
      for (const queue of page.queues) queues.set(queue.id, queue);
      const last =
        page.pageCount === undefined ? page.queues.length < queuePageSize : pageNumber >= page.pageCount;
      if (last || page.queues.length === 0) return [...queues.values()];
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
    const body = await this.#json("notification channel", "live", signal, (sdk) =>
      sdk.notifications.postNotificationsChannels(),
    );
    const channel = parseChannel(body);
    this.#options.protect(channel.id);
    return channel;
  }

  /** Whether the platform still holds the channel (200 alive, 404 gone). */
  async channelLives(channelId: string, signal: AbortSignal): Promise<boolean> {
    const answer = await this.#answer("notification channel check", "live", signal, (sdk) =>
      sdk.notifications.headNotificationsChannel(channelId),
    );
    if (answer.status === 404) return false;
    this.#check(answer, "notification channel check");
    return true;
  }

  /**
   * Replaces all topics of a channel, which also extends its life by 24 h.
   * Without `ignoreErrors` one forbidden topic would refuse them all (FACTS §1.5).
   * @returns the topics that were refused; undefined where the channel is gone
   */
  async subscribe(
    channelId: string,
    topics: readonly string[],
    signal: AbortSignal,
  ): Promise<string[] | undefined> {
    const body = await this.#jsonOr404("topic subscription", "live", signal, (sdk) =>
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

  /** Texts of messages by id, at most 1000 a call (FACTS §3.2). */
  async getMessages(
    conversationId: string,
    ids: readonly string[],
    priority: Priority,
    signal: AbortSignal,
  ): Promise<Message[]> {
    const body = await this.#json("messages", priority, signal, (sdk) =>
      sdk.conversations.postConversationsMessageMessagesBulk(conversationId, { body: [...ids] }),
    );
    return parseMessages(body);
  }

  /**
   * The transcript of one communication; undefined where there is none: not ready, not transcribed and the wrong
   * communication are told apart by nothing (404, FACTS §3.3). The pre-signed URL lives ten minutes, is fetched at
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

  async [Symbol.asyncDispose](): Promise<void> {
    this.#auth[Symbol.dispose]();
    await this.#connections.destroy();
  }

  async #json(
    what: string,
    priority: Priority,
    signal: AbortSignal,
    ask: (sdk: Sdk) => Promise<unknown>,
  ): Promise<unknown> {
    const answer = await this.#answer(what, priority, signal, ask);
    this.#check(answer, what);
    return parseJson(answer, what);
  }

  async #jsonOr404(
    what: string,
    priority: Priority,
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
    priority: Priority,
    signal: AbortSignal,
    ask: (sdk: Sdk) => Promise<unknown>,
  ): Promise<HttpAnswer> {
    for (let attempt = 0; ; attempt++) {
      const token = await this.#auth.token();
      await this.limiter.acquire(priority, signal);
      this.#sdk.client.setAccessToken(token);
      const answer = (await this.#context.run({ signal, what }, () => ask(this.#sdk))) as HttpAnswer;
      if (answer.status !== 401) return answer;
      this.#auth.invalidate(token);
      if (attempt > 0) return answer;
    }
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
      const notBefore = retryAfter(answer.headers["retry-after"], now) ?? now + defaultPauseMs;
      this.limiter.pause(notBefore - now);
      throw new NotYet("rate_limited", sentence, notBefore);
    }
    if (status === 401) throw new Transient("unauthorized", sentence);
    if (status === 403)
      throw new Transient("forbidden", `${sentence}; give the OAuth client's role what is missing`);
    if (status === 408 || status >= 500) {
      throw new Transient("platform_error", sentence, retryAfter(answer.headers["retry-after"], now));
    }
    throw new Permanent("platform_refused", sentence);
  }

  #checkTranscriptHost(url: string): void {
    const globs = this.#options.transcriptHosts;
    const { protocol, hostname } = new URL(url);
    if (globs === undefined) return;
    const allowed = globs.some((glob) =>
      glob.startsWith("*.") ? hostname.endsWith(glob.slice(1)) : hostname === glob,
    );
    if (allowed && protocol === "https:") return;
    throw new Transient(
      "transcript_host",
      `transcript: ${hostOf(url)} is not a host transcripts may come from; if it should be, add it to genesys.transcriptHosts`,
    );
  }
}

function parseJson(answer: HttpAnswer, what: string): unknown {
  try {
    return JSON.parse(answer.text);
  } catch {
    throw new Transient("unexpected_answer", `${what}: the answer (HTTP ${answer.status}) is not JSON`);
  }
}

/** What is safe to repeat of an error: permission names, the error code and the correlation id, never its message. */
function detail(answer: HttpAnswer): string {
  const permissions = [
    ...new Set(answer.text.slice(0, 4000).match(/\b[A-Za-z]+:[A-Za-z]+:[A-Za-z]+\b/g) ?? []),
  ];
  const code = /"code"\s*:\s*"([a-z.]{3,60})"/.exec(answer.text.slice(0, 4000))?.[1];
  const correlation = /^[\w-]{8,64}$/.exec(answer.headers["inin-correlation-id"] ?? "")?.[0];
  const parts = [
    code,
    permissions.length > 0 ? `needs ${permissions.join(", ")}` : undefined,
    correlation ? `correlation ${correlation}` : undefined,
  ].filter((part) => part !== undefined);
  return parts.length > 0 ? ` (${parts.join("; ")})` : "";
}
