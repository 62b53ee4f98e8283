import type { RequestListener } from "node:http";
import type { Agent } from "undici";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Fatal, NotYet, Transient } from "../../src/errors.ts";
import { Auth, type AuthOptions } from "../../src/genesys/auth.ts";
import { call, createConnections } from "../../src/http.ts";
import { type Loopback, listen, readBody } from "../../src/simulator/loopback.ts";

const never = new AbortController().signal;
const clientId = "client-id";
const clientSecret = "client-secret-canary";

interface Answer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

let connections: Agent;
let server: Loopback | undefined;
let auth: Auth | undefined;

beforeEach(() => {
  connections = createConnections();
});
afterEach(async () => {
  auth?.[Symbol.dispose]();
  await connections.destroy();
  await server?.[Symbol.asyncDispose]();
  server = undefined;
  vi.useRealTimers();
});

/** A login server that gives these answers, the last one for ever. */
async function login(...answers: Answer[]) {
  const seen: { url: string | undefined; headers: Record<string, unknown>; body: string }[] = [];
  const handler: RequestListener = (request, response) => {
    void readBody(request).then((body) => {
      const {
        status = 200,
        headers,
        body: answer,
      } = answers[Math.min(seen.length, answers.length - 1)] ?? {};
      seen.push({ url: request.url, headers: request.headers, body: String(body) });
      response.writeHead(status, headers).end(typeof answer === "string" ? answer : JSON.stringify(answer));
    });
  };
  server = await listen(handler);
  const secrets: string[] = [];
  auth = new Auth({
    loginUrl: server.url,
    clientId,
    clientSecret,
    protect: (secret) => void secrets.push(secret),
    send: (request, signal) => call(connections, { ...request, deadlineMs: 2_000, maxBytes: 10_000 }, signal),
  });
  return { auth, seen, secrets, host: new URL(server.url).host };
}

function grant(token: string, expiresIn: unknown = 86_400): Answer {
  return { body: { access_token: token, token_type: "bearer", expires_in: expiresIn } };
}

async function refusal(promise: Promise<unknown>): Promise<Transient> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(Error);
  const told = `${(error as Error).message} ${(error as Error).stack}`;
  for (const secret of [clientSecret, btoa(`${clientId}:${clientSecret}`), "token-canary"]) {
    expect(told).not.toContain(secret);
  }
  return error as Transient;
}

test("it logs in with the client credentials grant, and tells each secret to the redactor", async () => {
  const { auth, seen, secrets } = await login(grant("token-canary"));
  expect(await auth.token(never)).toBe("token-canary");
  expect(seen).toMatchObject([
    {
      url: "/oauth/token",
      headers: {
        authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}`,
        "content-type": "application/x-www-form-urlencoded",
      },
      body: "grant_type=client_credentials",
    },
  ]);
  expect(secrets).toEqual([btoa(`${clientId}:${clientSecret}`), "token-canary"]);
});

test("one login at a time, whoever asks", async () => {
  const { auth, seen } = await login(grant("t-1"), grant("t-2"));
  expect(await Promise.all(Array.from({ length: 20 }, () => auth.token(never)))).toEqual(
    Array(20).fill("t-1"),
  );
  expect(await auth.token(never)).toBe("t-1");
  expect(seen).toHaveLength(1);
});

test("who no longer wants to wait leaves with the own reason, and the login goes on for the others", async () => {
  const { auth, seen } = await login(grant("t-1"));
  const stop = new AbortController();
  const reason = new Error("the daemon stops");
  const impatient = expect(auth.token(stop.signal)).rejects.toBe(reason);
  const patient = auth.token(never);
  stop.abort(reason);
  await impatient;
  expect(await patient).toBe("t-1");
  expect(seen).toHaveLength(1);
});

test("a token that was refused is replaced once, whoever met the refusal", async () => {
  const { auth, seen } = await login(grant("t-1"), grant("t-2"));
  const token = await auth.token(never);
  auth.invalidate(token);
  auth.invalidate(token);
  expect(await Promise.all([auth.token(never), auth.token(never)])).toEqual(["t-2", "t-2"]);
  auth.invalidate(token);
  expect(await auth.token(never)).toBe("t-2");
  auth.forget();
  expect(await auth.token(never)).toBe("t-2");
  expect(seen).toHaveLength(3);
});

describe("a refusal of the credentials", () => {
  test.each([400, 401, 403])(
    "is Fatal at the very first login (%i), and says what to check",
    async (status) => {
      const { auth, host } = await login({ status, body: { error: "invalid_client", hint: clientSecret } });
      const error = await refusal(auth.token(never));
      expect(error).toBeInstanceOf(Fatal);
      expect(error.message).toContain(host);
      expect(error.message).toMatch(
        new RegExp(`${status}.*genesys\\.clientId.*genesys\\.clientSecret.*region`),
      );
    },
  );

  test("is Transient once they have been accepted, and heals", async () => {
    const { auth } = await login(grant("t-1"), { status: 401, body: {} }, grant("t-2"));
    await auth.token(never);
    auth.forget();
    expect(await refusal(auth.token(never))).toBeInstanceOf(Transient);
    expect(await auth.token(never)).toBe("t-2");
  });

  test("after a failure that was no refusal is still Fatal", async () => {
    const { auth } = await login({ status: 503 }, { status: 401 });
    expect(await refusal(auth.token(never))).toBeInstanceOf(Transient);
    expect(await refusal(auth.token(never))).toBeInstanceOf(Fatal);
  });
});

test("429 waits as long as it is told, and counts as no failure", async () => {
  const { auth } = await login(
    { status: 429, headers: { "retry-after": "7" } },
    { status: 429 },
    grant("t-1"),
  );
  const before = Date.now();
  const error = await refusal(auth.token(never));
  expect(error).toBeInstanceOf(NotYet);
  expect((error.notBefore ?? 0) - before).toBeGreaterThanOrEqual(7_000);
  expect((error.notBefore ?? 0) - Date.now()).toBeLessThanOrEqual(7_000);
  expect(await refusal(auth.token(never))).toMatchObject({ reason: "rate_limited", notBefore: undefined });
  expect(await auth.token(never)).toBe("t-1");
});

test.each<[what: string, answer: Answer]>([
  ["an error of the server", { status: 503, body: "token-canary" }],
  ["a redirect", { status: 302, headers: { location: "https://elsewhere.example" } }],
  ["a page of HTML", { headers: { "content-type": "text/html" }, body: "<html>token-canary</html>" }],
  ["JSON that is null", { body: "null" }],
  ["no token", { body: { hint: "token-canary" } }],
  ["an empty token", { body: { access_token: "" } }],
  ["a token that is no text", { body: { access_token: 5 } }],
])("%s instead of a token is Transient, and the next try may succeed", async (_what, answer) => {
  const { auth } = await login(answer, grant("t-1"));
  expect(await refusal(auth.token(never))).toBeInstanceOf(Transient);
  expect(await auth.token(never)).toBe("t-1");
});

test("a server that is not there is Transient", async () => {
  const { auth } = await login(grant("t-1"));
  await server?.[Symbol.asyncDispose]();
  server = undefined;
  expect(await refusal(auth.token(never))).toMatchObject({ reason: "unreachable" });
});

describe("renewal", () => {
  /** Time is ours here, so nothing may wait for a socket. */
  function timed(...answers: { status?: number; token?: string; expires_in?: unknown }[]) {
    vi.useFakeTimers();
    const asked: number[] = [];
    const begin = performance.now();
    const send: AuthOptions["send"] = async () => {
      const { status = 200, token, ...rest } = answers[Math.min(asked.length, answers.length - 1)] ?? {};
      asked.push(performance.now() - begin);
      return { status, headers: {}, text: JSON.stringify({ access_token: token, ...rest }) };
    };
    auth = new Auth({ loginUrl: "https://login.example", clientId, clientSecret, protect: () => {}, send });
    return { auth, asked };
  }

  test("comes at 80 % of a token's life, without anybody asking", async () => {
    const { auth, asked } = timed({ token: "t-1", expires_in: 100 }, { token: "t-2", expires_in: 1_000 });
    expect(await auth.token(never)).toBe("t-1");
    await vi.advanceTimersByTimeAsync(79_999);
    expect(await auth.token(never)).toBe("t-1");
    await vi.advanceTimersByTimeAsync(1);
    expect(await auth.token(never)).toBe("t-2");
    await vi.advanceTimersByTimeAsync(500_000);
    expect(asked).toEqual([0, 80_000]);
  });

  test("that fails leaves the old token in use until its end", async () => {
    const { auth, asked } = timed({ token: "t-1", expires_in: 100 }, { status: 503 }, { token: "t-3" });
    await auth.token(never);
    await vi.advanceTimersByTimeAsync(99_999);
    expect(await auth.token(never)).toBe("t-1");
    await vi.advanceTimersByTimeAsync(1);
    expect(await auth.token(never)).toBe("t-3");
    expect(asked).toEqual([0, 80_000, 100_000]);
  });

  test.each([undefined, null, "soon", -5, 0])("an expires_in of %j means a day", async (expires_in) => {
    const { auth, asked } = timed({ token: "t", expires_in });
    await auth.token(never);
    await vi.advanceTimersByTimeAsync(86_400_000 * 0.8 - 1);
    expect(asked).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(asked).toHaveLength(2);
  });

  test("ends with the disposal, and so does a login under way", async () => {
    const { auth, asked } = timed({ token: "t", expires_in: 100 });
    await auth.token(never);
    auth[Symbol.dispose]();
    await vi.advanceTimersByTimeAsync(1_000_000);
    expect(asked).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });
});

test("a login under way ends with the disposal", async () => {
  const { promise: reached, resolve } = Promise.withResolvers<void>();
  server = await listen(() => resolve());
  auth = new Auth({
    loginUrl: server.url,
    clientId,
    clientSecret,
    protect: () => {},
    send: (request, signal) =>
      call(connections, { ...request, deadlineMs: 60_000, maxBytes: 10_000 }, signal),
  });
  const asking = refusal(auth.token(never));
  await reached;
  auth[Symbol.dispose]();
  expect((await asking).name).toBe("AbortError");
});
