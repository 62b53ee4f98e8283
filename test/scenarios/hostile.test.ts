import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ModelEndpoint, startModel } from "../../src/simulator/model.ts";
import { quickConversation } from "../../src/simulator/player.ts";
import { type Daemon, startWorld, type World } from "../harness.ts";

interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

const html = "<!doctype html><title>Sign in</title><p>The proxy wants to know who you are.</p>";
const answers: readonly (readonly [what: string, answer: Answer])[] = [
  ["50 MB", { status: 200, body: Buffer.alloc(50 * 2 ** 20, " ") }],
  ["JSON nested a million deep", { status: 200, body: "[".repeat(1_000_000) }],
  ["closed JSON nested a million deep", { status: 200, body: `${"[".repeat(1e6)}${"]".repeat(1e6)}` }],
  ["HTML with 200", { status: 200, headers: { "content-type": "text/html" }, body: html }],
  [
    "a gzip bomb",
    { status: 200, headers: { "content-encoding": "gzip" }, body: gzipSync(Buffer.alloc(80 * 2 ** 20)) },
  ],
  ["invalid UTF-8", { status: 200, body: Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0xc3, 0x28, 0x22, 0x7d]) }],
  ["nothing", { status: 200, body: "" }],
  ["null", { status: 200, body: "null" }],
];

/** One daemon meets all of it: what it is told in one answer must not harm what comes after. */
let model: ModelEndpoint;
let world: World;
let daemon: Daemon;

beforeAll(async () => {
  model = await startModel();
  world = await startWorld({ llm: { provider: "openai", baseUrl: model.baseUrl, model: "test" } });
  daemon = world.start();
  await daemon.connected();
});

afterAll(async () => {
  await world?.[Symbol.asyncDispose]();
  await model?.[Symbol.asyncDispose]();
});

const upstreams: readonly (readonly [name: string, meet: (answer: Answer) => void])[] = [
  ["a conversation", (answer) => world.platform.faults.rest({ path: /conversations\/[^/]+$/, ...answer })],
  ["a transcript's address", (answer) => world.platform.faults.rest({ path: /transcripturl/, ...answer })],
  ["a transcript", (answer) => world.platform.faults.rest({ path: /^\/transcripts\//, ...answer })],
  ["the model", (answer) => void model.answers.push({ ...answer })],
];

describe.each(upstreams)("%s answers once with", (_name, meet) => {
  test.each(answers)(
    "%s: it costs a try, the log is posted, and the process lives",
    async (_what, answer) => {
      const before = world.backend.accepted.length;
      meet(answer);
      const { id } = quickConversation(world.platform, {
        queue: "Helder Facturen",
        attributes: { customerNumber: "HLD-1", authenticated: "true" },
        durationMs: 1_000,
      });
      await world.backend.waitFor(before + 1);
      expect(world.backend.accepted.at(-1)?.key).toBe(id);
    },
    10_000,
  );
});

test("every one of them was met: the platform's cost a try each, the model was asked once more", () => {
  const tries = daemon.lines.filter(({ msg }) => msg === "contact postponed").length;
  expect(tries).toBeGreaterThanOrEqual((upstreams.length - 1) * answers.length);
  expect(model.answers).toEqual([]);
  expect(model.requests.length).toBeGreaterThanOrEqual(world.backend.accepted.length + answers.length);
});

test("nothing of it was unforeseen, and nothing of it is in the log", () => {
  expect(daemon.lines.filter(({ msg }) => msg === "unforeseen error")).toEqual([]);
  expect(daemon.text).not.toContain("who you are");
  expect(daemon.text).not.toContain("[[[[");
});
