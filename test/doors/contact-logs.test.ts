import Fastify, { type FastifyInstance } from "fastify";
import { afterEach, describe, expect, test } from "vitest";
import { type ContactLogs, contactLogsDoor } from "../../src/doors/contact-logs.ts";
import { openDoors } from "../../src/doors/door.ts";
import { Transient } from "../../src/errors.ts";
import type { LogAnswer, LogRequest } from "../../src/model.ts";
import { until } from "../harness.ts";
import { DoorsClient, token } from "./client.ts";

let server: FastifyInstance | undefined;
afterEach(async () => await server?.close());

async function open(logs: Partial<ContactLogs>): Promise<{ client: DoorsClient; url: string }> {
  server = Fastify({ forceCloseConnections: true });
  const unasked = () => {
    throw new Error("insides at /srv/secret");
  };
  openDoors(server, () => token, [contactLogsDoor({ ask: unasked, standing: unasked, ...logs })]);
  const url = await server.listen({ host: "127.0.0.1", port: 0 });
  return { client: new DoorsClient(url), url };
}

const posted: LogAnswer = {
  kind: "logged",
  key: "c-1",
  keys: ["c-1"],
  log: null,
  receipts: [{ destination: "main", status: 201, alreadyThere: false, postedAt: "2026-01-02T03:04:05.006Z" }],
};

describe.each<[answer: LogAnswer, status: number, body: object]>([
  [posted, 200, { conversationId: "c-1", key: "c-1", keys: ["c-1"], log: null, receipts: posted.receipts }],
  [{ kind: "waiting", dueAt: undefined }, 202, { conversationId: "c-1", status: "waiting" }],
  [{ kind: "unknown" }, 404, { error: "the platform does not know this conversation" }],
  [{ kind: "not_ended" }, 422, { reason: "not_ended" }],
  [{ kind: "too_many_cases" }, 422, { reason: "too_many_cases" }],
  [{ kind: "skipped", reason: "no_account" }, 422, { reason: "no_account" }],
  [{ kind: "broken" }, 500, { error: "internal error" }],
  [
    { kind: "failed", upstream: "destination main", reason: "http_422" },
    502,
    { upstream: "destination main", reason: "http_422" },
  ],
  [{ kind: "stopping" }, 503, { error: "the service is stopping; ask again later" }],
])("%j", (answer, status, body) => {
  test(`is ${status}, asked for or looked at`, async () => {
    const { client } = await open({ ask: async () => answer, standing: () => answer });
    const asked = await client.post("/v1/contact-logs", { conversationId: "c-1", wait: true });
    expect([asked.status, asked.body]).toEqual([status, body]);
    expect(asked.headers.get("cache-control")).toBe("no-store");
    const looked = await client.get("/v1/contact-logs/c-1");
    expect([looked.status, looked.body]).toEqual([status, body]);
  });
});

test.each<[kind: "running" | "full", status: number]>([
  ["running", 409],
  ["full", 429],
])("%s is %i", async (kind, status) => {
  const { client } = await open({ ask: async () => ({ kind }) });
  expect(await client.post("/v1/contact-logs", { conversationId: "c-1" })).toMatchObject({ status });
  expect(await client.post("/generate-summary", { interaction_id: "c-1" })).toMatchObject({ status });
});

test.each<[dueInMs: number, retryAfter: string]>([
  [-5_000, "1"],
  [7_600, "8"],
  [3_600_000, "60"],
])("what is due in %i ms is to be asked for again after %s s", async (dueInMs, retryAfter) => {
  const { client } = await open({ standing: () => ({ kind: "waiting", dueAt: Date.now() + dueInMs }) });
  const { headers } = await client.get("/v1/contact-logs/c-1");
  expect(headers.get("retry-after")).toBe(retryAfter);
  expect(headers.get("location")).toBe("/v1/contact-logs/c-1");
});

test("hands on what was asked; what is left out is neither waited for nor forced", async () => {
  const asked: LogRequest[] = [];
  const ask = async (request: LogRequest): Promise<LogAnswer> => {
    asked.push(request);
    return { kind: "unknown" };
  };
  const { client } = await open({ ask });
  await client.post("/v1/contact-logs", { conversationId: "c-1" });
  await client.post("/v1/contact-logs", { conversationId: "c-2", caseId: "k", wait: true, force: true });
  await client.post("/generate-summary", { interaction_id: "c-3", case_id: "k", agent: "somebody" });
  expect(asked).toEqual([
    { conversationId: "c-1", wait: false, force: false },
    { conversationId: "c-2", caseId: "k", wait: true, force: true },
    { conversationId: "c-3", caseId: "k", wait: true, force: false },
  ]);
});

describe("400 names what is wrong, and quotes nothing", () => {
  const rule = "must be 1 to 100 letters, digits, - or _";
  test.each<[body: unknown, problems: RegExp]>([
    [{}, /^conversationId: /],
    [{ conversationId: "" }, new RegExp(`^conversationId: ${rule}$`)],
    [{ conversationId: "kanarie/../x" }, new RegExp(`^conversationId: ${rule}$`)],
    [{ conversationId: "x".repeat(101) }, new RegExp(`^conversationId: ${rule}$`)],
    [{ conversationId: "c", caseId: "kanarie kanarie" }, new RegExp(`^caseId: ${rule}$`)],
    [{ conversationId: "c", wait: "kanarie" }, /^wait: /],
    [{ conversationId: "c", kanarie: 1 }, /^holds keys that are not known$/],
    [[{ conversationId: "c" }], /object/],
  ])("%j", async (body, problem) => {
    const { client } = await open({});
    const { status, body: answer, text } = await client.post("/v1/contact-logs", body);
    expect(status).toBe(400);
    expect(answer.problems).toEqual([expect.stringMatching(problem)]);
    expect(text).not.toContain("kanarie");
  });

  test("also of a path and of the older form", async () => {
    const { client } = await open({});
    expect((await client.get("/v1/contact-logs/a%2Fb")).status).toBe(400);
    expect((await client.post("/generate-summary", { interaction_id: "a b" })).status).toBe(400);
  });

  test.each<[status: number, body: string, headers: Record<string, string>]>([
    [413, JSON.stringify("x".repeat(65_536)), {}],
    [400, '{"conversationId": kanarie}', {}],
    [415, "<x/>", { "content-type": "application/xml" }],
    [401, "{}", { authorization: "Bearer another-token-of-sixteen" }],
    [401, "{}", { authorization: "", "x-api-key": `${token}x` }],
  ])("%i for what it cannot take", async (status, body, headers) => {
    const { client } = await open({});
    const answer = await client.post("/v1/contact-logs", body, headers);
    expect(answer.status).toBe(status);
    expect(answer.text).not.toContain("kanarie");
  });
});

test("the token is taken as x-api-key too", async () => {
  const { url } = await open({ standing: () => ({ kind: "unknown" }) });
  const status = async (headers: Record<string, string>) =>
    (await fetch(`${url}/v1/contact-logs/c`, { headers })).status;
  expect(await status({ "x-api-key": token })).toBe(404);
  expect(await status({ "x-api-key": `Bearer ${token}` })).toBe(401);
  expect(await status({})).toBe(401);
  expect(await status({ authorization: token })).toBe(401);
});

test.each<[status: number, error: Error]>([
  [503, new Transient("disk_full", "state.file: the disk is full at /srv/secret")],
  [500, new Error("insides at /srv/secret")],
])("%i where it fails, without insides", async (status, error) => {
  const { client } = await open({ ask: () => Promise.reject(error) });
  const answer = await client.post("/v1/contact-logs", { conversationId: "c" });
  expect(answer.status).toBe(status);
  expect(answer.text).not.toContain("secret");
});

test("whoever hangs up is waited for no longer", async () => {
  let gone: AbortSignal | undefined;
  const { url } = await open({
    ask: async (_request, signal) => {
      gone = signal;
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      return { kind: "unknown" };
    },
  });
  const caller = new AbortController();
  const call = fetch(`${url}/v1/contact-logs`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: '{"conversationId":"c","wait":true}',
    signal: caller.signal,
  }).catch(() => {});
  await until(() => gone !== undefined, "the request to arrive");
  expect(gone?.aborted).toBe(false);
  caller.abort();
  await call;
  await until(() => gone?.aborted === true, "the caller's end to be noticed");
});
