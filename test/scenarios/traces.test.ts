import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { startModel } from "../../src/simulator/model.ts";
import { type QuickOptions, quickConversation } from "../../src/simulator/player.ts";
import { cli, killChildren } from "../cli.ts";
import { type Daemon, startWorld, until, type World, type WorldOptions } from "../harness.ts";
import { type SeenSpan, startCollector, type TestCollector } from "../tracing/collector.ts";

afterEach(killChildren);

const attributes = { customerNumber: "HLD-1", authenticated: "true" };

interface Scene extends AsyncDisposable {
  readonly world: World;
  readonly daemon: Daemon;
  readonly collector: TestCollector;
}

// biome-ignore lint/suspicious/noExplicitAny: tests put into it whatever a person may write
type File = any;

async function begin(
  options: WorldOptions = {},
  tracing: object = {},
  more: (file: File) => void = () => {},
): Promise<Scene> {
  const collector = await startCollector();
  const edit = (file: File): void => {
    file.tracing = { endpoint: collector.endpoint, ...tracing };
    more(file);
  };
  const world = await startWorld({ ...options, edit });
  const daemon = world.start();
  await daemon.connected();
  return {
    world,
    daemon,
    collector,
    async [Symbol.asyncDispose]() {
      await world[Symbol.asyncDispose]();
      await collector[Symbol.asyncDispose]();
      expect(collector.problems).toEqual([]);
    },
  };
}

function end({ world }: Scene, options: QuickOptions = {}): string {
  const { platform } = world;
  return quickConversation(platform, { queue: "Helder Facturen", attributes, durationMs: 2_000, ...options })
    .id;
}

/** The trace of a contact, once its own span is there. */
async function traceOf({ collector }: Scene, outcome: string): Promise<SeenSpan[]> {
  const root = await until(
    () => collector.spans.find((span) => span.attributes["contactlogd.outcome"] === outcome),
    `the span of a contact that is ${outcome}`,
    30_000,
    () => JSON.stringify(collector.spans, null, 1),
  );
  return collector.spans.filter(({ traceId }) => traceId === root.traceId);
}

const rootOf = (trace: readonly SeenSpan[]): SeenSpan =>
  trace.find(({ name, parentSpanId }) => name === "contact" && parentSpanId === undefined) as SeenSpan;

test("a call is one trace: from its end to its settling, each try of each stage beneath it", async () => {
  await using model = await startModel();
  await using scene = await begin({ llm: { provider: "openai", baseUrl: model.baseUrl, model: "m" } });
  scene.world.backend.fail({ status: 503, times: 1 });
  scene.world.platform.faults.rest({ path: /transcripturl$/, status: 404, body: {}, times: 1 });
  const id = end(scene);
  const trace = await traceOf(scene, "posted");
  const root = rootOf(trace);

  expect(root.attributes).toMatchObject({
    "contactlogd.key": id,
    "contactlogd.brand": "helder",
    "contactlogd.medium": "voice",
    "contactlogd.outcome": "posted",
    "contactlogd.failures": 1,
    "gen_ai.usage.input_tokens": expect.any(Number),
  });
  expect(root.resource).toMatchObject({
    "service.name": "contactlogd",
    "service.version": expect.stringMatching(/^\d+\.\d+\.\d+/),
    "service.instance.id": expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
  expect(root.events.map(({ name }) => name)).toEqual(
    expect.arrayContaining(["ended", "recorded", "written", "posting", "failed", "posted"]),
  );
  expect(root.events.find(({ name }) => name === "failed")?.attributes).toEqual({
    "contactlogd.reason": "destination_error",
  });
  expect(root.status.code).toBe(0);

  const stages = trace.filter((span) => span !== root);
  expect(new Set(stages.map(({ parentSpanId }) => parentSpanId))).toEqual(new Set([root.spanId]));
  expect(stages[0]?.name).toBe("look");
  expect(stages.filter(({ name }) => name === "fetch").length).toBeGreaterThan(1);
  expect(stages.find(({ name }) => name === "fetch")).toMatchObject({
    attributes: { "contactlogd.reason": "transcript" },
    status: { code: 0 },
  });
  expect(stages.filter(({ name }) => name === "summarise").map((span) => span.attributes)).toEqual([
    {
      "gen_ai.operation.name": "chat",
      "gen_ai.response.model": expect.any(String),
      "gen_ai.usage.input_tokens": root.attributes["gen_ai.usage.input_tokens"],
      "gen_ai.usage.cache_read.input_tokens": expect.any(Number),
      "gen_ai.usage.output_tokens": expect.any(Number),
      "contactlogd.model_requests": expect.any(Number),
    },
  ]);
  const posts = stages.filter(({ name }) => name === "post");
  expect(posts.map((span) => [span.attributes["http.response.status_code"], span.status.code])).toEqual([
    [503, 2],
    [201, 0],
  ]);
  expect(posts[0]?.attributes).toMatchObject({
    "error.type": "destination_error",
    "contactlogd.destination": "main",
  });
  for (const span of stages) {
    expect(BigInt(span.startTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(root.startTimeUnixNano));
    expect(BigInt(span.endTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(span.startTimeUnixNano));
  }
});

test("no header more goes to the backend", async () => {
  await using scene = await begin();
  end(scene);
  await traceOf(scene, "posted");
  expect(scene.world.backend.attempts.map(({ headers }) => Object.keys(headers).sort())).toEqual([
    ["authorization", "connection", "content-length", "content-type", "host", "idempotency-key"],
  ]);
});

test("where it is wanted, the backend is told the trace, in every try the same", async () => {
  await using scene = await begin({}, { propagate: true });
  scene.world.backend.fail({ status: 503, times: 1 });
  end(scene);
  const { traceId, spanId } = rootOf(await traceOf(scene, "posted"));
  const told = `00-${traceId}-${spanId}-01`;
  expect(scene.world.backend.attempts.map(({ headers }) => headers.traceparent)).toEqual([told, told]);
});

test("a chat's session and a contact that is skipped have traces of their own", async () => {
  await using scene = await begin();
  const chat = end(scene, { medium: "message", queue: "Noordlicht Chat" });
  const skipped = end(scene, { attributes: {} });
  const told = rootOf(await traceOf(scene, "posted"));
  expect(told.attributes["contactlogd.medium"]).toBe("message");
  expect(told.attributes["contactlogd.key"]).toMatch(new RegExp(`^${chat}:`));
  const other = await traceOf(scene, "skipped");
  expect(rootOf(other)).toMatchObject({
    attributes: { "contactlogd.key": skipped, "contactlogd.reason": "no_account" },
    status: { code: 0 },
  });
  expect(other.map(({ name }) => name).sort()).toEqual(["contact", "look"]);
  expect(rootOf(other).traceId).not.toBe(told.traceId);
});

test("a dead letter and its replay are one trace", async () => {
  await using scene = await begin();
  scene.world.backend.fail({ status: 422, times: 1 });
  const id = end(scene);
  const dead = rootOf(await traceOf(scene, "dead"));
  expect(dead).toMatchObject({ attributes: { "error.type": "http_422" }, status: { code: 2 } });
  const replay = cli(["dead", "replay", "--id", id, "--config", scene.world.configPath]);
  expect(await replay.exit, replay.output).toBe(0);
  const trace = await traceOf(scene, "posted");
  expect(rootOf(trace)).toEqual(dead);
  const again = trace.find((span) => span.attributes["contactlogd.outcome"] === "posted");
  expect(again).toMatchObject({ name: "contact", parentSpanId: dead.spanId, status: { code: 0 } });
  expect(again?.events.map(({ name }) => name)).toEqual(["replayed", "posting", "posted"]);
  expect(trace.filter(({ name }) => name === "post")).toHaveLength(2);
  expect(new Set(trace.map(({ spanId }) => spanId)).size).toBe(trace.length);
});

test("a contact of several destinations has one span of its own, when the last of them has settled", async () => {
  await using scene = await begin({}, {}, (file) => {
    const [{ destination }] = file.brands;
    const elsewhere = { ...destination, id: "elsewhere", url: `${file.genesys.baseUrl}/nowhere` };
    file.brands[0].destinations = [{ ...destination, id: "crm" }, elsewhere];
    delete file.brands[0].destination;
  });
  end(scene);
  const trace = await traceOf(scene, "dead");
  await scene.daemon.stop();
  expect(scene.world.backend.accepted).toHaveLength(1);
  const posts = trace.filter(({ name }) => name === "post");
  expect(
    posts.map(({ attributes: one }) => [one["contactlogd.destination"], one["http.response.status_code"]]),
  ).toEqual([
    ["crm", 201],
    ["elsewhere", 404],
  ]);
  expect(scene.collector.spans.filter(({ name }) => name === "contact")).toEqual([rootOf(trace)]);
});

test("what is written before a restart and posted after it is one trace, under keyed hashes too", async () => {
  await using scene = await begin({}, {});
  const { world, collector } = scene;
  await scene.daemon.stop();
  const daemon = hashing(world).start();
  await daemon.connected();
  world.backend.fail({ hang: true, times: 1 });
  const id = end(scene);
  await until(() => world.backend.attempts.length === 1, "a post under way");
  await daemon.kill();
  expect(collector.spans.at(-1)?.attributes["contactlogd.reason"]).toBe("aborted");
  expect(collector.spans.map(({ name }) => name)).toEqual(["look", "fetch", "summarise", "post"]);
  world.start();
  const trace = await traceOf(scene, "posted");
  const root = rootOf(trace);
  expect(trace.map(({ name }) => name)).toEqual(
    expect.arrayContaining(["look", "fetch", "summarise", "post", "contact"]),
  );
  expect(collector.spans).toHaveLength(trace.length);
  expect(new Set(trace.map(({ resource }) => resource["service.instance.id"])).size).toBe(2);
  expect(root.events.map(({ name }) => name)).toContain("written");
  expect(root.attributes["contactlogd.key"]).toMatch(/^[0-9a-f]{12}$/);
  expect(collector.requests.map(({ text }) => text).join("")).not.toContain(id);
});

test("a collector that is down or hangs delays nothing, is told of once, and gets what waited", async () => {
  await using scene = await begin({}, { timeoutMs: 100 });
  const { world, daemon, collector } = scene;
  collector.fault = { hang: true };
  const ids = [1, 2, 3].map(() => end(scene));
  expect((await world.backend.waitFor(3)).map(({ key }) => key).sort()).toEqual(ids.toSorted());
  await until(() => collector.requests.length >= 2, "a second try");
  const failing = daemon.lines.filter(({ msg }) => msg === "traces cannot be sent: contacts go on without");
  expect(failing).toHaveLength(1);
  expect(failing[0]?.detail).toContain("no complete answer within 100 ms");
  collector.fault = undefined;
  await daemon.logged("traces are sent again");
  await until(() => collector.spans.filter(({ name }) => name === "contact").length === 3, "three traces");
  const sent = collector.spans.length;
  expect(await daemon.metrics()).toContain(`contactlogd_spans_total{outcome="sent"} ${sent}`);
});

test("one that refuses costs its spans, and its answer is in no log", async () => {
  await using scene = await begin({}, { headers: { "x-key": "geheim-0123456789" } });
  const { daemon, collector } = scene;
  collector.fault = { status: 401, body: "kanarie" };
  end(scene);
  const line = await daemon.logged("traces cannot be sent: contacts go on without");
  expect(line.detail).toMatch(/^collector 127\.0\.0\.1:\d+: HTTP 401$/);
  expect(collector.requests[0]?.headers["x-key"]).toBe("geheim-0123456789");
  await scene.world.backend.waitFor(1);
  expect(await daemon.metrics()).toMatch(/contactlogd_spans_total\{outcome="refused"\} [1-9]/);
  await daemon.stop();
  expect(daemon.text).not.toMatch(/kanarie|geheim/);
});

test("with a ratio of 0 nothing is sent", async () => {
  await using scene = await begin({}, { sampleRatio: 0 });
  end(scene);
  await scene.world.backend.waitFor(1);
  await scene.daemon.stop();
  expect(scene.collector.requests).toEqual([]);
});

test("a contact that is found at its destination after the state file was put there by hand has its trace", async () => {
  await using there = createServer((_request, response) => response.end());
  await new Promise<void>((resolve) => there.listen(0, "127.0.0.1", resolve));
  const lookup = `http://127.0.0.1:${(there.address() as AddressInfo).port}/{key}`;
  await using scene = await begin({ timing: { historyLagMs: 60 } }, {}, (file) => {
    for (const { destination } of file.brands) destination.lookup = lookup;
  });
  await scene.daemon.stop();
  rmSync(`${scene.world.stateFile}.generation`);
  const id = end(scene);
  const again = scene.world.start();
  await again.logged("contact log posted", { key: id, alreadyThere: true });
  const root = rootOf(await traceOf(scene, "posted"));
  expect(root.attributes).toMatchObject({ "contactlogd.key": id, "contactlogd.reason": "found_there" });
  expect(root.events.map(({ name }) => name)).not.toContain("posting");
  expect(scene.world.backend.attempts).toEqual([]);
});

/** The same world, with ids hashed wherever they are told. */
function hashing(world: World): World {
  const file = JSON.parse(readFileSync(world.configPath, "utf8"));
  writeFileSync(world.configPath, JSON.stringify({ ...file, log: {} }));
  return world;
}
