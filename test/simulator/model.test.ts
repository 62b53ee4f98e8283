import OpenAI from "openai";
import { expect, test } from "vitest";
import type { ModelEndpoint } from "../../src/simulator/model.ts";
import { startModel } from "../../src/simulator/model.ts";
import type { Schema } from "../../src/simulator/sample.ts";
import { sampleOf } from "../../src/simulator/sample.ts";

const said = "the customer asked for a refund of the invoice of March and got it at once";

const schema = {
  type: "object",
  additionalProperties: false,
  required: ["note", "category", "sentiment", "confidence", "actions", "kind", "due", "choice"],
  properties: {
    note: { type: "string", maxLength: 20 },
    category: { $ref: "#/$defs/category" },
    sentiment: { type: "string", enum: ["positive", "negative"] },
    confidence: { type: "number", minimum: 0, maximum: 1 },
    actions: {
      type: "array",
      items: { type: "object", properties: { text: { type: "string" }, done: { type: "boolean" } } },
    },
    kind: { const: "summary" },
    due: { type: ["string", "null"] },
    choice: {
      anyOf: [{ type: "object", properties: { n: { type: "integer", minimum: 3 } } }, { type: "string" }],
    },
  },
  $defs: { category: { type: "string", enum: ["Billing", "Other"] } },
} satisfies Schema;

function ask(model: ModelEndpoint, options: { apiKey?: string; timeout?: number } = {}) {
  const client = new OpenAI({
    baseURL: model.baseUrl,
    apiKey: options.apiKey ?? "k",
    maxRetries: 0,
    timeout: options.timeout ?? 5000,
  });
  return client.chat.completions.create({
    model: "gpt-test",
    messages: [
      { role: "system", content: "Summarise." },
      { role: "user", content: said },
    ],
    response_format: { type: "json_schema", json_schema: { name: "log", strict: true, schema } },
  });
}

test("the default answer is an instance of the schema that quotes the last user message", async () => {
  await using model = await startModel({ apiKey: "k" });
  const { choices, usage, model: name } = await ask(model);
  const summary = JSON.parse(choices[0]?.message.content ?? "");
  expect(summary).toEqual({
    note: "the customer asked f",
    category: "Billing",
    sentiment: "positive",
    confidence: 0.5,
    actions: [{ text: expect.any(String), done: false }],
    kind: "summary",
    due: null,
    choice: { n: 4 },
  });
  expect(said).toContain(summary.actions[0].text);
  expect([name, choices[0]?.finish_reason]).toEqual(["gpt-test", "stop"]);
  expect(usage?.total_tokens).toBe((usage?.prompt_tokens ?? 0) + (usage?.completion_tokens ?? 0));
  expect(model.requests).toMatchObject([{ path: "/v1/chat/completions", body: { model: "gpt-test" } }]);
});

test("scripted answers come first: content, refusal, cut short, errors, silence", async () => {
  await using model = await startModel({ apiKey: "k" });
  model.answers.push(
    { content: "not JSON", finish_reason: "length" },
    { refusal: "I cannot help with that." },
    { status: 429, headers: { "retry-after": "7" } },
    { status: 500, body: "<html>" },
    { body: { choices: [] } },
    { hang: true },
  );
  const message = async () => (await ask(model)).choices[0];
  expect(await message()).toMatchObject({ finish_reason: "length", message: { content: "not JSON" } });
  expect(await message()).toMatchObject({ message: { content: null, refusal: "I cannot help with that." } });
  const limited = await ask(model).catch((error: unknown) => error);
  expect(limited).toBeInstanceOf(OpenAI.RateLimitError);
  expect((limited as InstanceType<typeof OpenAI.APIError>).headers?.get("retry-after")).toBe("7");
  await expect(ask(model)).rejects.toThrow(OpenAI.InternalServerError);
  expect(await message()).toBeUndefined();
  await expect(ask(model, { timeout: 50 })).rejects.toThrow(OpenAI.APIConnectionTimeoutError);
  await expect(ask(model, { apiKey: "wrong" })).rejects.toThrow(OpenAI.AuthenticationError);
  expect((await ask(model)).choices).toHaveLength(1);
});

test("a recursive schema comes to an end, and a string is as long as it must be", () => {
  const tree: Schema = {
    type: "object",
    properties: {
      name: { type: "string", minLength: 30 },
      children: { type: "array", items: { $ref: "#" } },
    },
  };
  const sample = sampleOf(tree, "leaf") as { name: string };
  expect(sample.name.length).toBeGreaterThanOrEqual(30);
  expect(JSON.stringify(sample)).toContain('"children":[]');
});
