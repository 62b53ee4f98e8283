import { expect, test } from "vitest";
import type { ContactLog } from "../../src/model.ts";
import { startModel } from "../../src/simulator/model.ts";
import { quickConversation } from "../../src/simulator/player.ts";
import { type Daemon, startWorld, until, type World, type WorldOptions } from "../harness.ts";

const attributes = { customerNumber: "HLD-1", authenticated: "true" };

async function begin(
  options: WorldOptions = {},
): Promise<{ world: World; daemon: Daemon } & AsyncDisposable> {
  const world = await startWorld(options);
  const daemon = world.start();
  await daemon.connected();
  return { world, daemon, [Symbol.asyncDispose]: () => world[Symbol.asyncDispose]() };
}

function endCall({ platform }: World): string {
  return quickConversation(platform, { queue: "Helder Facturen", attributes, durationMs: 2_000 }).id;
}

test("I2 a lost reply is repeated with the same key and the same bytes, and 409 settles it", async () => {
  await using scene = await begin();
  const { world, daemon } = scene;
  world.backend.fail({ reset: "after", times: 1 });
  endCall(world);
  await daemon.logged("contact log posted", { status: 409, alreadyThere: true });
  expect(world.backend.accepted).toHaveLength(1);
  const [first, second] = world.backend.attempts;
  expect(second?.key).toBe(first?.key);
  expect(second?.text).toBe(first?.text);
});

test.each([429, 500, 502, 503])("a %i is tried again until it is taken", async (status) => {
  await using scene = await begin();
  scene.world.backend.fail({ status, times: 3 });
  endCall(scene.world);
  await scene.world.backend.waitFor(1);
  expect(scene.world.backend.attempts).toHaveLength(4);
});

test("what waits waits no longer for a clock that is set back an hour", async () => {
  const { now } = Date;
  let setMs = 0;
  Date.now = () => now() + setMs;
  try {
    await using scene = await begin();
    const { world, daemon } = scene;
    world.backend.fail({ status: 503, times: 1, headers: { "retry-after": "1" } });
    const id = endCall(world);
    await daemon.logged("contact postponed", { id });
    setMs = -3_600_000;
    expect((await world.backend.waitFor(1)).map(({ key }) => key)).toEqual([id]);
  } finally {
    Date.now = now;
  }
});

test("a Retry-After of the backend is obeyed, never undercut", async () => {
  await using scene = await begin();
  scene.world.backend.fail({ status: 503, headers: { "retry-after": "1" }, times: 1 });
  endCall(scene.world);
  await scene.world.backend.waitFor(1);
  const [refused, taken] = scene.world.backend.attempts;
  expect((taken?.at ?? 0) - (refused?.at ?? 0)).toBeGreaterThanOrEqual(1_000);
});

test("another 4xx is a dead letter that carries the answer's text, without what it quotes", async () => {
  await using scene = await begin();
  const { world, daemon } = scene;
  world.backend.fail({
    status: 422,
    body: { error: "subcategory unknown", got: "question about my last invoice" },
    times: 1,
  });
  endCall(world);
  const line = await daemon.logged("contact is a dead letter", { reason: "http_422" });
  expect(line.detail).toContain("subcategory unknown");
  expect(daemon.text).not.toContain("about my last invoice");
  expect(await daemon.metrics()).toContain(
    'contactlogd_contacts_total{brand="helder",outcome="dead",reason="http_422"} 1',
  );
});

test("a backend that hangs is given up at destination.timeoutMs and asked again", async () => {
  await using scene = await begin();
  scene.world.backend.fail({ hang: true, times: 1 });
  endCall(scene.world);
  await scene.world.backend.waitFor(1);
  const [hung, taken] = scene.world.backend.attempts;
  expect((taken?.at ?? 0) - (hung?.at ?? 0)).toBeGreaterThanOrEqual(1_000);
});

test("I3 the model's answer is kept before the post: an outage of the backend buys no second one", async () => {
  await using model = await startModel();
  await using scene = await begin({ llm: { provider: "openai", baseUrl: model.baseUrl, model: "test" } });
  scene.world.backend.fail({ status: 503, times: 5 });
  endCall(scene.world);
  await until(() => scene.world.backend.attempts.length > 0, "the first post");
  const bought = model.requests.length;
  await scene.world.backend.waitFor(1);
  expect(scene.world.backend.attempts.length).toBeGreaterThan(1);
  expect(model.requests).toHaveLength(bought);
});

test("a model that is down, slow to allow, or talks nonsense costs its contact a try, not the contact", async () => {
  await using model = await startModel();
  await using scene = await begin({
    llm: { provider: "openai", baseUrl: model.baseUrl, model: "test", timeoutMs: 400 },
  });
  model.answers.push(
    { status: 500 },
    { status: 429, headers: { "retry-after": "1" } },
    { hang: true },
    { content: "not json" },
  );
  endCall(scene.world);
  const [accepted] = await scene.world.backend.waitFor(1);
  const log = accepted?.body as ContactLog;
  expect(log.category).toBe("Facturen");
  expect(model.requests).toHaveLength(5);
});

test("a model that refuses makes a dead letter, never a summary", async () => {
  await using model = await startModel();
  await using scene = await begin({ llm: { provider: "openai", baseUrl: model.baseUrl, model: "test" } });
  model.answers.push({ refusal: "I cannot help with that" });
  endCall(scene.world);
  await scene.daemon.logged("contact is a dead letter", { reason: "model_refused" });
  expect(scene.world.backend.attempts).toHaveLength(0);
});

test.each([
  [
    "HTML with 200",
    { status: 200, headers: { "content-type": "text/html" }, body: "<html>maintenance</html>" },
  ],
  ["an empty answer", { status: 200, body: "" }],
  ["half an answer", { status: 200, body: '{"id": "x", "participants": [' }],
  ["a reset", { reset: true }],
  ["a 500", { status: 500, body: "{}" }],
  ["a 401", { status: 401, body: "{}" }],
])("%s from the platform costs the contact a try", async (_what, fault) => {
  await using scene = await begin();
  scene.world.platform.faults.rest({ path: /^\/api\/v2\/conversations\/[^/]+$/, times: 1, ...fault });
  scene.world.platform.faults.rest({ path: /transcripturl$/, times: 1, ...fault });
  endCall(scene.world);
  await scene.world.backend.waitFor(1);
});

test("a transcript that comes late is logged late; one that never comes is counted so", async () => {
  await using scene = await begin({ timing: { transcriptGiveUpMs: 1_200 } });
  const { world, daemon } = scene;
  const base = { queue: "Helder Facturen", attributes, durationMs: 500 };
  const late = quickConversation(world.platform, { ...base, transcriptDelayMs: 600 }).id;
  const never = quickConversation(world.platform, {
    ...base,
    transcriptDelayMs: Number.POSITIVE_INFINITY,
  }).id;
  const [accepted] = await world.backend.waitFor(1);
  expect(accepted?.key).toBe(late);
  await daemon.logged("contact skipped", { key: never, reason: "no_transcript" });
});

test("I6 stopping drains: work in flight is finished, nothing new is claimed", async () => {
  await using scene = await begin();
  const { world, daemon } = scene;
  world.backend.fail({ delayMs: 400, times: 1 });
  endCall(world);
  await until(() => world.backend.attempts.length === 1, "the post to be under way");
  await daemon.stop();
  expect(world.backend.accepted).toHaveLength(1);
});

test("what does not drain in time is aborted and posted by the next run, once", async () => {
  await using scene = await begin({ timing: { drainMs: 200 } });
  const { world, daemon } = scene;
  world.backend.fail({ hang: true, times: 1 });
  const id = endCall(world);
  await until(() => world.backend.attempts.length === 1, "the post to be under way");
  await daemon.stop();
  await daemon.logged("still draining");
  world.start();
  await world.backend.waitFor(1);
  expect(world.backend.accepted.map(({ key }) => key)).toEqual([id]);
});

test("a dry run posts nothing, prints what it would have posted, and leaves no state", async () => {
  await using scene = await begin({ flags: { dryRun: true } });
  const { world, daemon } = scene;
  const id = endCall(world);
  await daemon.logged("contact skipped", { reason: "dry_run" });
  const would = JSON.parse(daemon.printed[0] ?? "{}") as ContactLog;
  expect(would.key).toBe(id);
  expect(would.provenance).not.toHaveProperty("evidence");
  expect(world.backend.attempts).toHaveLength(0);
});
