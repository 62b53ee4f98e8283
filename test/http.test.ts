import { once } from "node:events";
import type { RequestListener, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import type { Agent } from "undici";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Transient } from "../src/errors.ts";
import { call, createConnections, type HttpAnswer, type HttpCall, hostOf } from "../src/http.ts";
import { type Loopback, listen } from "../src/simulator/loopback.ts";

let connections: Agent;
let opened: Loopback[] = [];

beforeEach(() => {
  connections = createConnections();
});

afterEach(async () => {
  await connections.destroy();
  for (const server of opened) await server[Symbol.asyncDispose]();
  opened = [];
});

async function serve(handler: RequestListener): Promise<string> {
  const server = await listen(handler);
  opened.push(server);
  return server.url;
}

async function get(
  url: string,
  options: Partial<HttpCall> = {},
  signal: AbortSignal = new AbortController().signal,
): Promise<HttpAnswer> {
  const whole = { url, method: "GET", deadlineMs: 2_000, maxBytes: 1_000, what: "thing", ...options };
  return await call(connections, whole, signal);
}

async function failure(promise: Promise<unknown>): Promise<Transient> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(Transient);
  return error as Transient;
}

test("any status is an answer, read whole, with lower-case header names", async () => {
  const url = await serve((request, response) => {
    response.writeHead(418, [
      ["X-One", "1"],
      ["Set-Cookie", "a=1"],
      ["Set-Cookie", "b=2"],
    ] as unknown as Record<string, string>);
    request.pipe(response);
  });
  const answer = await get(url, { method: "POST", body: "héllo", headers: { "X-Y": "z" } });
  expect(answer).toMatchObject({
    status: 418,
    headers: { "x-one": "1", "set-cookie": "a=1, b=2" },
    text: "héllo",
  });
});

test("a redirect is an answer like any other and is not followed", async () => {
  let calls = 0;
  const url = await serve((_request, response) => {
    calls++;
    response.writeHead(302, { location: "/elsewhere" }).end();
  });
  expect(await get(url)).toMatchObject({ status: 302, headers: { location: "/elsewhere" } });
  expect(calls).toBe(1);
});

const drips = (response: ServerResponse): void => {
  response.writeHead(200);
  const timer = setInterval(() => response.write("."), 5);
  response.once("close", () => clearInterval(timer));
};

test.each<[what: string, handler: RequestListener]>([
  ["headers that never come", () => {}],
  ["a body that never goes on", (_request, response) => void response.writeHead(200).write("{")],
  ["a body that drips", (_request, response) => drips(response)],
])("one deadline for %s", async (_what, handler) => {
  const url = await serve(handler);
  const started = performance.now();
  const error = await failure(get(url, { deadlineMs: 80 }));
  expect([error.reason, error.message]).toEqual(["timeout", "thing: no complete answer within 80 ms"]);
  expect(performance.now() - started).toBeLessThan(8_000);
});

test("an endless answer is cut off at the limit", async () => {
  const { promise: gone, resolve } = Promise.withResolvers<void>();
  const url = await serve((_request, response) => {
    const pour = (): void => {
      while (response.write("x".repeat(1_000)));
    };
    response.on("drain", pour).once("close", resolve);
    pour();
  });
  expect((await failure(get(url))).reason).toBe("answer_too_large");
  await gone;
});

test.each<[encoding: string, pack: (text: string) => Buffer | string]>([
  ["gzip", gzipSync],
  ["GZIP", gzipSync],
  ["deflate", deflateSync],
  ["br", brotliCompressSync],
  ["x-gzip", gzipSync],
  ["identity", (text) => text],
  ["aws-chunked", (text) => text],
  ["utf-8", (text) => text],
  ["aws-chunked, gzip", gzipSync],
])("%s is unpacked", async (encoding, pack) => {
  const url = await serve((_request, response) => {
    response.writeHead(200, { "content-encoding": encoding }).end(pack("hello"));
  });
  expect((await get(url)).text).toBe("hello");
});

test.each<[what: string, body: Buffer | string]>([
  ["packed, which no header tells", gzipSync("hello")],
  ["begun with a byte order mark", "\ufeffhello"],
  ["both", gzipSync("\ufeffhello")],
])("an answer that is %s is read all the same", async (_what, body) => {
  const url = await serve((_request, response) => response.end(body));
  expect((await get(url)).text).toBe("hello");
});

test.each<[what: string, encoding: string, body: Buffer | string, reason: string]>([
  ["a bomb that no header tells of", "identity", gzipSync("\0".repeat(500_000)), "answer_too_large"],
  ["a bomb", "gzip", gzipSync("\0".repeat(500_000)), "answer_too_large"],
  ["what is not packed", "gzip", "plain", "answer_encoding"],
  ["half of it", "gzip", gzipSync("hello").subarray(0, 12), "answer_encoding"],
  ["an unknown encoding", "zstd-of-tomorrow", "x", "answer_encoding"],
  ["two encodings", "gzip, br", "x", "answer_encoding"],
])("%s in the answer is Transient", async (_what, encoding, body, reason) => {
  const url = await serve((_request, response) => {
    response.writeHead(200, { "content-encoding": encoding }).end(body);
  });
  expect((await failure(get(url))).reason).toBe(reason);
});

test("an answer without a body needs no unpacking", async () => {
  const url = await serve((_request, response) => {
    response.writeHead(200, { "content-encoding": "gzip" }).end();
  });
  expect(await get(url, { method: "HEAD" })).toMatchObject({ status: 200, text: "" });
});

test("a refused connection is told in one sentence, without path, query or credentials", async () => {
  const server = await listen(() => {});
  await server[Symbol.asyncDispose]();
  const { host } = new URL(server.url);
  const error = await failure(get(`${server.url}/secret-path?token=secret`));
  expect(error.reason).toBe("unreachable");
  expect(error.message).toBe(`thing: ${host} cannot be reached (ECONNREFUSED)`);
});

test.each<[what: string, cut: (response: ServerResponse) => void]>([
  ["before the answer", (response) => void response.socket?.resetAndDestroy()],
  [
    "in the middle of it",
    (response) => {
      response.writeHead(200, { "content-length": "100" });
      response.write("x", () => response.socket?.resetAndDestroy());
    },
  ],
])("a connection lost %s is Transient", async (_what, cut) => {
  const url = await serve((_request, response) => cut(response));
  expect((await failure(get(url))).reason).toBe("connection_lost");
});

test("the caller's signal ends the call with its own reason", async () => {
  const { promise: reached, resolve } = Promise.withResolvers<void>();
  const url = await serve((_request, response) => {
    response.writeHead(200).write("{");
    resolve();
  });
  const stop = new AbortController();
  const reason = new Error("the daemon stops");
  const calling = expect(get(url, {}, stop.signal)).rejects.toBe(reason);
  await reached;
  stop.abort(reason);
  await calling;
  await expect(get(url, {}, stop.signal)).rejects.toBe(reason);
});

describe("where the status says it all", () => {
  const endless: RequestListener = (_request, response) => {
    response.writeHead(201).write("x");
  };
  const tooLarge: RequestListener = (_request, response) => {
    response.writeHead(422).end("x".repeat(5_000));
  };

  test("a body that does not matter is not waited for", async () => {
    const url = await serve(endless);
    expect(await get(url, { ignoresBody: (status) => status === 201 })).toMatchObject({
      status: 201,
      text: "",
    });
  });

  test("one that matters still is", async () => {
    const url = await serve(endless);
    const calling = get(url, { ignoresBody: (status) => status === 200, deadlineMs: 80 });
    expect((await failure(calling)).reason).toBe("timeout");
  });

  test("an unreadable body counts as none where that is asked for", async () => {
    const url = await serve(tooLarge);
    expect(await get(url, { unreadableBody: "empty" })).toMatchObject({ status: 422, text: "" });
    expect((await failure(get(url))).reason).toBe("answer_too_large");
  });
});

test("connections are kept and used again", async () => {
  const sockets = new Set<Socket>();
  const url = await serve((request, response) => {
    sockets.add(request.socket);
    request.resume().once("end", () => response.end());
  });
  for (let calls = 0; calls < 10; calls++) await get(url);
  expect(sockets.size).toBeLessThan(5);
  const closed = [...sockets].map((socket) => once(socket, "close"));
  await connections.destroy();
  await Promise.all(closed);
});

test.each([
  ["https://user:pass@api.example.com:8443/p?token=1", "api.example.com:8443"],
  ["https://api.example.com/p", "api.example.com"],
  ["not a url", "an invalid URL"],
])("of %s only the host is shown", (url, host) => {
  expect(hostOf(url)).toBe(host);
});
