import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { httpSchema } from "../../src/destinations/http.ts";
import { createDestination, destinationSchema } from "../../src/destinations/index.ts";
import { Permanent, type Transient } from "../../src/errors.ts";
import { type Backend, type BackendFault, startBackend } from "../../src/simulator/backend.ts";
import { contactLog, context, delivery, outgoing } from "./contract.ts";

function made(options: Record<string, unknown>) {
  return createDestination(destinationSchema.parse({ kind: "http", ...options }), context);
}

const never = new AbortController().signal;
let backend: Backend;

beforeEach(async () => {
  backend = await startBackend();
});
afterEach(async () => {
  await backend[Symbol.asyncDispose]();
});

function http(headers: Record<string, string> = {}) {
  return made({ url: `${backend.url}/crm/logs`, headers, timeoutMs: 1_000 });
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

test.each([
  ["conv-1#Zaak № 5 €", "conv-1#Zaak %E2%84%96 5 %E2%82%AC"],
  ["conv-1#café", "conv-1#caf%C3%A9"],
  ["conv-1#a\r\nx-admin: yes", "conv-1#a%0D%0Ax-admin: yes"],
  ["conv-1#half \ud83d", "conv-1#half %EF%BF%BD"],
])("the key %j is a header all the same: %s", async (key, header) => {
  await using destination = http();
  expect(await destination.post({ ...delivery, key }, never)).toEqual({ status: 201, alreadyThere: false });
  expect(backend.attempts.map(({ headers }) => headers["idempotency-key"])).toEqual([header]);
  expect(backend.attempts[0]?.headers).not.toHaveProperty("x-admin");
});

test.each([200, 201, 202, 204])("%i settles it", async (status) => {
  await using destination = http();
  backend.fail({ status });
  expect(await destination.post(delivery, never)).toEqual({ status, alreadyThere: false });
});

describe("a URL that depends on the log", () => {
  const link = { contactId: "conv-1", caseId: "C/1 é" };

  test("is written down with its method, and kept to in every try", async () => {
    await using destination = made({
      url: `${backend.url}/{brand}/cases/{caseId}/logs/{key}?account={accountId}&of={conversationId}`,
      method: "PUT",
      linkGiveUpMs: 5,
      unlinked: "skip",
    });
    expect(destination.perCase).toEqual({ linkGiveUpMs: 5, unlinked: "skip" });
    expect(destination.name).toBe(`${new URL(backend.url).host}/{brand}/cases/{caseId}/logs/{key}`);
    const rendered = destination.render(contactLog, link);
    const path = "/helder/cases/C%2F1%20%C3%A9/logs/conv-1%3Aleg-1%23C%2F1%20%C3%A9";
    expect(rendered.target).toBe(`PUT ${backend.url}${path}?account=ACC-4711&of=conv-1`);
    const sent = { key: "conv-1:leg-1#C/1 é", ...rendered };
    await using later = made({ url: `${backend.url}/elsewhere/{caseId}` });
    await later.post(sent, never);
    expect(backend.attempts).toMatchObject([{ method: "PUT", path, text: rendered.body }]);
  });

  test("is the only one that is written down", async () => {
    await using destination = made({ url: `${backend.url}/logs`, method: "PATCH" });
    expect(destination.perCase).toBeUndefined();
    const rendered = destination.render(contactLog);
    expect(rendered).not.toHaveProperty("target");
    await destination.post({ key: "k", ...rendered }, never);
    expect(backend.attempts).toMatchObject([{ method: "PATCH", path: "/logs" }]);
  });

  test("a field that needs the case makes it one delivery a case, too", async () => {
    await using destination = made({ url: `${backend.url}/logs`, fields: { case: "caseId", id: "key" } });
    expect(destination.perCase).toBeDefined();
    const { body } = destination.render(contactLog, { contactId: "x", caseId: "C1" });
    expect(JSON.parse(body)).toEqual({ case: "C1", id: "conv-1:leg-1#C1" });
  });

  test("a log that it cannot hold is a dead letter", async () => {
    await using destination = made({ url: `${backend.url}/cases/{caseId}` });
    const render = () => destination.render(contactLog, { contactId: "x", caseId: ".." });
    expect(render).toThrow(expect.objectContaining({ name: "Permanent", reason: "url_value" }));
  });

  test.each<[method: string, status: number, outcome: object]>([
    ["PUT", 200, { status: 200 }],
    ["PUT", 201, { status: 201 }],
    ["PUT", 204, { status: 204 }],
    ["PATCH", 204, { status: 204 }],
    // To these it is a conflict: nothing says that our log is there.
    ["PUT", 409, { name: "Permanent", reason: "http_409" }],
    ["PATCH", 409, { name: "Permanent", reason: "http_409" }],
    ["PUT", 404, { name: "Permanent", reason: "http_404" }],
    ["POST", 404, { name: "Permanent", reason: "http_404" }],
    ["PUT", 503, { name: "Ambiguous" }],
  ])("%s answered with %i", async (method, status, outcome) => {
    await using destination = made({ url: `${backend.url}/cases/{caseId}`, method });
    backend.fail({ status });
    const answer = await destination.post(outgoing(destination), never).catch((thrown: unknown) => thrown);
    expect(answer).toMatchObject(outcome);
  });

  test("a refusal that quotes what the URL was filled with is told without it", async () => {
    await using destination = made({ url: `${backend.url}/accounts/{accountId}`, fields: { note: "brand" } });
    backend.fail({ status: 404, body: { error: "no account ACC-4711 known" } });
    const error = await destination.post(outgoing(destination), never).catch((thrown: unknown) => thrown);
    expect((error as Error).message).toContain("HTTP 404");
    expect((error as Error).message).toContain("known");
    expect((error as Error).message).not.toContain("4711");
  });
});

describe("a mapped body", () => {
  test("is what is posted, and nothing else of the log", async () => {
    await using destination = made({
      url: `${backend.url}/logs`,
      fields: { "crm.note": { from: "note", maxLength: 20 }, source: { value: "contactlogd" } },
    });
    await destination.post(outgoing(destination), never);
    expect(backend.accepted).toMatchObject([
      { key: contactLog.key, body: { crm: { note: "Goedemorgen…" }, source: "contactlogd" } },
    ]);
  });

  test("without one the log goes as it is, byte for byte", async () => {
    const { evidence: _, ...provenance } = contactLog.provenance;
    await using plain = made({ url: `${backend.url}/logs` });
    expect(plain.render(contactLog)).toEqual({ body: JSON.stringify({ ...contactLog, provenance }) });
    await using whole = made({ url: `${backend.url}/logs`, evidence: true });
    expect(whole.render(contactLog)).toEqual({ body: JSON.stringify(contactLog) });
  });

  test("a field that is refused is named, what it holds is not", async () => {
    await using destination = made({
      url: `${backend.url}/logs`,
      fields: { Note: "note", Status: "resolved" },
    });
    backend.fail({
      status: 422,
      body: { errors: [{ field: "Note", message: "too long: Mevrouw Jansen belt" }] },
    });
    const error = await destination.post(outgoing(destination), never).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: "Permanent", reason: "http_422" });
    expect((error as Error).message).toContain("HTTP 422 (fields: Note)");
    expect((error as Error).message).not.toContain("Jansen");
  });
});

describe("a look-up", () => {
  test.each<[status: number, found: boolean | string]>([
    [200, true],
    [204, true],
    [404, false],
    [410, false],
    [500, "lookup_failed"],
    [401, "lookup_failed"],
  ])("answered with %i", async (status, found) => {
    backend.fail({ status });
    await using destination = made({ url: `${backend.url}/x`, lookup: `${backend.url}/logs/{key}` });
    const answer = await destination.has?.(delivery, never).catch((error: Transient) => error.reason);
    expect(answer).toBe(found);
    expect(backend.attempts).toMatchObject([{ method: "GET", path: "/logs/conv-1%3Aleg-1" }]);
  });

  test.each<[body: unknown, found: boolean]>([
    [[], false],
    [null, false],
    [[{ key: "conv-1:leg-1" }], true],
    [{ key: "conv-1:leg-1" }, true],
    ["stored", true],
  ])("answered with 200 and %j: an empty list has nothing", async (body, found) => {
    backend.fail({ status: 200, body });
    await using destination = made({ url: `${backend.url}/x`, lookup: `${backend.url}/logs?key={key}` });
    expect(await destination.has?.(delivery, never)).toBe(found);
  });

  test("of a case asks for the key in its case; before one is known there is nothing to ask", async () => {
    await using destination = made({
      url: `${backend.url}/cases/{caseId}`,
      lookup: { url: `${backend.url}/cases/{caseId}/logs/{key}?of={conversationId}` },
    });
    expect(await destination.has?.({ key: "conv-1:leg-1", body: "" }, never)).toBe(false);
    expect(backend.attempts).toHaveLength(0);
    backend.fail({ status: 200 });
    expect(await destination.has?.({ key: "conv-1:leg-1#C#1", body: "" }, never)).toBe(true);
    expect(backend.attempts).toMatchObject([{ path: "/cases/C%231/logs/conv-1%3Aleg-1%23C%231" }]);
  });

  test("is there only where it is configured", async () => {
    await using destination = http();
    expect(destination.has).toBeUndefined();
  });
});

test.each<[what: string, fault: BackendFault, name: string]>([
  ["a lost reply", { reset: "after" }, "Ambiguous"],
  ["silence", { hang: true }, "Ambiguous"],
  ["500", { status: 500 }, "Ambiguous"],
  ["503 that says when to come back", { status: 503, headers: { "retry-after": "1" } }, "Transient"],
  ["429", { status: 429 }, "Transient"],
])("after %s it may have been taken, or certainly not: %j is %s", async (_what, fault, name) => {
  await using destination = made({ url: `${backend.url}/logs`, timeoutMs: 100 });
  backend.fail(fault);
  await expect(destination.post(delivery, never)).rejects.toMatchObject({ name });
});

test("what could not be sent was certainly not taken", async () => {
  await using destination = made({ url: "http://127.0.0.1:1/logs" });
  await expect(destination.post(delivery, never)).rejects.toMatchObject({
    name: "Transient",
    reason: "unreachable",
  });
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
      linkGiveUpMs: 172_800_000,
      method: "POST",
      timeoutMs: 10_000,
      unlinked: "dead",
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
    ["an unknown key", { verb: "PUT" }],
    ["an unknown method", { method: "DELETE" }],
    ["a placeholder in the host", { url: "https://{brand}.example.com/logs" }],
    ["a placeholder for the port", { url: "https://crm.example.com:{key}/logs" }],
    ["a placeholder nobody knows", { url: "https://crm.example.com/{case-id}" }],
    ["a user and password", { url: "https://a:b@crm.example.com/" }],
    ["a look-up without the key", { lookup: "https://crm.example.com/{caseId}" }],
    ["a look-up by what is not known then", { lookup: "https://crm.example.com/{key}/{accountId}" }],
  ])("refuses %s", (_what, change) => {
    expect(httpSchema.safeParse({ ...base, ...change }).success).toBe(false);
  });
});
