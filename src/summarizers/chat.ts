import { createHash, randomBytes } from "node:crypto";
import { APIConnectionError, APIError, AzureOpenAI, OpenAI } from "openai";
import { causeOf, Permanent, Transient } from "../errors.ts";
import { limitedFetch } from "../limited-fetch.ts";
import type { Dialogue, Summary } from "../model.ts";
import { iso, retryAfter } from "../time.ts";
import { answerSchema, classifications, readAnswer } from "./answer.ts";
import type { Summarizer, SummaryRequest } from "./summarizer.ts";

type ChatMessage = OpenAI.Chat.Completions.ChatCompletionMessageParam;
type ResponseFormat = NonNullable<OpenAI.Chat.Completions.ChatCompletionCreateParams["response_format"]>;

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

/** No retries of its own (the runner's are the only ones), no log, no environment variables, no redirects. */
const quiet = {
  maxRetries: 0,
  logLevel: "off",
  organization: null,
  project: null,
  fetch: limitedFetch,
} as const;

export function createOpenAi({ baseUrl, apiKey, model, timeoutMs }: ChatOptions): Summarizer {
  // Local endpoints take no key, and the client insists on one.
  const client = new OpenAI({ ...quiet, baseURL: baseUrl, apiKey: apiKey ?? "none", timeout: timeoutMs });
  return new ChatSummarizer(client, model, `openai ${model}`);
}

export function createAzure({
  baseUrl,
  deployment,
  apiVersion,
  timeoutMs,
  credential,
}: AzureOptions): Summarizer {
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
  return new ChatSummarizer(client, deployment, `azure ${deployment}`);
}

/** What to ask for, strictest first; an endpoint that refuses one is asked for the next, and remembered. */
const formats = ["json_schema", "json_object", "text"] as const;

/** A Chat Completions model as summarizer: one question, one repair turn, never more. */
class ChatSummarizer implements Summarizer {
  readonly name: string;
  readonly #client: OpenAI;
  readonly #host: string;
  readonly #model: string;
  #format: (typeof formats)[number] = "json_schema";

  constructor(client: OpenAI, model: string, name: string) {
    this.#client = client;
    this.#host = new URL(client.baseURL).host;
    this.#model = model;
    this.name = name;
  }

  async summarize(request: SummaryRequest, signal: AbortSignal): Promise<Summary> {
    const messages: ChatMessage[] = [
      { role: "system", content: instructions(request) },
      { role: "user", content: transcriptBlock(request.dialogue) },
    ];
    const first = await this.#ask(messages, request, signal);
    let answer = readAnswer(first.text, request.taxonomy);
    let model = first.model;
    if (!answer.ok) {
      const problem = first.truncated ? "the answer was cut off; write less" : answer.problem;
      const second = await this.#ask(
        [
          ...messages,
          { role: "assistant", content: first.text },
          {
            role: "user",
            content: `That answer cannot be used (${problem}). Answer again, with the JSON object only.`,
          },
        ],
        request,
        signal,
      );
      answer = readAnswer(second.text, request.taxonomy);
      model = second.model;
    }
    if (!answer.ok) {
      throw new Permanent(
        "model_answer_invalid",
        `model: its answer was not usable, twice (${answer.problem})`,
      );
    }
    return { ...answer.summary, model, promptVersion: promptVersion(request.prompt) };
  }

  async #ask(
    messages: ChatMessage[],
    request: SummaryRequest,
    signal: AbortSignal,
  ): Promise<{ text: string; truncated: boolean; model: string }> {
    for (;;) {
      const format = this.#format;
      try {
        const completion = await this.#client.chat.completions.create(
          { model: this.#model, messages, response_format: responseFormat(format, request) },
          { signal },
        );
        return readCompletion(completion, this.#model);
      } catch (error) {
        signal.throwIfAborted();
        const next = formats[formats.indexOf(format) + 1];
        if (next === undefined || !refusesFormat(error)) throw classify(error, this.#host);
        if (this.#format === format) this.#format = next;
      }
    }
  }
}

/** Content hash of the prompt text, short enough to read out. */
export function promptVersion(prompt: string): string {
  return `sha256:${createHash("sha256").update(prompt).digest("hex").slice(0, 12)}`;
}

/** The part that is the same for every dialogue of a brand, so that a provider's prompt cache can serve it. */
function instructions({ prompt, taxonomy, language }: SummaryRequest): string {
  const pairs = classifications(taxonomy)
    .map((pair) => `- ${pair}`)
    .join("\n");
  return `${prompt.trim()}\n\nclassification:\n${pairs}\n\nLanguage of the answer (BCP 47): ${language}\n`;
}

/** The dialogue as data: numbered turns between markers nobody in it can have guessed. */
function transcriptBlock({ turns }: Dialogue): string {
  const marker = `TRANSCRIPT-${randomBytes(8).toString("hex")}`;
  const agents = [...new Set(turns.filter(({ speaker }) => speaker === "agent").map(({ userId }) => userId))];
  const numbered = turns.map(({ speaker, userId, text }, index) => {
    const number = agents.length > 1 && speaker === "agent" ? ` ${agents.indexOf(userId) + 1}` : "";
    return `[${index + 1}] ${speaker}${number}: ${text}`;
  });
  const first = turns[0];
  const date = first ? `Date of the conversation: ${iso(first.at).slice(0, 10)}\n` : "";
  return `${date}<<${marker}>>\n${numbered.join("\n")}\n<</${marker}>>`;
}

function responseFormat(format: (typeof formats)[number], { taxonomy }: SummaryRequest): ResponseFormat {
  if (format !== "json_schema") return { type: format };
  return { type: format, json_schema: { name: "contact_log", strict: true, schema: answerSchema(taxonomy) } };
}

function readCompletion(
  completion: OpenAI.Chat.Completions.ChatCompletion,
  asked: string,
): { text: string; truncated: boolean; model: string } {
  const choice = completion?.choices?.[0];
  if (typeof choice?.message !== "object" || choice.message === null) {
    throw new Transient(
      "model_answer_unreadable",
      "model: its answer is not what a Chat Completions endpoint sends",
    );
  }
  if (choice?.message?.refusal) throw new Permanent("model_refused", "model: it refused to answer");
  if (choice?.finish_reason === "content_filter") {
    throw new Permanent("model_content_filter", "model: the provider's content filter stopped the answer");
  }
  return {
    text: choice?.message?.content ?? "",
    truncated: choice?.finish_reason === "length",
    model: completion?.model ?? asked,
  };
}

function refusesFormat(error: unknown): boolean {
  return (
    error instanceof APIError &&
    [400, 422].includes(error.status ?? 0) &&
    /response_format|json_schema|json_object/i.test(error.message)
  );
}

/** Status and code only: a provider's error message may quote the prompt, and with it the dialogue. */
function classify(error: unknown, host: string): Error {
  if (error instanceof Transient || error instanceof Permanent) return error;
  if (error instanceof APIConnectionError) {
    const inner = error.cause;
    if (inner instanceof Transient) return inner;
    return new Transient("model_unreachable", `model: ${host} cannot be reached (${safeCause(error)})`);
  }
  if (!(error instanceof APIError) || error.status === undefined) {
    return new Transient(
      "model_answer_unreadable",
      "model: its answer is not what a Chat Completions endpoint sends",
    );
  }
  const { status } = error;
  const code = /^[\w.-]{1,60}$/.exec(String(error.code ?? ""))?.[0];
  const sentence = `model: the endpoint answered HTTP ${status}${code ? ` (${code})` : ""}`;
  if ([400, 413, 422].includes(status)) return new Permanent("model_refused_request", sentence);
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
