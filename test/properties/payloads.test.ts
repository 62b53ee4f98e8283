import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ContactlogdError } from "../../src/errors.ts";
import { parseAnalyticsPage, parseSearchPage } from "../../src/genesys/analytics.ts";
import { parseConversation } from "../../src/genesys/conversation.ts";
import { parseChannel, parseQueue, parseQueuePage, parseSubscriptions } from "../../src/genesys/payloads.ts";
import { parseMessages, parseTranscript, parseTranscriptUrl } from "../../src/genesys/words.ts";
import { createMedia } from "../../src/media/index.ts";
import { readEvent } from "../../src/sources/eventbridge.ts";
import { iso } from "../../src/time.ts";
import { Dice } from "../faults/dice.ts";
import type { Json } from "../fuzz/change.ts";
import { absent, type Maker, platformMakers } from "../fuzz/schemas.ts";

/*
 * Whatever the platform sends within its published schemas, and a little beyond: read, or refused by an error that
 * says so; never another one. The schemas are read where they are at hand.
 */

const makers = absent ? undefined : platformMakers();

function holds(make: Maker | undefined, read: (value: Json) => void, runs = 150): void {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const value = (make as Maker)(new Dice(seed));
      try {
        read(value);
      } catch (error) {
        if (!(error instanceof ContactlogdError)) throw error;
        expect(error.message).toMatch(/^[\w ]+: /);
      }
    }),
    { numRuns: runs, seed: 7 },
  );
}

const judged = createMedia({
  api: undefined as never,
  timing: { transcriptFirstMs: 1, transcriptGiveUpMs: 1 },
  isCrowded: () => false,
  queue: async () => undefined,
});

describe.skipIf(absent)("the platform's schemas", () => {
  test.each(["Conversation"])("REST %s is read, hinted and judged", (name) => {
    holds(makers?.rest(name), (value) => {
      const conversation = parseConversation(value);
      judged.hint(conversation);
      for (const at of [conversation.startedAt, conversation.endedAt]) if (at !== undefined) iso(at);
    });
  });

  test.each([
    "v2.routing.queues.{id}.conversations",
    "v2.routing.queues.{id}.conversations.calls",
    "v2.routing.queues.{id}.conversations.messages",
  ])("topic %s", (name) => {
    holds(makers?.topic(name), (value) => judged.hint(parseConversation(value)));
  });

  test("a transcript file", () => {
    holds(makers?.transcript, parseTranscript);
  });

  test.each<readonly [string, (value: Json) => unknown]>([
    ["MessageData", (value) => parseMessages({ entities: [value] })],
    ["Queue", parseQueue],
    ["QueueEntityListing", parseQueuePage],
    ["Channel", parseChannel],
    ["ChannelTopicEntityListing", parseSubscriptions],
    ["AnalyticsConversationQueryResponse", parseAnalyticsPage],
    ["JsonSearchResponse", parseSearchPage],
    ["TranscriptUrl", parseTranscriptUrl],
  ])("REST %s", (name, read) => {
    holds(makers?.rest(name), read);
  });

  test.each(["user.end", "customer.end", "acw"])("EventBridge %s", (name) => {
    const topic = `v2.detail.events.conversation.{id}.${name}`;
    holds(makers?.topic(topic), (eventBody) => {
      const detail = { topicName: topic, eventBody };
      readEvent({ source: "aws.partner/x", "detail-type": topic, detail });
      readEvent(eventBody);
    });
  });
});
