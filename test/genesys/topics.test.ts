import fc from "fast-check";
import { expect, test } from "vitest";
import {
  maxQueueChannels,
  maxTopicsPerChannel,
  packTopics,
  queueOfTopic,
  topicOfQueue,
} from "../../src/genesys/topics.ts";

test.each([
  [topicOfQueue("q-1"), "q-1"],
  [
    "v2.routing.queues.9a58c219-0000-4000-8000-0000000000a1.conversations",
    "9a58c219-0000-4000-8000-0000000000a1",
  ],
  ["v2.routing.queues.q-1.conversations.calls", undefined],
  ["v2.routing.queues.q-1.conversations?", undefined],
  ["v2.routing.queues.q-1.users", undefined],
  ["v2.users.u-1.conversations", undefined],
  ["channel.metadata", undefined],
  ["", undefined],
])("the queue of topic %j is %j", (topic, queue) => {
  expect(queueOfTopic(topic)).toBe(queue);
});

test("the limits are the platform's: twenty channels of a thousand topics, one of them kept for signs", () => {
  expect([maxTopicsPerChannel, maxQueueChannels]).toEqual([1_000, 19]);
});

test("whatever comes and goes: nothing is lost or doubled, no limit is passed, what is placed stays placed", () => {
  const topics = (from: number, count: number): string[] =>
    Array.from({ length: count }, (_, index) => topicOfQueue(String((from + index) % 30_000)));
  const step = fc.oneof(
    fc.tuple(fc.nat({ max: 29_999 }), fc.nat({ max: 2_500 })),
    fc.tuple(fc.nat({ max: 29_999 }), fc.integer({ min: 18_000, max: 24_000 })),
  );
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 4 }), (steps) => {
      let placed: string[][] = [];
      for (const [from, count] of steps) {
        const wanted = topics(from, count);
        const { channels, left } = packTopics(wanted, placed);
        expect(channels.length).toBeLessThanOrEqual(maxQueueChannels);
        expect(Math.max(0, ...channels.map(({ length }) => length))).toBeLessThanOrEqual(maxTopicsPerChannel);
        const all = [...channels.flat(), ...left];
        expect(all).toHaveLength(new Set(all).size);
        expect(new Set(all)).toEqual(new Set(wanted));
        if (left.length > 0) expect(channels.flat()).toHaveLength(maxQueueChannels * maxTopicsPerChannel);
        const still = new Set(wanted);
        for (const [index, before] of placed.entries()) {
          const now = new Set(channels[index]);
          expect(before.filter((topic) => still.has(topic) && !now.has(topic))).toEqual([]);
        }
        placed = channels;
      }
    }),
    { numRuns: 15 },
  );
});

test("a topic wanted twice is placed once", () => {
  expect(packTopics(["a", "a", "b"], [])).toEqual({ channels: [["a", "b"]], left: [] });
});

test("a channel that lost all its topics keeps its place, for the others not to move", () => {
  expect(packTopics(["b"], [["a"], ["b"]])).toEqual({ channels: [[], ["b"]], left: [] });
});
