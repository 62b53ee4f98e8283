import { createHash } from "node:crypto";
import { ContactlogdError, NotYet, Permanent } from "../errors.ts";
import type { Draft, NoteSentence } from "../model.ts";
import { cut } from "../text.ts";
import {
  classifications,
  fitNote,
  logSchema,
  partSchema,
  readLog,
  readPart,
  type Unreadable,
} from "./answer.ts";
import {
  type AzureOptions,
  ChatEndpoint,
  type ChatMessage,
  type ChatOptions,
  type Question,
  TooLong,
} from "./endpoint.ts";
import type { Drafted, Summarizer, SummaryRequest } from "./summarizer.ts";
import { countTokens } from "./tokens.ts";
import { divide, findingsBlock, linesOf, type Part, transcriptBlock } from "./transcript.ts";

/** Below this a model reads too little at once to be worth asking. */
const leastInputTokens = 1_000;
/** How much more room an answer gets that was cut off. */
const moreRoom = 4;
/** How much of an unusable answer is shown to its writer. */
const maxShownChars = 20_000;

/** How much goes into a question, and how much comes back. */
export interface Limits {
  /** Tokens of transcript in one question; a longer dialogue is read in parts. */
  readonly maxInputTokens: number;
  readonly maxOutputTokens: number;
}

export function createOpenAi(options: ChatOptions & Limits): Summarizer {
  return new ChatSummarizer(ChatEndpoint.openAi(options), `openai ${options.model}`, options);
}

export function createAzure(options: AzureOptions & Limits): Summarizer {
  return new ChatSummarizer(ChatEndpoint.azure(options), `azure ${options.deployment}`, options);
}

type Read<T> = { readonly ok: true; readonly value: T } | Unreadable;

/** A question with what makes its answer a good one. */
interface Talk<T> {
  readonly messages: readonly ChatMessage[];
  readonly schema: Question["schema"];
  readonly read: (text: string) => Read<T>;
  /** What a readable answer gets wrong, in sentences for its writer. */
  readonly check: (value: T) => Promise<readonly string[]>;
}

interface Told<T> {
  readonly value: T;
  readonly model: string;
  readonly repaired: Drafted["repaired"];
}

/** A Chat Completions model as summarizer: one question a part, one repair turn each, never more. */
class ChatSummarizer implements Summarizer {
  readonly name: string;
  readonly #endpoint: ChatEndpoint;
  readonly #maxOutputTokens: number;
  /** Falls where the model turns out to read less. */
  #maxInputTokens: number;

  constructor(endpoint: ChatEndpoint, name: string, { maxInputTokens, maxOutputTokens }: Limits) {
    this.#endpoint = endpoint;
    this.#maxInputTokens = maxInputTokens;
    this.#maxOutputTokens = maxOutputTokens;
    this.name = name;
  }

  async summarize(request: SummaryRequest, signal: AbortSignal): Promise<Drafted> {
    const lines = linesOf(request.dialogue);
    for (;;) {
      const limit = this.#maxInputTokens;
      const { parts, leftOut } = await divide(lines, limit, this.#endpoint.model);
      const [only] = parts;
      try {
        return parts.length === 1 && only !== undefined
          ? await this.#whole(request, only, signal)
          : { ...(await this.#joined(request, parts, limit, signal)), leftOut };
      } catch (error) {
        if (!(error instanceof TooLong)) throw error;
        const tokens = await countTokens(this.#endpoint.model, lines.map(({ text }) => text).join("\n"));
        const half = Math.floor(Math.min(limit, tokens) / 2);
        if (half < leastInputTokens) throw error;
        this.#maxInputTokens = Math.min(this.#maxInputTokens, half);
      }
    }
  }

  async #whole(request: SummaryRequest, part: Part, signal: AbortSignal): Promise<Drafted> {
    const messages: ChatMessage[] = [
      { role: "system", content: instructions(request, request.prompts.log) },
      { role: "user", content: transcriptBlock(request.date, part) },
    ];
    const told = await this.#tell(logTalk(request, messages, request.check), request, signal);
    return drafted(told, promptVersion(request.prompts.log), 1);
  }

  /** Each part's findings first, then the log from all of them: none may be missing from its note. */
  async #joined(
    request: SummaryRequest,
    parts: readonly Part[],
    limit: number,
    signal: AbortSignal,
  ): Promise<Drafted> {
    const { date, prompts, language } = request;
    const found: { part: Part; sentences: readonly NoteSentence[] }[] = [];
    for (const [index, part] of parts.entries()) {
      const messages: ChatMessage[] = [
        { role: "system", content: `${prompts.part.trim()}\n\n${languageLine(language)}` },
        { role: "user", content: transcriptBlock(date, part, `Part ${index + 1} of ${parts.length}\n`) },
      ];
      const talk = {
        messages,
        schema: { name: "part", json: partSchema() },
        read: partRead,
        check: async () => [],
      };
      const { value } = await this.#tell(talk, request, signal);
      // All findings together have to fit one question again.
      found.push({ part, sentences: fitNote(within(value, part), Math.floor((limit * 2) / parts.length)) });
    }
    const messages: ChatMessage[] = [
      { role: "system", content: instructions(request, `${prompts.log.trim()}\n\n${prompts.join}`) },
      { role: "user", content: findingsBlock(date, found) },
    ];
    const missing = (draft: Draft) => found.filter(({ part }) => !isRepresented(part, draft));
    const told = await this.#tell(
      logTalk(request, messages, async (draft) => [
        ...(await request.check(draft)),
        ...missing(draft).map(({ part }) => `nothing of turns ${part.from} to ${part.to} is in the note`),
      ]),
      request,
      signal,
    );
    const added = missing(told.value).flatMap(({ sentences }) => sentences.slice(0, 1));
    const room = added.reduce((sum, { text }) => sum + text.length + 1, 0);
    const value = { ...told.value, note: [...fitNote(told.value.note, undefined, room), ...added] };
    const version = promptVersion(`${prompts.log}\0${prompts.part}\0${prompts.join}`);
    return drafted({ ...told, value }, version, parts.length);
  }

  async #tell<T>(talk: Talk<T>, { meter }: SummaryRequest, signal: AbortSignal): Promise<Told<T>> {
    const ask = (messages: readonly ChatMessage[], maxOutputTokens: number) =>
      this.#endpoint.ask({ messages, schema: talk.schema, maxOutputTokens }, meter, signal);
    let room = this.#maxOutputTokens;
    let reply = await ask(talk.messages, room);
    let read = talk.read(reply.text);
    if (reply.truncated && !read.ok) {
      try {
        reply = await ask(talk.messages, room * moreRoom);
        room *= moreRoom;
        read = talk.read(reply.text);
      } catch (error) {
        // Neither the model nor the budget has more room to give: it is asked to write less instead.
        if (!(error instanceof Permanent || error instanceof NotYet)) throw error;
      }
    }
    const problems = await problemsOf(read, reply.truncated, talk);
    if (read.ok && problems.length === 0)
      return { value: read.value, model: reply.model, repaired: undefined };

    const repair: ChatMessage[] = [
      ...talk.messages,
      { role: "assistant", content: cut(reply.text, maxShownChars) || "(nothing)" },
      { role: "user", content: repairOf(problems) },
    ];
    let second: typeof reply;
    try {
      second = await ask(repair, room);
    } catch (error) {
      // What was bought already is good enough: what does not hold in it is dealt with by whoever asked.
      if (!read.ok || signal.aborted || !(error instanceof ContactlogdError)) throw error;
      return { value: read.value, model: reply.model, repaired: "content" };
    }
    const again = talk.read(second.text);
    const better = again.ok && (!read.ok || (await talk.check(again.value)).length <= problems.length);
    if (better) return { value: again.value, model: second.model, repaired: read.ok ? "content" : "shape" };
    if (read.ok) return { value: read.value, model: reply.model, repaired: "content" };
    throw unusable(again.ok ? "" : again.problem, second);
  }
}

function logTalk(
  { taxonomy, prompts }: SummaryRequest,
  messages: readonly ChatMessage[],
  check: (draft: Draft) => Promise<readonly string[]>,
): Talk<Draft> {
  const read = (text: string): Read<Draft> => {
    const answer = readLog(text, taxonomy, prompts.log);
    return answer.ok ? { ok: true, value: answer.draft } : answer;
  };
  return { messages, schema: { name: "contact_log", json: logSchema(taxonomy) }, read, check };
}

function partRead(text: string): Read<readonly NoteSentence[]> {
  const answer = readPart(text);
  return answer.ok ? { ok: true, value: answer.sentences } : answer;
}

async function problemsOf<T>(
  read: Read<T>,
  truncated: boolean,
  { check }: Talk<T>,
): Promise<readonly string[]> {
  if (read.ok) return await check(read.value);
  return [truncated ? "the answer was cut off; write less" : read.problem];
}

function repairOf(problems: readonly string[]): string {
  const list = problems.map((problem) => `- ${problem}`).join("\n");
  return `That answer cannot be used:\n${list}\nAnswer again, with the whole JSON object only. Leave out what the transcript does not say.`;
}

function unusable(problem: string, { text, truncated }: { text: string; truncated: boolean }): Permanent {
  if (truncated)
    return new Permanent("model_answer_truncated", "model: its answer was cut off, with more room too");
  if (text.trim() === "") return new Permanent("model_answer_empty", "model: its answer was empty, twice");
  return new Permanent("model_answer_invalid", `model: its answer was not usable, twice (${problem})`);
}

function drafted({ value, model, repaired }: Told<Draft>, version: string, parts: number): Drafted {
  return { draft: value, model, promptVersion: version, parts, leftOut: [], doubts: [], repaired };
}

/** A part's findings rest on its own turns, whatever numbers were given. */
function within(sentences: readonly NoteSentence[], { from, to }: Part): NoteSentence[] {
  return sentences.map(({ text, turns }) => ({
    text,
    turns: turns.filter((turn) => turn >= from && turn <= to),
  }));
}

function isRepresented({ from, to }: Part, { note }: Draft): boolean {
  return note.some(({ turns }) => turns.some((turn) => turn >= from && turn <= to));
}

/** Content hash of the prompt text, short enough to read out. */
export function promptVersion(prompt: string): string {
  return `sha256:${createHash("sha256").update(prompt).digest("hex").slice(0, 12)}`;
}

/** The part that is the same for every dialogue of a brand, so that a provider's prompt cache can serve it. */
function instructions({ taxonomy, language }: SummaryRequest, prompt: string): string {
  const pairs = classifications(taxonomy)
    .map((pair) => `- ${pair}`)
    .join("\n");
  return `${prompt.trim()}\n\nclassification:\n${pairs}\n\n${languageLine(language)}`;
}

function languageLine(language: string): string {
  return `Language of the answer (BCP 47): ${language}\n`;
}
