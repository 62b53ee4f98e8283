import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Destination } from "../../src/destinations/destination.ts";
import { createDestination, destinationSchema, destinationSecrets } from "../../src/destinations/index.ts";
import type { Transient } from "../../src/errors.ts";
import { type Backend, startBackend } from "../../src/simulator/backend.ts";
import { listen } from "../../src/simulator/loopback.ts";
import { context, delivery } from "./contract.ts";
import { client, startTokenEndpoint, type TokenEndpoint } from "./token-endpoint.ts";

const never = new AbortController().signal;
let backend: Backend;
let tokens: TokenEndpoint;
let protectedSecrets: string[];

beforeEach(async () => {
  backend = await startBackend();
  tokens = await startTokenEndpoint(["token-canary-1", "token-canary-2"]);
  protectedSecrets = [];
});
afterEach(async () => {
  await backend[Symbol.asyncDispose]();
  await tokens[Symbol.asyncDispose]();
});

function optionsOf(auth: object, more: object = {}) {
  return destinationSchema.parse({
    kind: "http",
    url: `${backend.url}/logs?q=1`,
    auth,
    timeoutMs: 500,
    ...more,
  });
}

function made(auth: object, more: object = {}): Destination {
  const protect = (secret: string): void => void protectedSecrets.push(secret);
  return createDestination(optionsOf(auth, more), { ...context, protect });
}

function oauth2(more: object = {}): Destination {
  return made({ type: "oauth2", tokenUrl: tokens.url, ...client, ...more });
}

async function failure(destination: Destination): Promise<Transient> {
  const error = await destination.post(delivery, never).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(Error);
  for (const canary of ["canary", client.clientSecret])
    expect((error as Error).message).not.toContain(canary);
  return error as Transient;
}

const authorizations = () => backend.attempts.map(({ headers }) => headers.authorization);

describe("fixed credentials", () => {
  test.each<[what: string, auth: object, header: string, value: string]>([
    ["a bearer token", { type: "bearer", token: "token-canary" }, "authorization", "Bearer token-canary"],
    [
      "a user and password",
      { type: "basic", user: "crm", password: "pässword" },
      "authorization",
      `Basic ${Buffer.from("crm:pässword").toString("base64")}`,
    ],
    ["an API key", { type: "apiKey", header: "X-Api-Key", key: "key-canary" }, "x-api-key", "key-canary"],
  ])("%s is sent, and known as a secret", async (_what, auth, header, value) => {
    await using destination = made(auth);
    await destination.post(delivery, never);
    expect(backend.attempts[0]?.headers[header]).toBe(value);
    expect(destinationSecrets(optionsOf(auth))).toContain(value.replace(/^(Bearer|Basic) /, ""));
  });

  test("an API key may go into the query, is in no target and no name, and the look-up has it too", async () => {
    const urls: string[] = [];
    await using server = await listen((request, response) => {
      urls.push(request.url ?? "");
      response.end("{}");
    });
    const auth = { type: "apiKey", query: "api key", key: "key-canary&/" };
    const url = `${server.url}/cases/{conversationId}?q=1`;
    await using destination = made(auth, { url, lookup: `${server.url}/logs/{key}` });
    const rendered = destination.render({ ...JSON.parse(delivery.body) });
    expect(JSON.stringify(rendered) + destination.name).not.toContain("key-canary");
    await destination.post({ key: delivery.key, ...rendered }, never);
    await destination.has?.({ key: delivery.key, ...rendered }, never);
    expect(urls).toEqual([
      "/cases/conv-1?q=1&api+key=key-canary%26%2F",
      "/logs/conv-1%3Aleg-1?api+key=key-canary%26%2F",
    ]);
  });

  test("a 401 is a dead letter that does not tell them", async () => {
    backend.fail({ status: 401, body: { error: "who is key-canary-1?" } });
    await using destination = made({ type: "apiKey", header: "x-api-key", key: "key-canary-1" });
    expect(await failure(destination)).toMatchObject({ name: "Permanent", reason: "http_401" });
  });
});

describe("OAuth 2 client credentials", () => {
  test("one token serves all, asked for once however many wait for it", async () => {
    tokens.delayMs = 30;
    await using destination = oauth2({ scope: "logs.write", audience: "crm" });
    const keys = ["a", "b", "c", "d"];
    await Promise.all(keys.map((key) => destination.post({ ...delivery, key }, never)));
    expect(tokens.asked).toEqual([
      { grant_type: "client_credentials", scope: "logs.write", audience: "crm", id: client.clientId },
    ]);
    expect(authorizations()).toEqual(keys.map(() => "Bearer token-canary-1"));
    expect(protectedSecrets).toContain("token-canary-1");
    expect(destinationSecrets(optionsOf({ type: "oauth2", tokenUrl: tokens.url, ...client }))).toContain(
      client.clientSecret,
    );
  });

  test("the client may show who it is in the body", async () => {
    await using destination = oauth2({ clientAuth: "body" });
    await destination.post(delivery, never);
    expect(tokens.asked[0]).toMatchObject({ client_id: client.clientId, client_secret: client.clientSecret });
  });

  test("a token is replaced shortly before it ends", async () => {
    tokens.expiresIn = 0.25;
    await using destination = oauth2();
    await destination.post(delivery, never);
    await destination.post({ ...delivery, key: "b" }, never);
    await pause(220);
    await destination.post({ ...delivery, key: "c" }, never);
    expect(authorizations()).toEqual([
      "Bearer token-canary-1",
      "Bearer token-canary-1",
      "Bearer token-canary-2",
    ]);
  });

  test("after a 401 the same bytes go out once more under the same key, with a new token", async () => {
    backend.fail({ status: 401 });
    await using destination = oauth2();
    expect(await destination.post(delivery, never)).toMatchObject({ status: 201 });
    expect(authorizations()).toEqual(["Bearer token-canary-1", "Bearer token-canary-2"]);
    expect(new Set(backend.attempts.map(({ key, text }) => `${key} ${text}`)).size).toBe(1);
  });

  test("a new token that is refused too buries nothing, and is not asked for a third time", async () => {
    backend.fail({ status: 401, times: 2 });
    await using destination = oauth2();
    expect(await failure(destination)).toMatchObject({ name: "Transient", reason: "token_refused" });
    expect(tokens.asked).toHaveLength(2);
    expect(backend.attempts).toHaveLength(2);
  });

  test("a look-up renews a refused token too", async () => {
    let asked = 0;
    await using server = await listen((_request, response) => {
      asked++;
      response.writeHead(asked === 1 ? 401 : 200).end();
    });
    await using destination = made(
      { type: "oauth2", tokenUrl: tokens.url, ...client },
      { lookup: `${server.url}/{key}` },
    );
    expect(await destination.has?.(delivery, never)).toBe(true);
    expect([asked, tokens.asked.length]).toEqual([2, 2]);
  });

  test.each<[what: string, status: number, body: string | undefined, reason: string]>([
    ["refuses the client", 401, undefined, "credentials_refused"],
    ["finds the request wrong", 400, '{"error":"invalid_scope"}', "credentials_refused"],
    ["is ill", 503, undefined, "token_unavailable"],
    ["answers with no token", 200, "{}", "token_unreadable"],
    ["answers with a page", 200, "<html>", "token_unreadable"],
    ["answers with a token no header can hold", 200, '{"access_token":"a\\r\\nx: y"}', "token_unreadable"],
  ])("an endpoint that %s: the post never left, and comes later", async (_what, status, body, reason) => {
    tokens.failures.push({ status, ...(body !== undefined && { body }) });
    await using destination = oauth2();
    const error = await failure(destination);
    expect(error).toMatchObject({ name: "Transient", reason });
    expect(backend.attempts).toHaveLength(0);
    expect(await destination.post(delivery, never)).toMatchObject({ status: 201 });
  });

  test("a Retry-After of the endpoint is kept", async () => {
    tokens.failures.push({ status: 429, headers: { "retry-after": "7" } });
    await using destination = oauth2();
    expect((await failure(destination)).notBefore).toBeGreaterThan(Date.now() + 6_000);
  });

  test("an endpoint that is silent is given up in time, and who stops waiting does so at once", async () => {
    tokens.delayMs = 5_000;
    await using destination = oauth2();
    const stop = new AbortController();
    const stopped = destination
      .post({ ...delivery, key: "b" }, stop.signal)
      .catch((thrown: unknown) => thrown);
    const started = performance.now();
    stop.abort(new Error("the daemon stops"));
    expect(await stopped).toMatchObject({ message: "the daemon stops" });
    expect(await failure(destination)).toMatchObject({ name: "Transient", reason: "timeout" });
    expect(performance.now() - started).toBeLessThan(2_000);
    tokens.delayMs = 0;
  });
});

test.each<[what: string, change: object, says: string]>([
  ["two ways to authorize", { headers: { Authorization: "x" } }, "must not set authorization: auth does"],
  ["an API key without a name", { auth: { type: "apiKey", key: "k" } }, "give either header or query"],
  [
    "an API key with two names",
    { auth: { type: "apiKey", key: "k", header: "a", query: "b" } },
    "give either header or query",
  ],
  ["an API key in a header of ours", { auth: { type: "apiKey", key: "k", header: "Host" } }, "must not set"],
  [
    "a colon in a user's name",
    { auth: { type: "basic", user: "a:b", password: "c" } },
    "must not hold a colon",
  ],
  [
    "a password in a token URL",
    { auth: { type: "oauth2", tokenUrl: "https://a:b@c/", clientId: "c", clientSecret: "s" } },
    "must not hold a user",
  ],
  ["an unknown kind", { auth: { type: "digest" } }, "Invalid"],
])("%s is refused", (_what, change, says) => {
  const base = { kind: "http", url: "https://crm.example/logs", auth: { type: "bearer", token: "t" } };
  const { error } = destinationSchema.safeParse({ ...base, ...change });
  expect(error?.issues.map(({ message }) => message).join("\n")).toContain(says);
});
