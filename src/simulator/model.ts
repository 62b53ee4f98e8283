import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { sleep } from "../time.ts";
import { type Lure, obeying } from "./gullible.ts";
import { asAsked, classificationsIn, honestAnswer } from "./honest.ts";
import { listen, plainHeaders, readBody } from "./loopback.ts";
import { misbehave } from "./misbehave.ts";
import { type MisdeedName, misdeedOf, misdeeds } from "./misbehaving.ts";
import type { Schema } from "./sample.ts";
import { sampleOf } from "./sample.ts";

export interface ModelOptions {
  readonly port?: number;
  /** API key every call must carry, as a bearer token or in `api-key`; none is asked for when left out. */
  readonly apiKey?: string;
  readonly latencyMs?: number;
  /** Obeys each of these instructions that it can read in what users say to it, in an otherwise honest answer. */
  readonly gullible?: readonly Lure[];
  /** Does one of its misdeeds, `honest` among them, with every request; the same ones for the same seed. */
  readonly misbehaving?: { readonly seed: number; readonly names?: readonly MisdeedName[] };
  /** Parameters this endpoint answers 400 to, such as `max_completion_tokens`, and values of `response_format.type`. */
  readonly rejects?: readonly string[];
}

/** What the next call gets; what is left out is as in the default answer. */
export interface ScriptedAnswer {
  readonly content?: string | null;
  readonly refusal?: string;
  readonly finish_reason?: "stop" | "length" | "content_filter" | "tool_calls";
  /** Over the message of the completion. */
  readonly message?: Readonly<Record<string, unknown>>;
  readonly status?: number;
  /** Instead of a completion; with `status` alone the body is an error as the endpoint writes it. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly delayMs?: number;
  /** Never answers. */
  readonly hang?: true;
  /** TCP reset. */
  readonly reset?: true;
}

export interface ModelRequest {
  readonly at: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: ChatRequest;
}

export interface ChatRequest {
  readonly model?: string;
  readonly messages?: readonly { readonly role: string; readonly content: unknown }[];
  readonly response_format?: {
    readonly type: string;
    readonly json_schema?: { readonly name?: string; readonly strict?: boolean; readonly schema?: Schema };
  };
  readonly stream?: boolean;
  readonly [other: string]: unknown;
}

/** A model behind the Chat Completions API. */
export interface ModelEndpoint extends AsyncDisposable {
  /** Ends in `/v1`, as SDKs want it. */
  readonly baseUrl: string;
  readonly requests: readonly ModelRequest[];
  /** Used up one a call, first in first out. */
  readonly answers: ScriptedAnswer[];
}

/**
 * Without a script it answers as its options say, or else with an honest contact log where one is asked for, and with
 * a valid instance of any other schema, quoting the last user message. `usage` counts four characters a token; instructions it has seen before count as cached.
 */
export async function startModel(options: ModelOptions = {}): Promise<ModelEndpoint> {
  const stopped = new AbortController();
  const requests: ModelRequest[] = [];
  const answers: ScriptedAnswer[] = [];
  const seen = new Set<string>();
  const server = await listen((request, response) => void answer(request, response), options.port);

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = String(await readBody(request));
    const path = (request.url ?? "/").split("?", 1)[0] ?? "/";
    const headers = plainHeaders(request);
    response.setHeader("x-request-id", `req_${randomUUID()}`);
    const refusal = refuse(request.method, path, headers, text, options.apiKey);
    if (refusal !== undefined) return void send(response, refusal.status, refusal.body);
    const body = JSON.parse(text) as ChatRequest;
    requests.push({ at: Date.now(), path, headers, body });
    if (options.latencyMs !== undefined) await sleep(options.latencyMs, stopped.signal).catch(() => {});
    const script =
      answers.shift() ?? rejection(body, options) ?? behaviour(body, options, requests.length - 1);
    if (await misbehave(response, { ...script, ...failure(script) })) return;
    send(response, 200, script.body ?? completion(body, script, seen), script.headers);
    seen.add(instructionsOf(body));
  }

  return {
    baseUrl: `${server.url}/v1`,
    requests,
    answers,
    async [Symbol.asyncDispose]() {
      stopped.abort();
      await server[Symbol.asyncDispose]();
    },
  };
}

function refuse(
  method: string | undefined,
  path: string,
  headers: Readonly<Record<string, string>>,
  text: string,
  apiKey: string | undefined,
) {
  if (method !== "POST" || !path.endsWith("/chat/completions")) {
    return { status: 404, body: errorBody(`Invalid URL (${method} ${path})`, "invalid_request_error", null) };
  }
  if (apiKey !== undefined && headers.authorization !== `Bearer ${apiKey}` && headers["api-key"] !== apiKey) {
    return {
      status: 401,
      body: errorBody("Incorrect API key provided.", "invalid_request_error", "invalid_api_key"),
    };
  }
  try {
    const { messages, stream } = JSON.parse(text) as ChatRequest;
    if (!Array.isArray(messages) || messages.length === 0) throw new Error("messages are missing");
    if (stream === true) throw new Error("streaming is not simulated");
    return undefined;
  } catch (error) {
    return { status: 400, body: errorBody((error as Error).message, "invalid_request_error", null) };
  }
}

/** As endpoints word it; the client tells by the name which of its parameters was meant. */
function rejection(body: ChatRequest, { rejects = [] }: ModelOptions): ScriptedAnswer | undefined {
  const name = rejects.find((one) => body[one] !== undefined || body.response_format?.type === one);
  if (name === undefined) return undefined;
  const what = body[name] === undefined ? `'response_format' of type '${name}'` : `'${name}'`;
  const message = `Unsupported parameter: ${what} is not supported with this model.`;
  return { status: 400, body: errorBody(message, "invalid_request_error", "unsupported_parameter") };
}

function behaviour(body: ChatRequest, options: ModelOptions, number: number): ScriptedAnswer {
  const { gullible, misbehaving } = options;
  if (gullible === undefined && misbehaving === undefined) return {};
  const schema = body.response_format?.json_schema?.schema;
  const said = textsOf(body, "user").join("\n");
  const pairs = classificationsIn(instructionsOf(body), schema);
  const answer = obeying(honestAnswer(said, pairs), said, gullible ?? []);
  const { seed = 0, names = Object.keys(misdeeds) as MisdeedName[] } = misbehaving ?? { names: ["honest"] };
  const name = misdeedOf(seed, number, names);
  return name === "honest"
    ? { content: JSON.stringify(asAsked(answer, schema)) }
    : misdeeds[name](answer, pairs);
}

function instructionsOf(body: ChatRequest): string {
  return [...textsOf(body, "system"), ...textsOf(body, "developer")].join("\n");
}

function textsOf({ messages = [] }: ChatRequest, role: string): string[] {
  return messages.filter((message) => message.role === role).map(({ content }) => textOf(content));
}

/** A status other than 200 needs a body that says why. */
function failure({ status, body }: ScriptedAnswer) {
  if (status === undefined || status === 200) return { status: undefined };
  return {
    body:
      body ?? errorBody(`simulated ${status}`, status === 429 ? "rate_limit_error" : "server_error", null),
  };
}

function errorBody(message: string, type: string, code: string | null) {
  return { error: { message, type, param: null, code } };
}

function send(response: ServerResponse, status: number, body: unknown, headers: object = {}): void {
  const text = typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body);
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(text);
}

function completion(request: ChatRequest, script: ScriptedAnswer, seen: ReadonlySet<string>) {
  const prompt = (request.messages ?? []).map(({ content }) => textOf(content)).join("\n");
  const content = script.refusal === undefined ? (script.content ?? defaultContent(request)) : null;
  const tokens = (text: string) => Math.max(1, Math.ceil(text.length / 4));
  const instructions = instructionsOf(request);
  const cached_tokens = instructions !== "" && seen.has(instructions) ? tokens(instructions) : 0;
  const usage = { prompt_tokens: tokens(prompt), completion_tokens: tokens(content ?? script.refusal ?? "") };
  return {
    id: `chatcmpl-${randomUUID()}`,
    object: "chat.completion",
    created: Math.floor(Date.now() / 1000),
    model: request.model ?? "simulated-model",
    choices: [
      {
        index: 0,
        message: {
          role: "assistant",
          content,
          refusal: script.refusal ?? null,
          annotations: [],
          ...script.message,
        },
        logprobs: null,
        finish_reason: script.finish_reason ?? "stop",
      },
    ],
    usage: {
      ...usage,
      total_tokens: usage.prompt_tokens + usage.completion_tokens,
      prompt_tokens_details: { cached_tokens },
    },
    system_fingerprint: "fp_simulated",
  };
}

function defaultContent({ messages = [], response_format: format }: ChatRequest): string {
  const asked = textOf(messages.findLast(({ role }) => role === "user")?.content);
  const schema = format?.json_schema?.schema;
  const pairs = classificationsIn("", schema);
  if (pairs.length > 0) return JSON.stringify(honestAnswer(asked, pairs));
  if (schema !== undefined) return JSON.stringify(sampleOf(schema, asked));
  if (format?.type === "json_object") return "{}";
  return asked.split(/\s+/).slice(0, 12).join(" ");
}

/** Content is a string, or parts of which the text ones count. */
function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  return content
    .map((part: { text?: unknown }) => (typeof part.text === "string" ? part.text : ""))
    .join(" ");
}
