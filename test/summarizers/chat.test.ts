import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { NotYet, Permanent, Transient } from "../../src/errors.ts";
import { listen } from "../../src/simulator/loopback.ts";
import { type ModelEndpoint, type ScriptedAnswer, startModel } from "../../src/simulator/model.ts";
import { createAzure, createOpenAi, type Limits, promptVersion } from "../../src/summarizers/chat.ts";
import type { ChatOptions } from "../../src/summarizers/endpoint.ts";
import type { SummaryRequest } from "../../src/summarizers/summarizer.ts";

const never = new AbortController().signal;
const apiKey = "model-key-canary";
const said = "mijn rekeningnummer is NL00BANK0123456789";

const request: SummaryRequest = {
  dialogue: {
    medium: "voice",
    language: "nl",
    turns: [
      { speaker: "customer", userId: undefined, at: Date.UTC(2026, 1, 20), text: said },
      { speaker: "agent", userId: "u-1", at: Date.UTC(2026, 1, 20, 1), text: "dank u wel" },
    ],
  },
  date: "2026-02-20",
  language: "nl",
  taxonomy: [{ category: "Facturen", subcategories: ["Nota", "Overig"] }],
  prompts: { log: "Write a contact log.\n", part: "Read a part.\n", join: "Join the parts.\n" },
  check: async () => [],
  meter: { reserve: () => () => {} },
};

const answer = JSON.stringify({
  description: "Nota betwist",
  note: [{ sentence: "Een nota is betwist.", turns: [1] }],
  classification: "Facturen › Nota",
  actionItems: [],
  sentiment: "neutral",
  resolved: "yes",
});

let model: ModelEndpoint;

beforeEach(async () => {
  model = await startModel({ apiKey });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await model[Symbol.asyncDispose]();
});

function summarizer(options: Partial<ChatOptions & Limits> = {}) {
  const limits = { maxInputTokens: 24_000, maxOutputTokens: 500 };
  return createOpenAi({
    baseUrl: model.baseUrl,
    apiKey,
    model: "gpt-test",
    timeoutMs: 2_000,
    ...limits,
    ...options,
  });
}

/** What a try throws, its message free of all that may not be in one. */
async function failure(...script: ScriptedAnswer[]): Promise<Transient | Permanent> {
  model.answers.push(...script);
  const error = await summarizer()
    .summarize(request, never)
    .catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(Error);
  const { message } = error as Error;
  for (const secret of [apiKey, said, "NL00BANK0123456789", "rekeningnummer"]) {
    expect(message).not.toContain(secret);
  }
  return error as Transient | Permanent;
}

function messagesOf(index: number): { role: string; content: string }[] {
  return (model.requests[index]?.body.messages ?? []) as { role: string; content: string }[];
}

test("one question brings one summary, with the model's own name and the prompt's version", async () => {
  model.answers.push({ content: answer });
  const drafted = await summarizer().summarize(request, never);
  const { log } = request.prompts;
  expect(drafted).toStrictEqual({
    draft: {
      description: "Nota betwist",
      note: [{ text: "Een nota is betwist.", turns: [1] }],
      category: "Facturen",
      subcategory: "Nota",
      actionItems: [],
      sentiment: "neutral",
      resolved: "yes",
    },
    model: "gpt-test",
    promptVersion: promptVersion(log),
    parts: 1,
    leftOut: [],
    doubts: [],
    repaired: undefined,
  });
  expect(promptVersion(log)).toMatch(/^sha256:[0-9a-f]{12}$/);
  expect(promptVersion(`${log} `)).not.toBe(promptVersion(log));
  expect(model.requests).toHaveLength(1);
  expect(model.requests[0]).toMatchObject({
    path: "/v1/chat/completions",
    headers: { authorization: `Bearer ${apiKey}` },
    body: {
      model: "gpt-test",
      max_completion_tokens: 500,
      response_format: { type: "json_schema", json_schema: { strict: true } },
    },
  });
});

describe("what the model is given", () => {
  test("prompt, valid pairs and language first, the dialogue after them as numbered turns", async () => {
    await summarizer().summarize(request, never);
    const [system, user] = messagesOf(0);
    expect([system?.role, user?.role]).toEqual(["system", "user"]);
    expect(system?.content).toMatch(
      /^Write a contact log\.\n[\s\S]*- Facturen › Nota\n- Facturen › Overig\n[\s\S]*nl\n$/,
    );
    expect(system?.content).not.toContain(said);
    expect(user?.content).toContain("Date of the conversation: 2026-02-20 (Friday)\n");
    expect(user?.content).toContain(`[1] customer: ${said}\n[2] agent: dank u wel\n`);
  });

  test("the transcript stands between markers that are new each time", async () => {
    const write = summarizer();
    await write.summarize(request, never);
    await write.summarize(request, never);
    const markers = [0, 1].map((index) => {
      const { content = "" } = messagesOf(index)[1] ?? {};
      const [, open] = /<<([\w-]{16,})>>\n\[1\]/.exec(content) ?? [];
      expect(content.endsWith(`<</${open}>>`)).toBe(true);
      return open;
    });
    expect(markers[0]).not.toBe(markers[1]);
    expect(messagesOf(0)[0]).toEqual(messagesOf(1)[0]);
  });

  test("several agents are told apart, without their ids", async () => {
    const turns = ["u-1", "u-2", "u-1"].map((userId) => ({
      speaker: "agent" as const,
      userId,
      at: 0,
      text: "hoi",
    }));
    await summarizer().summarize({ ...request, dialogue: { ...request.dialogue, turns } }, never);
    const { content = "" } = messagesOf(0)[1] ?? {};
    expect(content.match(/agent \d/g)).toEqual(["agent 1", "agent 2", "agent 1"]);
    expect(content).not.toContain("u-1");
  });
});

describe("an answer that cannot be used", () => {
  test("is sent back once, with what was wrong, and the second is taken", async () => {
    model.answers.push({ content: '{"description":"x"}' }, { content: answer });
    expect(await summarizer().summarize(request, never)).toMatchObject({
      draft: { description: "Nota betwist" },
      repaired: "shape",
    });
    expect(model.requests).toHaveLength(2);
    expect(messagesOf(1).slice(0, 2)).toEqual(messagesOf(0));
    expect(messagesOf(1).slice(2)).toMatchObject([
      { role: "assistant", content: '{"description":"x"}' },
      { role: "user", content: expect.stringContaining("note") },
    ]);
  });

  test("a second time is Permanent, after two requests", async () => {
    const error = await failure({ content: said }, { content: JSON.stringify({ note: said }) });
    expect(error).toBeInstanceOf(Permanent);
    expect(error.reason).toBe("model_answer_invalid");
    expect(model.requests).toHaveLength(2);
  });

  test("because it was cut off gets more room, then has to be shorter, then is given up", async () => {
    const cutOff: ScriptedAnswer = { content: answer.slice(0, 40), finish_reason: "length" };
    model.answers.push(cutOff, { content: answer });
    expect(await summarizer().summarize(request, never)).toMatchObject({ repaired: undefined });
    expect(model.requests.map(({ body }) => body.max_completion_tokens)).toEqual([500, 2_000]);
    expect(messagesOf(1)).toHaveLength(2);
    const error = await failure(cutOff, cutOff, cutOff);
    expect(error.reason).toBe("model_answer_truncated");
    expect(messagesOf(4).at(-1)?.content).toMatch(/cut off; write less/);
    expect(model.requests).toHaveLength(5);
  });

  test("because it was cut off is asked for shorter where the model has no more room", async () => {
    const cutOff: ScriptedAnswer = { content: answer.slice(0, 40), finish_reason: "length" };
    const tooHigh: ScriptedAnswer = {
      status: 400,
      body: {
        error: {
          message: "max_tokens is too large: 2000. This model supports at most 600 completion tokens.",
          param: "max_tokens",
        },
      },
    };
    model.answers.push(cutOff, tooHigh, { content: answer });
    expect(await summarizer().summarize(request, never)).toMatchObject({ repaired: "shape" });
    const given = model.requests.map(({ body }) => body.max_completion_tokens);
    expect(given).toEqual([500, 2_000, 500]);
    expect(messagesOf(2).at(-1)?.content).toMatch(/cut off; write less/);
  });

  test("because it was cut off is asked for shorter where the budget has no more room", async () => {
    model.answers.push({ content: answer.slice(0, 40), finish_reason: "length" }, { content: answer });
    const meter: SummaryRequest["meter"] = {
      reserve({ outputTokens }) {
        if (outputTokens > 500) throw new NotYet("daily_budget", "spent", 0);
        return () => {};
      },
    };
    expect(await summarizer().summarize({ ...request, meter }, never)).toMatchObject({ repaired: "shape" });
    expect(model.requests).toHaveLength(2);
  });

  test("because it is empty has a reason of its own", async () => {
    expect((await failure({ content: "" }, { content: " \n" })).reason).toBe("model_answer_empty");
  });

  test("an error text never becomes a log", async () => {
    const sorry = "I'm sorry, an internal error occurred.";
    expect((await failure({ content: sorry }, { content: sorry })).reason).toBe("model_answer_invalid");
  });
});

describe("an answer that says what the dialogue does not", () => {
  const wrong = answer.replace("betwist", "betwist (€ 99)");
  const check: SummaryRequest["check"] = async (draft) =>
    draft.description.includes("99") ? ["description: € 99 was not said"] : [];

  test("is sent back once with what was found, and the better one is taken", async () => {
    model.answers.push({ content: wrong }, { content: answer });
    const drafted = await summarizer().summarize({ ...request, check }, never);
    expect(drafted).toMatchObject({ draft: { description: "Nota betwist" }, repaired: "content" });
    expect(messagesOf(1).at(-1)?.content).toContain("- description: € 99 was not said");
  });

  test.each<[what: string, script: ScriptedAnswer]>([
    ["no better", { content: wrong }],
    ["not readable", { content: "sorry" }],
    ["refused", { refusal: "no" }],
    ["never there", { status: 500 }],
  ])("and whose second is %s is taken as it was", async (_what, script) => {
    model.answers.push({ content: wrong }, script);
    const drafted = await summarizer().summarize({ ...request, check }, never);
    expect(drafted).toMatchObject({ draft: { description: "Nota betwist (€ 99)" }, repaired: "content" });
    expect(model.requests).toHaveLength(2);
  });
});

test.each<[what: string, script: ScriptedAnswer, kind: typeof Permanent | typeof Transient, reason: string]>([
  ["a refusal", { refusal: said }, Permanent, "model_refused"],
  ["a filtered answer", { content: "", finish_reason: "content_filter" }, Permanent, "model_content_filter"],
  ["400", { status: 400 }, Permanent, "model_refused_request"],
  [
    "a filtered question",
    { status: 400, body: { error: { message: said, code: "content_filter" } } },
    Permanent,
    "model_content_filter",
  ],
  ["401", { status: 401 }, Transient, "model_unauthorized"],
  ["403", { status: 403 }, Transient, "model_unauthorized"],
  ["404", { status: 404 }, Transient, "model_not_found"],
  ["408", { status: 408 }, Transient, "model_error"],
  ["409", { status: 409 }, Transient, "model_error"],
  ["413", { status: 413 }, Permanent, "model_input_too_long"],
  ["422", { status: 422 }, Permanent, "model_refused_request"],
  ["429", { status: 429 }, Transient, "model_rate_limited"],
  ["500", { status: 500 }, Transient, "model_error"],
  [
    "503 with a page",
    { status: 503, headers: { "content-type": "text/html" }, body: "<html>" },
    Transient,
    "model_error",
  ],
  ["a reset", { reset: true }, Transient, "model_unreachable"],
  ["JSON that is none", { body: "<html>" }, Transient, "model_answer_unreadable"],
])("%s ends the try after one request", async (_what, script, kind, reason) => {
  const quoting = { error: { message: `cannot process "${said}" with ${apiKey}`, type: "x", code: "x" } };
  const status = script.status === undefined ? {} : { body: quoting };
  const error = await failure({ ...status, ...script });
  expect(error).toBeInstanceOf(kind);
  expect(error.reason).toBe(reason);
  expect(model.requests).toHaveLength(1);
});

test("a code of the endpoint's is told only where it is a code", async () => {
  const body = (code: unknown) => ({ error: { message: "x", code } });
  expect((await failure({ status: 400, body: body("invalid_prompt") })).message).toContain(
    "(invalid_prompt)",
  );
  for (const code of [said, { toString: null }, ["x"]]) {
    expect((await failure({ status: 400, body: body(code) })).message).toMatch(/HTTP 400$/);
  }
});

test.each([429, 500, 503])("a Retry-After of %i is kept", async (status) => {
  const before = Date.now();
  const { notBefore } = (await failure({ status, headers: { "retry-after": "7" } })) as Transient;
  expect((notBefore ?? 0) - before).toBeGreaterThanOrEqual(7_000);
  expect((notBefore ?? 0) - Date.now()).toBeLessThanOrEqual(7_000);
});

describe("silence", () => {
  test.each<[what: string, start: string]>([
    ["no answer", ""],
    ["an answer that stops in the middle", '{"id":'],
  ])("%s is Transient as soon as the time is over", async (_what, start) => {
    await using server = await listen((_request, response) => {
      if (start !== "") response.writeHead(200, { "content-type": "application/json" }).write(start);
    });
    const started = performance.now();
    const asking = summarizer({ baseUrl: `${server.url}/v1`, timeoutMs: 80 }).summarize(request, never);
    await expect(asking).rejects.toMatchObject({ name: "Transient", reason: "model_unreachable" });
    expect(performance.now() - started).toBeLessThan(8_000);
  });

  test("an endpoint that is not there is Transient, and named by the system's code", async () => {
    const { url, ...gone } = await listen(() => {});
    await gone[Symbol.asyncDispose]();
    const asking = summarizer({ baseUrl: `${url}/v1` }).summarize(request, never);
    await expect(asking).rejects.toThrow(`model: ${new URL(url).host} cannot be reached (ECONNREFUSED)`);
  });

  test("the caller's signal ends it with its own reason", async () => {
    const stop = new AbortController();
    const reason = new Error("the daemon stops");
    model.answers.push({ hang: true });
    const asking = expect(summarizer().summarize(request, stop.signal)).rejects.toBe(reason);
    await expect.poll(() => model.requests.length).toBe(1);
    stop.abort(reason);
    await asking;
  });
});

test.each(["text/plain", "application/octet-stream", ""])(
  "an answer that says it is %j is read all the same",
  async (type) => {
    const body = JSON.stringify({
      model: "m-1",
      choices: [{ message: { content: answer }, finish_reason: "stop" }],
    });
    model.answers.push({ status: 200, headers: { "content-type": type }, body });
    expect(await summarizer().summarize(request, never)).toMatchObject({
      draft: { description: "Nota betwist" },
      model: "m-1",
    });
  },
);

test("an answer of megabytes is Transient", async () => {
  expect((await failure({ content: "x".repeat(5 * 2 ** 20) })).reason).toBe("model_answer_too_large");
});

describe("an endpoint that knows no JSON Schema", () => {
  const refuses = (format: string): ScriptedAnswer => ({
    status: 400,
    body: { error: { message: `'response_format' of type '${format}' is not supported: ${said}` } },
  });
  const formats = (): unknown[] => model.requests.map(({ body }) => body.response_format?.type);

  test("is asked for a JSON object, then for no format, and that is remembered", async () => {
    model.answers.push(
      refuses("json_schema"),
      refuses("json_object"),
      { content: answer },
      { content: answer },
    );
    const write = summarizer();
    await write.summarize(request, never);
    await write.summarize(request, never);
    expect(formats()).toEqual(["json_schema", "json_object", undefined, undefined]);
    expect(model.requests.at(-1)?.body).not.toHaveProperty("response_format");
  });

  test("and refuses what names none as well is Permanent", async () => {
    const error = await failure(refuses("json_schema"), refuses("json_object"), refuses("text"));
    expect(error.reason).toBe("model_refused_request");
    expect(model.requests).toHaveLength(3);
  });

  test("is not guessed from any other refusal", async () => {
    await failure({ status: 400, body: { error: { message: "temperature is too high" } } });
    expect(formats()).toEqual(["json_schema"]);
  });

  test("does not share what it refused with another", async () => {
    model.answers.push(refuses("json_schema"), { content: answer }, { content: answer });
    await summarizer().summarize(request, never);
    await summarizer().summarize(request, never);
    expect(formats()).toEqual(["json_schema", "json_object", "json_schema"]);
  });
});

describe("an endpoint that knows no max_completion_tokens", () => {
  const refuses = (name: string): ScriptedAnswer => ({
    status: 400,
    body: { error: { message: `Unsupported parameter: '${name}'`, param: name } },
  });

  test("is given max_tokens, then none, and that is remembered", async () => {
    model.answers.push(
      refuses("max_completion_tokens"),
      refuses("max_tokens"),
      { content: answer },
      { content: answer },
    );
    const write = summarizer();
    await write.summarize(request, never);
    await write.summarize(request, never);
    const given = model.requests.map(({ body }) => [body.max_completion_tokens, body.max_tokens]);
    expect(given).toEqual([
      [500, undefined],
      [undefined, 500],
      [undefined, undefined],
      [undefined, undefined],
    ]);
  });
});

test("the endpoint's name for its model is plain and short, since it is posted", async () => {
  const choices = [{ index: 0, message: { role: "assistant", content: answer }, finish_reason: "stop" }];
  const body = { model: `gpt\n<b>x</b>\u0000\u202e${"y".repeat(5_000)}`, choices };
  model.answers.push({ body });
  const { model: name } = await summarizer().summarize(request, never);
  expect(name).toMatch(/^gpt x y+…$/);
  expect(name.length).toBeLessThanOrEqual(100);
});

describe("what a question costs", () => {
  interface Entry {
    readonly most: { readonly inputTokens: number; readonly outputTokens: number };
    used?: object;
  }
  function metered() {
    const entries: Entry[] = [];
    const meter: SummaryRequest["meter"] = {
      reserve(most) {
        const entry: Entry = { most };
        entries.push(entry);
        return (used) => {
          entry.used = used;
        };
      },
    };
    return { entries, meter };
  }
  const usage = { prompt_tokens: 700, completion_tokens: 90, prompt_tokens_details: { cached_tokens: 512 } };
  const completion = (more: object) => ({
    model: "gpt-test",
    choices: [{ index: 0, message: { role: "assistant", content: answer }, finish_reason: "stop" }],
    ...more,
  });

  test("is reserved before and told after, as the endpoint counts it", async () => {
    const { entries, meter } = metered();
    model.answers.push({ body: completion({ usage }) });
    await summarizer().summarize({ ...request, meter }, never);
    expect(entries).toEqual([
      {
        most: { inputTokens: expect.any(Number), outputTokens: 500 },
        used: { requests: 1, inputTokens: 700, cachedInputTokens: 512, outputTokens: 90 },
      },
    ]);
    expect(entries[0]?.most.inputTokens).toBeGreaterThan(30);
  });

  test.each([[undefined], [{ prompt_tokens: -1, completion_tokens: "many" }]])(
    "is counted here where the endpoint says %j",
    async (said) => {
      const { entries, meter } = metered();
      model.answers.push({ body: completion({ usage: said }) });
      await summarizer().summarize({ ...request, meter }, never);
      expect(entries[0]?.used).toEqual({
        requests: 1,
        inputTokens: entries[0]?.most.inputTokens,
        cachedInputTokens: 0,
        outputTokens: expect.any(Number),
      });
    },
  );

  test("is nothing where there was no answer, and each request is told once", async () => {
    const { entries, meter } = metered();
    model.answers.push({ content: "{}" }, { status: 500 });
    await summarizer()
      .summarize({ ...request, meter }, never)
      .catch(() => {});
    expect(entries).toHaveLength(2);
    expect(entries[1]?.used).toEqual({ requests: 1, inputTokens: 0, cachedInputTokens: 0, outputTokens: 0 });
  });

  test("counts as read where it was given up: nobody says that it was not billed", async () => {
    const { entries, meter } = metered();
    model.answers.push({ hang: true });
    await summarizer({ timeoutMs: 60 })
      .summarize({ ...request, meter }, never)
      .catch(() => {});
    const inputTokens = entries[0]?.most.inputTokens;
    expect(entries[0]?.used).toEqual({ requests: 1, inputTokens, cachedInputTokens: 0, outputTokens: 0 });
  });

  test("is not asked at all where the meter refuses", async () => {
    const reserve = () => {
      throw new NotYet("daily_budget", "spent");
    };
    await expect(summarizer().summarize({ ...request, meter: { reserve } }, never)).rejects.toThrow("spent");
    expect(model.requests).toHaveLength(0);
  });
});

test("the environment decides neither key nor address", async () => {
  for (const name of ["OPENAI_API_KEY", "OPENAI_ADMIN_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID"]) {
    vi.stubEnv(name, "from-the-environment");
  }
  vi.stubEnv("OPENAI_BASE_URL", "http://127.0.0.1:1/v1");
  await summarizer().summarize(request, never);
  expect(JSON.stringify(model.requests[0]?.headers)).not.toContain("from-the-environment");
});

test("a local endpoint without a key is asked without the environment's", async () => {
  vi.stubEnv("OPENAI_API_KEY", "from-the-environment");
  await using open = await startModel();
  await summarizer({ baseUrl: `${open.baseUrl}/`, apiKey: undefined }).summarize(request, never);
  expect(open.requests[0]?.path).toBe("/v1/chat/completions");
  expect(JSON.stringify(open.requests[0]?.headers)).not.toContain("from-the-environment");
});

describe("Azure OpenAI", () => {
  const azure = {
    baseUrl: "https://name.openai.azure.com",
    deployment: "gpt-mini",
    apiVersion: "2024-10-21",
    timeoutMs: 2_000,
    maxInputTokens: 24_000,
    maxOutputTokens: 500,
    credential: { apiKey },
  };

  async function asked(options: Partial<Parameters<typeof createAzure>[0]>): Promise<Request> {
    const seen: Request[] = [];
    const server = setupServer(
      http.post("https://name.openai.azure.com/*", ({ request: sent }) => {
        seen.push(sent);
        const message = { role: "assistant", content: answer };
        return HttpResponse.json({
          model: "gpt-4.1-mini-2025",
          choices: [{ index: 0, message, finish_reason: "stop" }],
        });
      }),
    );
    server.listen({ onUnhandledFrame: "bypass" });
    try {
      const drafted = await createAzure({ ...azure, ...options }).summarize(request, never);
      expect(drafted.model).toBe("gpt-4.1-mini-2025");
    } finally {
      server.close();
    }
    expect(seen).toHaveLength(1);
    return seen[0] as Request;
  }

  test.each([
    "https://name.openai.azure.com",
    "https://name.openai.azure.com/",
    "https://name.openai.azure.com/openai",
    "https://name.openai.azure.com/openai/",
  ])("of %s the deployment is in the path, the version in the query, the key in api-key", async (baseUrl) => {
    vi.stubEnv("AZURE_OPENAI_API_KEY", "from-the-environment");
    vi.stubEnv("AZURE_OPENAI_ENDPOINT", "https://elsewhere.example");
    vi.stubEnv("OPENAI_API_VERSION", "2000-01-01");
    const { url, headers } = await asked({ baseUrl });
    expect(url).toBe(
      "https://name.openai.azure.com/openai/deployments/gpt-mini/chat/completions?api-version=2024-10-21",
    );
    expect([headers.get("api-key"), headers.get("authorization")]).toEqual([apiKey, null]);
  });

  test("an Entra token stands in for the key, and is fresh for each question", async () => {
    vi.stubEnv("AZURE_OPENAI_API_KEY", "from-the-environment");
    const token = vi.fn(async () => "entra-token");
    const { headers } = await asked({ credential: { token } });
    expect([headers.get("authorization"), headers.get("api-key")]).toEqual(["Bearer entra-token", null]);
    await asked({ credential: { token } });
    expect(token).toHaveBeenCalledTimes(2);
  });
});
