import { expect, test } from "vitest";
import { admit, crowdOf, crowdQueues, lateName } from "../../src/demo/crowd.ts";
import { startPlatform } from "../../src/simulator/platform.ts";

test("the crowd has calls, chats, late transcripts and ten reasons to skip, and every one of them ends", async () => {
  const names = ["Helder Facturen", "Helder Verhuizen", "Noordlicht Service", "Noordlicht Chat"];
  await using platform = await startPlatform({
    queues: [...names.map((name) => ({ name })), ...crowdQueues],
  });
  const plans = crowdOf(84);
  const guests = plans.flatMap((plan) => admit(platform, plan));
  expect(guests.map(({ conversationId }) => conversationId).toSorted()).toEqual(
    [...platform.conversations.keys()].toSorted(),
  );
  expect([...platform.conversations.values()].every(({ endTime }) => endTime !== undefined)).toBe(true);
  expect(
    new Set(guests.flatMap(({ expected }) => (expected.kind === "skip" ? [expected.reason] : []))),
  ).toEqual(
    new Set([
      "no_account",
      "no_transcript",
      "not_authenticated",
      "no_human_agent",
      "no_dialogue",
      "no_brand",
      "no_transcription",
      "unsupported_medium",
      "merged",
      "excluded_queue",
    ]),
  );
  expect(guests.filter(({ name }) => name === lateName).length).toBeGreaterThan(3);
  expect(plans.filter(({ options }) => options.medium === "message").length).toBeGreaterThan(20);
});
