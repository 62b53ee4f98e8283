import { afterAll, beforeAll, expect, test } from "vitest";
import type { ContactLog } from "../../src/model.ts";
import { type ModelEndpoint, startModel } from "../../src/simulator/model.ts";
import { type Played, play } from "../../src/simulator/player.ts";
import { edgeStories } from "../../src/simulator/stories/edge.ts";
import type { EdgeStory } from "../../src/simulator/story.ts";
import { type Daemon, startWorld, until, type World } from "../harness.ts";

/** Conversations without a customer are in no queue, and only queues are listened to. */
const unheard = ["edge-internal-call", "edge-agentless-message"];

let model: ModelEndpoint;
let world: World;
let daemon: Daemon;
const played = new Map<string, Played>();

/** All stories side by side, each an instant apart, in one daemon; it is stopped when all that can end has. */
beforeAll(async () => {
  model = await startModel();
  world = await startWorld({
    timing: { historyLagMs: 50, sweepEveryMs: 600_000 },
    llm: { provider: "openai", baseUrl: model.baseUrl, model: "test" },
  });
  daemon = world.start();
  await daemon.connected();
  await Promise.all(
    edgeStories.map(async (story) => {
      played.set(story.id, await play(world.platform, story, { stepMs: 8 }));
    }),
  );
  const logs = edgeStories.reduce((sum, { expect: { logs } }) => sum + logs, 0);
  const skips = edgeStories.filter(({ id, expect: { skip } }) => skip && !unheard.includes(id)).length;
  await world.backend.waitFor(logs);
  // One more for the conversation that a conference took over.
  await until(() => skipped().length >= skips + 1, "the skips");
  await daemon.stop();
});

afterAll(async () => {
  await world?.[Symbol.asyncDispose]();
  await model?.[Symbol.asyncDispose]();
});

function skipped(): Record<string, unknown>[] {
  return daemon.lines.filter(({ msg }) => msg === "contact skipped");
}

function idsOf({ id }: EdgeStory): string[] {
  return played.get(id)?.conversations.map((conversation) => conversation.id) ?? [];
}

function logsOf(story: EdgeStory): ContactLog[] {
  const ids = idsOf(story);
  return world.backend.accepted
    .map(({ body }) => body as ContactLog)
    .filter(({ conversationId }) => ids.includes(conversationId));
}

/** Reasons, `merged` apart: a conversation that another took over is always beside the one that counts. */
function skipsOf(story: EdgeStory): unknown[] {
  const ids = idsOf(story);
  return skipped()
    .filter(({ key, reason }) => ids.includes(String(key)) && reason !== "merged")
    .map(({ reason }) => reason);
}

const logged = edgeStories.filter(({ expect }) => expect.logs > 0);
const silent = edgeStories.filter(({ expect, id }) => expect.logs === 0 && !unheard.includes(id));

test.each(logged)("$id: $expect.logs contact log, agents $expect.agents", (story) => {
  const logs = logsOf(story);
  expect(logs).toHaveLength(story.expect.logs);
  expect(skipsOf(story)).toEqual([]);
  for (const { agents, accountId, note, medium } of logs) {
    expect(agents.map(({ userId }) => userId)).toEqual(
      story.expect.agents?.map((name) => world.platform.organization.userId(name)),
    );
    expect(accountId).toBe(story.attributes.customerNumber);
    expect(medium).toBe(story.medium === "message" ? "message" : "voice");
    expect(note).not.toBe("");
  }
});

test.each(silent)("$id: no contact log, skipped as $expect.skip", (story) => {
  expect(logsOf(story)).toEqual([]);
  expect(skipsOf(story)).toEqual([story.expect.skip]);
});

test.each(edgeStories.filter(({ id }) => unheard.includes(id)))(
  "$id: in no queue, so it is neither logged nor skipped",
  (story) => {
    expect(idsOf(story)).toHaveLength(1);
    expect(logsOf(story)).toEqual([]);
    expect(daemon.text).not.toContain(idsOf(story)[0]);
  },
);

test("a conference: the conversation it took over is skipped as merged, the new one has the log", () => {
  const story = edgeStories.find(({ id }) => id === "edge-conference") as EdgeStory;
  const [first, second] = idsOf(story);
  expect(logsOf(story).map(({ conversationId }) => conversationId)).toEqual([second]);
  expect(skipped().filter(({ key }) => key === first)).toMatchObject([{ reason: "merged" }]);
});

test.each([
  ["both lines of a call that broke", ["uitgevallen in de hele straat", "vier uur opgelost"]],
  [
    "both languages of a call that changed it",
    ["kunnen we engels spreken", "on 1 june goes from the new account"],
  ],
  ["both agents of a conference", ["vier termijnen van 128 euro", "dan leg ik dat zo vast"]],
])("%s are read by the model", (_what, words) => {
  const asked = model.requests.map(({ body }) => JSON.stringify(body).toLowerCase());
  expect(asked.filter((text) => words.every((part) => text.includes(part)))).toHaveLength(1);
});

test("a callback is asked for the transcript of its call, not for one of the callback, which there never is", () => {
  const [id] = idsOf(edgeStories.find((story) => story.id === "edge-callback") as EdgeStory);
  const asked = world.platform.requests.filter(
    ({ path }) => path.includes(`${id}/`) && /transcripturl$/.test(path),
  );
  expect(asked.filter(({ status }) => status === 200)).toHaveLength(1);
});

test("every key is posted once, and nothing went wrong on the way", () => {
  const keys = world.backend.attempts.map(({ key }) => key);
  expect(new Set(keys).size).toBe(keys.length);
  expect(daemon.lines.filter(({ level }) => level === "error")).toEqual([]);
});
