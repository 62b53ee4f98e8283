import { expect, test } from "vitest";
import type { Backend, BackendOptions } from "../../src/simulator/backend.ts";
import { startBackend } from "../../src/simulator/backend.ts";

const log = { key: "c-1", note: "all is well" };

async function post(
  backend: Backend,
  {
    key = "c-1",
    body = JSON.stringify(log),
    path = "/contact-logs",
    headers = {} as Record<string, string>,
  } = {},
): Promise<number> {
  const standard = { "content-type": "application/json", "idempotency-key": key };
  const response = await fetch(`${backend.url}${path}`, {
    method: "POST",
    headers: { ...standard, ...headers },
    body,
  });
  await response.text();
  return response.status;
}

test("a key is taken once: the same bytes are there already, other bytes are refused", async () => {
  await using backend = await startBackend();
  expect(await post(backend)).toBe(201);
  expect(await post(backend)).toBe(409);
  expect(await post(backend, { body: JSON.stringify({ ...log, note: "all is not well" }) })).toBe(422);
  expect(await post(backend, { key: "c-2" })).toBe(201);
  expect(backend.accepted).toMatchObject([
    { path: "/contact-logs", key: "c-1", body: log },
    { path: "/contact-logs", key: "c-2", body: log },
  ]);
  expect(backend.attempts.map(({ status }) => status)).toEqual([201, 409, 422, 201]);
});

test("a repeated key can be answered as new", async () => {
  await using backend = await startBackend({ duplicateStatus: 200 });
  expect([await post(backend), await post(backend)]).toEqual([201, 200]);
  expect(backend.accepted).toHaveLength(1);
});

test.each<[what: string, options: BackendOptions, given: object, status: number]>([
  ["no JSON type", {}, { headers: { "content-type": "text/plain" } }, 415],
  ["no key", {}, { key: "" }, 400],
  ["no JSON", {}, { body: "{" }, 400],
  ["no token", { token: "t" }, {}, 401],
  ["the token", { token: "t" }, { headers: { authorization: "Bearer t" } }, 201],
])("a post with %s is answered as it should", async (_what, options, given, status) => {
  await using backend = await startBackend(options);
  expect(await post(backend, given)).toBe(status);
  expect(backend.accepted).toHaveLength(status === 201 ? 1 : 0);
});

test("a refusal stores nothing; a lost reply stores the log and shows at the next try", async () => {
  await using backend = await startBackend();
  backend.fail({ status: 503, headers: { "retry-after": "1" }, body: { error: "busy" }, times: 2 });
  expect([await post(backend), await post(backend)]).toEqual([503, 503]);
  backend.fail({ reset: "before" });
  await expect(post(backend)).rejects.toThrow("fetch failed");
  expect(backend.accepted).toHaveLength(0);
  backend.fail({ reset: "after" });
  await expect(post(backend)).rejects.toThrow("fetch failed");
  expect(backend.accepted).toHaveLength(1);
  expect(await post(backend)).toBe(409);
  expect(backend.attempts.map(({ status }) => status)).toEqual([503, 503, 0, 0, 409]);
});

test("it waits for logs, says what came instead, and leaves no hanging request behind", async () => {
  const backend = await startBackend();
  const both = backend.waitFor(2);
  await post(backend, { key: "c-1" });
  await expect(backend.waitFor(2, 20)).rejects.toThrow("1 of 2 contact logs within 20 ms (1 attempts)");
  await post(backend, { key: "c-2" });
  expect((await both).map(({ key }) => key)).toEqual(["c-1", "c-2"]);
  backend.fail({ hang: true });
  const hanging = post(backend, { key: "c-3" });
  const refused = expect(hanging).rejects.toThrow("fetch failed");
  await expect.poll(() => backend.attempts.length).toBe(3);
  await backend[Symbol.asyncDispose]();
  await refused;
});
