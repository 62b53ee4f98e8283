import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createDestination, destinationSchema } from "../../src/destinations/index.ts";
import { startBackend } from "../../src/simulator/backend.ts";
import { type Certificates, makeCertificates, startTlsFront } from "./certificates.ts";
import { context } from "./contract.ts";

let certificates: Certificates;
beforeAll(() => {
  certificates = makeCertificates();
});
afterAll(() => certificates[Symbol.dispose]());

async function reach(options: object, signal = AbortSignal.timeout(5_000)): Promise<unknown> {
  await using destination = createDestination(destinationSchema.parse(options), context);
  return await destination.reach?.(signal).catch((thrown: unknown) => thrown);
}

describe("http", () => {
  test("without a look-up it is connected to, and gets no request", async () => {
    await using backend = await startBackend();
    expect(await reach({ kind: "http", url: `${backend.url}/logs` })).toBe("it can be connected to");
    expect(backend.attempts).toEqual([]);
  });

  test.each([
    ["our certificate and its authority", true, "it can be connected to"],
    ["no certificate of ours, which it wants", false, { reason: "unreachable" }],
  ])("with TLS and %s", async (_what, ours, expected) => {
    const { ca, cert, key } = certificates;
    await using backend = await startBackend();
    await using front = await startTlsFront(backend.url, certificates);
    const tls = ours ? { ca, cert, key } : { ca };
    const outcome = await reach({ kind: "http", url: `${front.url}/logs`, tls });
    if (typeof expected === "string") expect(outcome).toBe(expected);
    else expect(outcome).toMatchObject(expected);
    expect(backend.attempts).toEqual([]);
  });

  test("a server nobody vouches for is not reached", async () => {
    await using backend = await startBackend();
    await using front = await startTlsFront(backend.url, certificates);
    const outcome = await reach({ kind: "http", url: `${front.url}/logs` });
    expect(outcome).toMatchObject({
      reason: "unreachable",
      message: expect.stringMatching(
        new RegExp(
          `${new URL(front.url).host} cannot be reached .+; its certificate's authority .+ tls\\.ca$`,
        ),
      ),
    });
  });

  test("whoever gives up is not kept waiting", async () => {
    const stop = new AbortController();
    // Of the documentation's addresses: nobody answers there.
    const waiting = reach({ kind: "http", url: "http://192.0.2.1/logs" }, stop.signal);
    stop.abort(new Error("given up"));
    expect(await waiting).toMatchObject({ message: "given up" });
  });

  test.each([
    [404, "its look-up does not know a key nobody posted"],
    [200, { reason: "lookup_failed", message: expect.stringContaining("a log nobody posted") }],
    [401, { reason: "lookup_failed", message: expect.stringContaining("HTTP 401") }],
  ])("with a look-up that answers %d", async (status, expected) => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      response.writeHead(status).end();
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const url = `http://127.0.0.1:${(server.address() as { port: number }).port}/logs`;
    const outcome = await reach({ kind: "http", url, lookup: `${url}/{key}` });
    if (typeof expected === "string") expect(outcome).toBe(expected);
    else expect(outcome).toMatchObject(expected);
    expect(asked).toEqual([expect.stringMatching(/^GET \/logs\/[0-9a-f-]{36}$/)]);
    server.closeAllConnections();
    server.close();
  });
});

describe("file", () => {
  test("what can be written is proved without leaving anything", async () => {
    const directory = mkdtempSync(join(tmpdir(), "contactlogd-reach-"));
    expect(await reach({ kind: "file", path: join(directory, "new/logs.jsonl") })).toBe(
      "its file can be written",
    );
    expect(readdirSync(directory)).toEqual([]);
    writeFileSync(join(directory, "file"), "");
    expect(await reach({ kind: "file", path: join(directory, "file/logs.jsonl") })).toMatchObject({
      name: "Transient",
      message: expect.stringMatching(/cannot be used \(ENOTDIR\)/),
    });
    rmSync(directory, { recursive: true });
  });
});
