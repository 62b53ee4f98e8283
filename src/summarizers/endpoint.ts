import {
  APIConnectionError,
  APIConnectionTimeoutError,
  APIError,
  APIUserAbortError,
  AzureOpenAI,
  OpenAI,
} from "openai";
import { causeOf, Permanent, Transient, unreachable } from "../errors.ts";
import { limitedFetch } from "../limited-fetch.ts";
import type { Usage } from "../model.ts";
import { cut, plainText } from "../text.ts";
import { retryAfter } from "../time.ts";
import type { Meter } from "./summarizer.ts";
import { countMessages, countTokens } from "./tokens.ts";

export type ChatMessage = OpenAI.Chat.Completions.ChatCompletionMessageParam;
type Completion = OpenAI.Chat.Completions.ChatCompletion;
type Params = OpenAI.Chat.Completions.ChatCompletionCreateParamsNonStreaming;

export interface ChatOptions {
  /** `https://…/v1` of any Chat Completions endpoint. */
  readonly baseUrl: string;
  readonly apiKey: string | undefined;
  readonly model: string;
  readonly timeoutMs: number;
}

export interface AzureOptions {
  /** The resource, `https://name.openai.azure.com`. */
  readonly baseUrl: string;
  readonly deployment: string;
  readonly apiVersion: string;
  readonly timeoutMs: number;
  /** An API key, or a way to a fresh Entra token. */
  readonly credential: { readonly apiKey: string } | { readonly token: () => Promise<string> };
}

/** One question to a model. */
export interface Question {
  readonly messages: readonly ChatMessage[];
  /** The shape of the answer, where the endpoint can be held to one. */
  readonly schema: { readonly name: string; readonly json: Record<string, unknown> };
  readonly maxOutputTokens: number;
}

export interface Reply {
  readonly text: string;
  /** The answer ran into `maxOutputTokens`. */
  readonly truncated: boolean;
  /** As the endpoint names it. */
  readonly model: string;
}

/** The question is longer than the model can read: ask for less. */
export class TooLong extends Permanent {}

/** A name a person can read; it is posted with the log. */
const maxModelChars = 100;

/** No retries of its own (the runner's are the only ones), no log, no environment variables, no redirects. */
const quiet = {
  maxRetries: 0,
  logLevel: "off",
  organization: null,
  project: null,
  fetch: limitedFetch,
} as const;

/** What can be asked for, strictest first; what an endpoint refuses it is not asked for again. */
const formats = ["json_schema", "json_object", "text"] as const;
const limits = ["max_completion_tokens", "max_tokens", "none"] as const;
const formatRefusal = /response_format|json_schema|json_object|structured[ _]output/i;
const limitRefusal = /max_completion_tokens|max_tokens/i;
/** The limit is understood, and higher than the model can go. */
const limitTooHigh = /at most \d+ (?:completion |output )?tokens|maximum allowed number of output tokens/i;
const lengthRefusal =
  /context[ _](?:length|window)|maximum context|too many tokens|(?:prompt|input) is too long/i;

/** A Chat Completions endpoint: it learns what its model takes, classifies what it answers, and pays its way. */
export class ChatEndpoint {
  readonly model: string;
  readonly #client: OpenAI;
  readonly #host: string;
  #format: (typeof formats)[number] = "json_schema";
  #limit: (typeof limits)[number] = "max_completion_tokens";

  private constructor(client: OpenAI, model: string) {
    this.#client = client;
    this.#host = new URL(client.baseURL).host;
    this.model = model;
  }

  static openAi({ baseUrl, apiKey, model, timeoutMs }: ChatOptions): ChatEndpoint {
    // Local endpoints take no key, and the client insists on one.
    const client = new OpenAI({ ...quiet, baseURL: baseUrl, apiKey: apiKey ?? "none", timeout: timeoutMs });
    return new ChatEndpoint(client, model);
  }

  static azure({ baseUrl, deployment, apiVersion, timeoutMs, credential }: AzureOptions): ChatEndpoint {
    const client = new AzureOpenAI({
      ...quiet,
      baseURL: `${baseUrl.replace(/\/+$/, "").replace(/\/openai$/, "")}/openai`,
      deployment,
      apiVersion,
      timeout: timeoutMs,
      // null, not undefined: undefined would read the key from the environment.
      ...("token" in credential
        ? { azureADTokenProvider: credential.token, apiKey: null as unknown as string }
        : { apiKey: credential.apiKey }),
    });
    return new ChatEndpoint(client, deployment);
  }

  /**
   * Throws Transient (down, rate limited, not understood), TooLong, or Permanent (refused, content filter); NotYet
   * where the meter says so.
   */
  async ask(question: Question, meter: Meter, signal: AbortSignal): Promise<Reply> {
    for (;;) {
      const asked = { format: this.#format, limit: this.#limit };
      const inputTokens = await countMessages(this.model, question.messages);
      const settle = meter.reserve({ inputTokens, outputTokens: question.maxOutputTokens });
      let used: Usage = { requests: 1, inputTokens: 0, cachedInputTokens: 0, outputTokens: 0 };
      try {
        const answer = await this.#client.chat.completions.create(this.#params(question), { signal });
        const completion = asCompletion(answer);
        used = await this.#usageOf(completion, inputTokens);
        return readCompletion(completion, this.model);
      } catch (error) {
        // What was sent and never answered may well be billed: it was read, as far as anybody here can tell.
        if (mayBeBilled(error)) used = { ...used, inputTokens };
        signal.throwIfAborted();
        if (!this.#learn(error, asked)) throw classify(error, this.#host);
      } finally {
        settle(used);
      }
    }
  }

  #params({ messages, schema, maxOutputTokens }: Question): Params {
    return {
      model: this.model,
      messages: [...messages],
      ...this.#formatOf(schema),
      ...(this.#limit === "none" ? {} : { [this.#limit]: maxOutputTokens }),
    };
  }

  /** Plain text is what comes where nothing is said: some endpoints do not know the field at all. */
  #formatOf({ name, json }: Question["schema"]): Pick<Params, "response_format"> {
    switch (this.#format) {
      case "json_schema":
        return {
          response_format: { type: "json_schema", json_schema: { name, strict: true, schema: json } },
        };
      case "json_object":
        return { response_format: { type: "json_object" } };
      case "text":
        return {};
    }
  }

  /** @returns whether the refusal was of something that can be done without: the question is then asked again */
  #learn(
    error: unknown,
    asked: { format: (typeof formats)[number]; limit: (typeof limits)[number] },
  ): boolean {
    if (!(error instanceof APIError) || ![400, 422].includes(error.status ?? 0)) return false;
    const said = `${error.param ?? ""} ${error.message}`;
    // The text of the error names both at times; the format is what endpoints differ in most.
    if (formatRefusal.test(said)) {
      const next = formats[formats.indexOf(asked.format) + 1];
      if (next !== undefined && this.#format === asked.format) this.#format = next;
      return next !== undefined;
    }
    if (limitRefusal.test(said) && !limitTooHigh.test(said)) {
      const next = limits[limits.indexOf(asked.limit) + 1];
      if (next !== undefined && this.#limit === asked.limit) this.#limit = next;
      return next !== undefined;
    }
    return false;
  }

  /** As the endpoint counts; where it does not, as we do. */
  async #usageOf(completion: Completion, inputTokens: number): Promise<Usage> {
    const { usage } = completion ?? {};
    const input = count(usage?.prompt_tokens) ?? inputTokens;
    return {
      requests: 1,
      inputTokens: input,
      cachedInputTokens: Math.min(input, count(usage?.prompt_tokens_details?.cached_tokens) ?? 0),
      outputTokens:
        count(usage?.completion_tokens) ??
        (await countTokens(this.model, textOf(completion?.choices?.[0]?.message?.content))),
    };
  }
}

/** Given up while the endpoint worked on it, by the deadline or by whoever asked. */
function mayBeBilled(error: unknown): boolean {
  return error instanceof APIConnectionTimeoutError || error instanceof APIUserAbortError;
}

function count(value: unknown): number | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

/** The client hands on as text what does not call itself JSON: some gateways do not. */
function asCompletion(answer: Completion): Completion {
  if (typeof answer !== "string") return answer;
  try {
    return JSON.parse(answer) as Completion;
  } catch {
    return answer;
  }
}

/** Some endpoints send a list of parts where one text belongs. */
function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  return content
    .map((part: { text?: unknown } | null) => (typeof part?.text === "string" ? part.text : ""))
    .join("");
}

function readCompletion(completion: Completion, asked: string): Reply {
  const choice = completion?.choices?.[0];
  if (typeof choice?.message !== "object" || choice.message === null) throw unreadable();
  if (choice.message.refusal) throw new Permanent("model_refused", "model: it refused to answer");
  if (choice.finish_reason === "content_filter") throw filtered();
  return {
    text: textOf(choice.message.content),
    truncated: choice.finish_reason === "length",
    model: (typeof completion.model === "string" && cut(plainText(completion.model), maxModelChars)) || asked,
  };
}

function unreadable(): Transient {
  return new Transient(
    "model_answer_unreadable",
    "model: its answer is not what a Chat Completions endpoint sends",
  );
}

function filtered(): Permanent {
  return new Permanent("model_content_filter", "model: the provider's content filter stopped the answer");
}

/** Status and code only: a provider's error message may quote the prompt, and with it the dialogue. */
function classify(error: unknown, host: string): Error {
  if (error instanceof Transient || error instanceof Permanent) return error;
  if (error instanceof APIConnectionError) {
    const inner = error.cause;
    if (inner instanceof Transient) return inner;
    return new Transient("model_unreachable", `model: ${host} ${unreachable(safeCause(error))}`);
  }
  if (!(error instanceof APIError) || error.status === undefined) return unreadable();
  const { status } = error;
  // The SDK promises a text; it is whatever the endpoint wrote there.
  const told: unknown = error.code;
  const code = typeof told === "object" ? undefined : /^[\w.-]{1,60}$/.exec(String(told ?? ""))?.[0];
  const sentence = `model: the endpoint answered HTTP ${status}${code ? ` (${code})` : ""}`;
  if ([400, 413, 422].includes(status)) {
    if (code === "content_filter") return filtered();
    const tooLong = status === 413 || code === "context_length_exceeded" || lengthRefusal.test(error.message);
    return tooLong
      ? new TooLong("model_input_too_long", `${sentence}; lower llm.maxInputTokens`)
      : new Permanent("model_refused_request", sentence);
  }
  const notBefore = retryAfter(error.headers?.get("retry-after") ?? undefined, Date.now());
  if (status === 401 || status === 403) {
    return new Transient("model_unauthorized", `${sentence}; check llm.apiKey`, notBefore);
  }
  if (status === 404)
    return new Transient("model_not_found", `${sentence}; check llm.baseUrl and llm.model`, notBefore);
  return new Transient(status === 429 ? "model_rate_limited" : "model_error", sentence, notBefore);
}

function safeCause(error: Error): string {
  const cause = causeOf(error);
  return /^[A-Z][A-Z_0-9]+$/.test(cause) ? cause : "no answer in time";
}
