import { expect, test } from "vitest";
import type { ContactLog } from "../../src/model.ts";
import { play } from "../../src/simulator/player.ts";
import { stories } from "../../src/simulator/stories.ts";
import { startWorld, until } from "../harness.ts";

test("a dozen conversations end: ten contact logs in the right backends, two skips with their reasons", async () => {
  await using world = await startWorld();
  const daemon = world.start();
  await daemon.connected();
  const played = await Promise.all(
    stories.map(async (story) => ({ story, ...(await play(world.platform, story, { stepMs: 5 })) })),
  );
  await world.backend.waitFor(10);
  await until(() => daemon.lines.filter(({ msg }) => msg === "contact skipped").length === 2, "two skips");
  await daemon.stop();

  expect(world.backend.accepted).toHaveLength(10);
  expect(world.backend.attempts).toHaveLength(10);
  for (const { story, conversationId, conversation } of played) {
    const logs = world.backend.accepted.filter(
      ({ body }) => (body as ContactLog).conversationId === conversationId,
    );
    const attributes = story.attributes;
    if (story.id === "helder-niet-geverifieerd" || story.id === "noordlicht-alleen-bot") {
      expect(logs, story.id).toHaveLength(0);
      continue;
    }
    expect(logs, story.id).toHaveLength(1);
    const log = logs[0]?.body as ContactLog;
    expect(logs[0]?.path).toBe(`/${log.brand}/contact-logs`);
    expect(story.id.startsWith(log.brand), story.id).toBe(true);
    expect(log.accountId).toBe(attributes.customerNumber);
    expect(log.medium).toBe(story.medium);
    expect(log.key.startsWith(conversationId)).toBe(true);
    expect(log.key === conversationId).toBe(story.medium === "voice");
    expect(log.startedAt).toBe(new Date(conversation.startTime).toISOString());
    expect(log.agents.length).toBeGreaterThan(0);
    expect(log.note).not.toBe("");
    expect(log.provenance.model).toBe("offline-extractive");
  }
  const skips = daemon.lines.filter(({ msg }) => msg === "contact skipped").map(({ reason }) => reason);
  expect(skips.sort()).toEqual(["no_human_agent", "not_authenticated"]);
});
