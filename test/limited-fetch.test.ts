import type { RequestListener } from "node:http";
import { gzipSync } from "node:zlib";
import { afterEach, expect, test } from "vitest";
import { Transient } from "../src/errors.ts";
import { limitedFetch } from "../src/limited-fetch.ts";
import { type Loopback, listen } from "../src/simulator/loopback.ts";

const tooMuch = 5 * 2 ** 20;
let server: Loopback | undefined;

afterEach(async () => {
  await server?.[Symbol.asyncDispose]();
  server = undefined;
});

async function serve(handler: RequestListener): Promise<string> {
  server = await listen(handler);
  return server.url;
}

test("what is small enough comes through with its status and headers", async () => {
  const url = await serve((request, response) => {
    response.writeHead(201, { "x-one": "1" });
    request.pipe(response);
  });
  const response = await limitedFetch(url, { method: "POST", body: '{"a":1}' });
  expect([response.status, response.ok, response.headers.get("x-one")]).toEqual([201, true, "1"]);
  expect(await response.json()).toEqual({ a: 1 });
});

test("an answer without a body is one too", async () => {
  const url = await serve((_request, response) => {
    response.writeHead(204).end();
  });
  const response = await limitedFetch(url);
  expect([response.status, await response.text()]).toEqual([204, ""]);
});

test.each<[what: string, headers: Record<string, string>, body: Buffer]>([
  ["megabytes", {}, Buffer.alloc(tooMuch)],
  ["a few bytes that unpack to megabytes", { "content-encoding": "gzip" }, gzipSync(Buffer.alloc(tooMuch))],
])("%s are Transient, not read to their end", async (_what, headers, body) => {
  const url = await serve((_request, response) => {
    response.writeHead(200, headers).end(body);
  });
  const error = await (await limitedFetch(url)).text().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(Transient);
  expect((error as Transient).reason).toBe("model_answer_too_large");
});

test("a redirect is not followed, so that the key goes nowhere else", async () => {
  const paths: (string | undefined)[] = [];
  const url = await serve((request, response) => {
    paths.push(request.url);
    response.writeHead(307, { location: "/elsewhere" }).end();
  });
  await expect(limitedFetch(url, { redirect: "follow" })).rejects.toThrow("fetch failed");
  expect(paths).toEqual(["/"]);
});

test("the signal ends it in the middle of the body", async () => {
  const url = await serve((_request, response) => void response.writeHead(200).write("{"));
  const stop = new AbortController();
  const response = await limitedFetch(url, { signal: stop.signal });
  const reading = expect(response.text()).rejects.toThrow("stopped");
  stop.abort(new Error("stopped"));
  await reading;
});
