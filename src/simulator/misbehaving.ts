import type { Answer } from "./honest.ts";
import type { ScriptedAnswer } from "./model.ts";

/** What a misbehaving model does with one request. */
export type Misdeed = Omit<ScriptedAnswer, "hang">;

/** What is done with an honest answer; `pairs` are the classifications asked for. */
type Doing = (answer: Answer, pairs: readonly string[]) => Misdeed;

const json = (value: unknown): Misdeed => ({ content: JSON.stringify(value) });
const error = (status: number, headers = {}): Misdeed => ({ status, headers });

function without(answer: Answer, field: keyof Answer): Misdeed {
  const { [field]: _, ...rest } = answer;
  return json(rest);
}

/** A category with the subcategory of another one. */
function mixed(pairs: readonly string[]): string {
  const parted = pairs.map((pair) => pair.split(" › "));
  const [category] = parted[0] ?? [];
  const other = parted.find(([name]) => name !== category);
  return `${category} › ${other?.[1] ?? category}`;
}

function toolCall(answer: Answer): Misdeed {
  const call = { name: "contact_log", arguments: JSON.stringify(answer) };
  return {
    message: { content: null, tool_calls: [{ id: "call_1", type: "function", function: call }] },
    finish_reason: "tool_calls",
  };
}

const dirty = "\u0000<b>Bold</b> [click](https://evil.example) \u202e\u200b https://evil.example/a \u{e0041}";

/** Everything an endpoint has been seen to answer in place of what it was asked for. */
export const misdeeds = {
  fenced: (answer) => ({ content: `\`\`\`json\n${JSON.stringify(answer, null, 2)}\n\`\`\`` }),
  prose: (answer) => ({ content: `Sure! Here is the log:\n\n${JSON.stringify(answer)}\n\nAnything else?` }),
  truncated: (answer) => ({ content: JSON.stringify(answer).slice(0, 60), finish_reason: "length" }),
  missingField: (answer) => without(answer, "note"),
  wrongType: (answer) => json({ ...answer, note: "All in one string.", actionItems: "none" }),
  wrongEnum: (answer) => json({ ...answer, sentiment: "furious", resolved: true }),
  strangeCategory: (answer) => json({ ...answer, classification: "Weather › Sunny" }),
  mixedPair: (answer, pairs) => json({ ...answer, classification: mixed(pairs) }),
  strangeTurns: (answer) =>
    json({ ...answer, note: [{ sentence: "It was said.", turns: [0, -1, 9999, 1.5] }] }),
  refusal: () => ({ refusal: "I'm sorry, I cannot help with that." }),
  contentFilter: () => ({ content: "", finish_reason: "content_filter" }),
  empty: () => ({ content: "" }),
  nothing: () => ({ message: { content: null } }),
  noChoices: () => ({ body: { id: "chatcmpl-1", object: "chat.completion", choices: [] } }),
  noMessage: () => ({ body: { choices: [{ index: 0, finish_reason: "stop" }] } }),
  html: () => ({ body: "<!doctype html><title>Sign in</title>", headers: { "content-type": "text/html" } }),
  errorAsContent: () => ({ content: "I'm sorry, an internal error occurred. Please try again later." }),
  errorAsFields: (answer) => json({ ...answer, description: "", note: [] }),
  huge: (answer) => json({ ...answer, description: "very ".repeat(400_000) }),
  dirty: (answer) => json({ ...answer, description: dirty, note: [{ sentence: dirty, turns: [1] }] }),
  wrongLanguage: (answer) =>
    json({ ...answer, description: "Клиент позвонил.", note: [{ sentence: "客户打电话了。", turns: [1] }] }),
  parts: (answer) => ({ message: { content: [{ type: "text", text: JSON.stringify(answer) }] } }),
  duplicateKeys: (answer) => ({
    content: `{"classification":"Weather › Sunny",${JSON.stringify(answer).slice(1)}`,
  }),
  notANumber: (answer) => ({ content: JSON.stringify(answer).replace(/"turns":\[\d+\]/g, '"turns":[NaN]') }),
  trailingCommas: (answer) => ({ content: JSON.stringify(answer).replace(/\}$/, ",}") }),
  toolCall,
  toolCallsFinish: (answer) => ({ ...json(answer), finish_reason: "tool_calls" }),
  array: (answer) => json([answer]),
  nested: (answer) => json({ contact_log: answer }),
  twice: (answer) => ({ content: `${JSON.stringify(answer)}\n${JSON.stringify(answer)}` }),
  badRequest: () => error(400),
  rateLimited: () => error(429, { "retry-after": "1" }),
  serverError: () => error(500),
  cut: () => ({ reset: true }),
  slow: (answer) => ({ ...json(answer), delayMs: 200 }),
  honest: json,
} as const satisfies Record<string, Doing>;

export type MisdeedName = keyof typeof misdeeds;

/** One of the misdeeds, the same for the same seed and number of the request. */
export function misdeedOf(seed: number, request: number, names: readonly MisdeedName[]): MisdeedName {
  let mixed = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(request + 1, 0xc2b2ae35);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
  mixed = (mixed ^ (mixed >>> 12)) >>> 0;
  return names[mixed % names.length] ?? "honest";
}
