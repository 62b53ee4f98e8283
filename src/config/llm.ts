import { z } from "zod";
import { httpUrl } from "./fields.ts";

const perMillion = z.number().min(0).max(1_000_000);
/** What every model costs and is given; the offline summarizer takes the keys and has no use for them. */
const spending = {
  maxInputTokens: z
    .int()
    .min(1_000)
    .max(1_000_000)
    .default(24_000)
    .describe("Tokens of transcript in one question; a longer conversation is read in parts."),
  maxOutputTokens: z.int().min(200).max(100_000).default(4_000).describe("Tokens of one answer."),
  prices: z
    .record(
      z.string().min(1),
      z.strictObject({ input: perMillion, cachedInput: perMillion.optional(), output: perMillion }),
    )
    .default({})
    .describe("Price of a million tokens, by model as configured (* is any other)."),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, "must be a currency code such as EUR")
    .default("EUR"),
  dailyBudget: z
    .number()
    .positive()
    .optional()
    .describe(
      "What a day (UTC) may cost, in currency; when it is spent, contacts wait and the alarm is raised.",
    ),
  calibration: z
    .string()
    .min(1)
    .optional()
    .describe(
      "A calibration.json that eval --calibrate wrote for this model: makes confidence a probability.",
    ),
};

/** Where the API begins: the client adds the rest. */
const modelUrl = httpUrl.refine((url) => !/\/(?:chat\/)?completions\/*(?:[?#]|$)/i.test(url), {
  error: "must not end in /chat/completions: that is added to it, such as to https://api.openai.com/v1",
});

const timeoutMs = z.int().min(1).max(600_000).default(30_000).describe("Deadline of one answer.");
/** The model that writes, one shape a provider. */
export const llm = z.discriminatedUnion("provider", [
  z.strictObject({
    provider: z.literal("openai").describe("Any Chat Completions endpoint: OpenAI, vLLM, Ollama …"),
    baseUrl: modelUrl.default("https://api.openai.com/v1"),
    apiKey: z.string().min(1).optional(),
    model: z.string().min(1),
    timeoutMs,
    ...spending,
  }),
  z
    .strictObject({
      provider: z.literal("azure"),
      baseUrl: modelUrl.describe("The resource: https://name.openai.azure.com"),
      deployment: z.string().min(1),
      apiVersion: z.string().min(1),
      apiKey: z.string().min(1).optional(),
      auth: z
        .literal("entra")
        .optional()
        .describe("Entra ID in place of a key; needs the package @azure/identity."),
      timeoutMs,
      ...spending,
    })
    .refine((value) => (value.apiKey === undefined) !== (value.auth === undefined), {
      path: ["apiKey"],
      error: 'give either apiKey or "auth": "entra"',
    }),
  z.strictObject({
    provider: z
      .literal("offline")
      .describe("No model: extracts sentences, and says so in each log's provenance."),
    timeoutMs,
    ...spending,
  }),
]);
