import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createHttp, httpSchema } from "../../src/destinations/http.ts";
import { createDestination, destinationSchema } from "../../src/destinations/index.ts";
import { Permanent } from "../../src/errors.ts";
import { type Backend, type BackendFault, startBackend } from "../../src/simulator/backend.ts";
import { delivery, destinationContract } from "./contract.ts";

destinationContract("http", ({ url, token, timeoutMs }) =>
  createDestination(
    destinationSchema.parse({ kind: "http", url, headers: { authorization: `Bearer ${token}` }, timeoutMs }),
    "repeat",
  ),
);

const never = new AbortController().signal;
let backend: Backend;

beforeEach(async () => {
  backend = await startBackend();
});
afterEach(async () => {
  await backend[Symbol.asyncDispose]();
});

function http(headers: Record<string, string> = {}) {
  return createHttp({
    kind: "http",
    id: "main",
    url: `${backend.url}/crm/logs`,
    headers,
    evidence: false,
    timeoutMs: 1_000,
  });
}

test("a post is JSON under its Idempotency-Key, with the configured headers, to the configured path", async () => {
  await using destination = http({ "X-Tenant": "helder", Authorization: "Bearer t" });
  expect(await destination.post(delivery, never)).toEqual({ status: 201, alreadyThere: false });
  expect(backend.attempts).toMatchObject([
    {
      method: "POST",
      path: "/crm/logs",
      headers: {
        "content-type": "application/json",
        "idempotency-key": delivery.key,
        "x-tenant": "helder",
        authorization: "Bearer t",
      },
      text: delivery.body,
    },
  ]);
  expect(destination.name).toBe(`${new URL(backend.url).host}/crm/logs`);
});

test.each([200, 201, 202, 204])("%i settles it", async (status) => {
  await using destination = http();
  backend.fail({ status });
  expect(await destination.post(delivery, never)).toEqual({ status, alreadyThere: false });
});

describe("the text of a refusal", () => {
  async function told(body: string): Promise<string> {
    await using destination = http();
    backend.fail({ status: 422, headers: { "content-type": "text/html" }, body });
    const error = await destination.post(delivery, never).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Permanent);
    expect((error as Permanent).reason).toBe("http_422");
    return (error as Permanent).message;
  }

  test("is plain, on one line", async () => {
    expect(await told("<html><h1>Not\nprocessable</h1>\u0007 &amp; refused</html>")).toMatch(
      /: HTTP 422: Not processable & refused$/,
    );
  });

  test("is short", async () => {
    expect((await told("nope ".repeat(10_000))).length).toBeLessThan(600);
  });

  test("may be missing", async () => {
    expect(await told("")).toMatch(/: HTTP 422$/);
  });
});

describe("the status alone says whether it was taken", () => {
  test.each<[what: string, fault: BackendFault]>([
    ["megabytes", { body: "x".repeat(2 * 2 ** 20) }],
    ["what cannot be unpacked", { headers: { "content-encoding": "gzip" }, body: "plain" }],
    ["an encoding nobody knows", { headers: { "content-encoding": "tomorrow" }, body: "x" }],
    ["a page", { headers: { "content-type": "text/html" }, body: "<html>" }],
    ["less than was announced", { headers: { "content-length": "100" }, body: "x" }],
  ])("with %s for a body", async (_what, fault) => {
    await using destination = http();
    for (const status of [201, 409, 503, 422]) backend.fail({ ...fault, status });
    const post = () => destination.post(delivery, never);
    expect(await post()).toEqual({ status: 201, alreadyThere: false });
    expect(await post()).toEqual({ status: 409, alreadyThere: true });
    await expect(post()).rejects.toMatchObject({ name: "Ambiguous", reason: "destination_error" });
    await expect(post()).rejects.toMatchObject({ name: "Permanent", reason: "http_422" });
  });
});

describe("the configuration", () => {
  const base = { kind: "http", url: "https://crm.example.com/logs" };

  test("needs a URL and nothing else", () => {
    expect(httpSchema.parse(base)).toEqual({
      ...base,
      evidence: false,
      id: "main",
      headers: {},
      timeoutMs: 10_000,
    });
  });

  test.each<[what: string, change: object]>([
    ["no URL", { url: undefined }],
    ["a path alone", { url: "/logs" }],
    ["a file", { url: "file:///etc/passwd" }],
    ["a header the program writes", { headers: { "Content-Type": "text/plain" } }],
    ["another of them", { headers: { "IDEMPOTENCY-KEY": "x" } }],
    ["the host", { headers: { host: "elsewhere.example" } }],
    ["a length", { headers: { "Content-Length": "1" } }],
    ["a transfer encoding", { headers: { "transfer-encoding": "chunked" } }],
    ["a header name with a space", { headers: { "x y": "1" } }],
    ["an empty header name", { headers: { "": "1" } }],
    ["a line break in a header", { headers: { "x-y": "1\r\nx-z: 2" } }],
    ["a header that is no text", { headers: { "x-y": 1 } }],
    ["no time", { timeoutMs: 0 }],
    ["an unknown key", { method: "PUT" }],
  ])("refuses %s", (_what, change) => {
    expect(httpSchema.safeParse({ ...base, ...change }).success).toBe(false);
  });
});
