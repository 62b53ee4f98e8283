import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Dialogue } from "../../src/model.ts";
import {
  type ModelEndpoint,
  type ModelRequest,
  type ScriptedAnswer,
  startModel,
} from "../../src/simulator/model.ts";
import { createOpenAi, promptVersion } from "../../src/summarizers/chat.ts";
import type { SummaryRequest } from "../../src/summarizers/summarizer.ts";
import { countTokens } from "../../src/summarizers/tokens.ts";
import { divide, linesOf } from "../../src/summarizers/transcript.ts";
import { cpuMs } from "../cpu.ts";

const never = new AbortController().signal;

function dialogueOf(turns: number, words = 20): Dialogue {
  return {
    medium: "message",
    language: "nl",
    turns: Array.from({ length: turns }, (_, index) => ({
      speaker: index % 2 === 0 ? ("customer" as const) : ("agent" as const),
      userId: index % 2 === 0 ? undefined : "u-1",
      at: index * 1_000,
      text: `beurt ${index + 1} ${"gaat over de factuur van vorige maand ".repeat(words).split(" ", words).join(" ")}`,
    })),
  };
}

const prompts = { log: "Write a contact log.", part: "Read a part.", join: "Join the parts." };
const request = (dialogue: Dialogue): SummaryRequest => ({
  dialogue,
  date: "2026-02-20",
  language: "nl",
  taxonomy: [{ category: "Facturen", subcategories: ["Nota"] }],
  prompts,
  check: async () => [],
  meter: { reserve: () => () => {} },
});

describe("a long dialogue is divided", () => {
  test.each([1, 2, 3, 50, 500])("into parts that hold all of %i turns once, in order", async (turns) => {
    const lines = linesOf(dialogueOf(turns));
    const { parts, leftOut } = await divide(lines, 1_000, "gpt-test");
    expect(leftOut).toEqual([]);
    expect(parts.flatMap((part) => part.lines)).toEqual(lines);
    for (const part of parts) {
      const tokens = await countTokens("gpt-test", part.lines.map(({ text }) => text).join("\n"));
      expect(tokens).toBeLessThanOrEqual(1_000);
      expect([part.from, part.to]).toEqual([part.lines[0]?.turn, part.lines.at(-1)?.turn]);
    }
  });

  test("evenly: no part is a fragment", async () => {
    const { parts } = await divide(linesOf(dialogueOf(300)), 3_000, "gpt-test");
    const sizes = parts.map(({ lines }) => lines.length);
    expect(parts.length).toBeGreaterThan(2);
    expect(Math.min(...sizes)).toBeGreaterThan(Math.max(...sizes) / 2);
  });

  test("a turn longer than a part is read in pieces, each under its number", async () => {
    const long = { speaker: "customer" as const, userId: undefined, at: 0, text: "woord ".repeat(20_000) };
    const dialogue: Dialogue = { medium: "message", language: "nl", turns: [...dialogueOf(2).turns, long] };
    const { parts, leftOut } = await divide(linesOf(dialogue), 2_000, "gpt-test");
    expect(leftOut).toEqual([]);
    const pieces = parts.flatMap(({ lines }) => lines).filter(({ turn }) => turn === 3);
    expect(pieces.length).toBeGreaterThan(5);
    expect(pieces.every(({ text }) => text.startsWith("[3] customer: "))).toBe(true);
    const words = pieces.map(({ text }) => text.replace("[3] customer: ", "")).join("");
    expect(words).toBe(long.text);
  });

  test("what would take too many parts is left out of the middle, and said", async () => {
    const lines = linesOf(dialogueOf(3_000, 60));
    const { parts, leftOut } = await divide(lines, 1_000, "gpt-test");
    expect(parts).toHaveLength(24);
    expect(leftOut.length).toBeGreaterThan(1_000);
    expect(parts[0]?.from).toBe(1);
    expect(parts.at(-1)?.to).toBe(3_000);
    const read = new Set(parts.flatMap((part) => part.lines.map(({ turn }) => turn)));
    expect(leftOut.every((turn) => !read.has(turn))).toBe(true);
    expect(read.size + leftOut.length).toBe(3_000);
  });

  test("text that is hard to count is counted all the same, in no time", async () => {
    const started = cpuMs();
    const text = `${"a".repeat(200_000)} <|im_start|> <|endoftext|>`;
    expect(await countTokens("gpt-test", text)).toBeGreaterThan(20_000);
    expect(await countTokens("gpt-4-turbo", text)).toBeGreaterThan(20_000);
    expect(cpuMs() - started).toBeLessThan(5_000);
  });
});

describe("read in parts", () => {
  let model: ModelEndpoint;
  beforeEach(async () => {
    model = await startModel();
  });
  afterEach(async () => {
    await model[Symbol.asyncDispose]();
  });

  const write = (maxInputTokens: number) =>
    createOpenAi({
      baseUrl: model.baseUrl,
      apiKey: undefined,
      model: "gpt-test",
      timeoutMs: 2_000,
      maxInputTokens,
      maxOutputTokens: 500,
    });
  const contentOf = ({ body }: ModelRequest, role: string) =>
    String(body.messages?.find((message) => message.role === role)?.content);
  const partAnswer = (text: string, turns: number[]): ScriptedAnswer => ({
    content: JSON.stringify({ sentences: [{ sentence: text, turns }] }),
  });
  const logAnswer = (note: { sentence: string; turns: number[] }[]): ScriptedAnswer => ({
    content: JSON.stringify({
      description: "Factuur",
      note,
      classification: "Facturen › Nota",
      actionItems: [],
      sentiment: "neutral",
      resolved: "yes",
    }),
  });

  test("each part is asked for its findings, and the log is made of them", async () => {
    const dialogue = dialogueOf(90);
    const { parts } = await divide(linesOf(dialogue), 1_000, "gpt-test");
    expect(parts.length).toBe(3);
    const findings = parts.map(({ from }, index) => partAnswer(`Deel ${index + 1}.`, [from, 9_999]));
    const sentence = { sentence: "Alles.", turns: parts.map(({ from }) => from) };
    model.answers.push(...findings, logAnswer([sentence]));
    const drafted = await write(1_000).summarize(request(dialogue), never);
    expect(drafted).toMatchObject({
      parts: 3,
      leftOut: [],
      repaired: undefined,
      promptVersion: promptVersion(`${prompts.log}\0${prompts.part}\0${prompts.join}`),
    });
    expect(model.requests).toHaveLength(4);
    const [first, second, , last] = model.requests as [
      ModelRequest,
      ModelRequest,
      ModelRequest,
      ModelRequest,
    ];
    expect(contentOf(first, "system")).toMatch(/^Read a part\./);
    expect(contentOf(second, "user")).toMatch(/Part 2 of 3\n<<TRANSCRIPT-/);
    expect(contentOf(last, "system")).toMatch(/^Write a contact log\.\n\nJoin the parts\./);
    for (const [index, { from, to }] of parts.entries()) {
      expect(contentOf(last, "user")).toContain(
        `Part ${index + 1} of 3, turns ${from} to ${to}:\n[${from}] Deel ${index + 1}.\n`,
      );
    }
  });

  test("a part the note forgets is asked for once, then added in its own words", async () => {
    const dialogue = dialogueOf(90);
    const { parts } = await divide(linesOf(dialogue), 1_000, "gpt-test");
    const findings = parts.map(({ from }, index) => partAnswer(`Deel ${index + 1}.`, [from]));
    const forgetful = logAnswer([{ sentence: "Alleen het begin.", turns: [1] }]);
    model.answers.push(...findings, forgetful, forgetful);
    const { draft, repaired } = await write(1_000).summarize(request(dialogue), never);
    expect(repaired).toBe("content");
    expect(contentOf(model.requests[4] as ModelRequest, "user")).toBeDefined();
    expect(draft.note.map(({ text }) => text)).toEqual(["Alleen het begin.", "Deel 2.", "Deel 3."]);
    for (const { from, to } of parts) {
      expect(draft.note.some(({ turns }) => turns.some((turn) => turn >= from && turn <= to))).toBe(true);
    }
  });

  test("a model that reads less than it was thought to is given less, and that is remembered", async () => {
    const dialogue = dialogueOf(90);
    const tooLong: ScriptedAnswer = {
      status: 400,
      body: { error: { message: "maximum context length", code: "context_length_exceeded" } },
    };
    model.answers.push(tooLong);
    const writer = write(24_000);
    const { parts } = await writer.summarize(request(dialogue), never);
    expect(parts).toBeGreaterThan(1);
    const before = model.requests.length;
    await writer.summarize(request(dialogue), never);
    expect(model.requests.length - before).toBeGreaterThanOrEqual(parts + 1);
  });

  test("one that cannot even read little is a counted failure", async () => {
    model.answers.push({ status: 413 });
    await expect(write(24_000).summarize(request(dialogueOf(4)), never)).rejects.toMatchObject({
      name: "TooLong",
      reason: "model_input_too_long",
    });
    expect(model.requests).toHaveLength(1);
  });

  test("a chat of 5,000 messages is one log", async () => {
    const dialogue = dialogueOf(5_000);
    const { draft, parts, leftOut } = await write(24_000).summarize(request(dialogue), never);
    expect(parts).toBeGreaterThan(4);
    expect(leftOut).toEqual([]);
    expect(draft.note.length).toBeGreaterThan(0);
    expect(draft.note.map(({ text }) => text).join(" ").length).toBeLessThanOrEqual(4_000);
  });
});
