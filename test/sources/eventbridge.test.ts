import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { CaseLink } from "../../src/model.ts";
import { type EndEvent, maxEvents, readEvent, takeEvents } from "../../src/sources/eventbridge.ts";

const examples = new URL("../../../shared/genesys/examples/", import.meta.url);
const load = (name: string): unknown => JSON.parse(readFileSync(new URL(name, examples), "utf8"));
const real = existsSync(examples) ? readdirSync(new URL("real/", examples)) : [];

const body = { eventTime: 1, conversationId: "c-1", mediaType: "VOICE" };
const topic = (end: string): string => `v2.detail.events.conversation.c-1.${end}`;
const told = (end: string, eventBody: object = body) => ({ topicName: topic(end), version: "2", eventBody });
const bridged = (detail: unknown) => ({ source: "aws.partner/genesys.com/x", "detail-type": "x", detail });
const sns = (event: unknown) => ({ Type: "Notification", MessageId: "m", Message: JSON.stringify(event) });
const call: EndEvent = { conversationId: "c-1", isCall: true };

describe.skipIf(real.length === 0)("the published examples", () => {
  test.each(real.filter((name) => /^eventbridge.*-end-event|^user-end/.test(name)))(
    "%s is an end",
    (name) => {
      expect(readEvent(load(`real/${name}`))).toMatchObject({
        conversationId: expect.stringMatching(/^[\da-f-]{36}$/),
        isCall: name.startsWith("user-end"),
      });
    },
  );

  test("a start is ignored", () => {
    expect(readEvent(load("real/eventbridge-aws-event-bridge-conversation-start-event.json"))).toBe(
      "ignored",
    );
  });

  test.each(["acw", "customer.end", "user.end-peer"])("topic-detail-%s is an end", (name) => {
    expect(readEvent(load(`synthetic/topic-detail-${name}.json`))).toMatchObject({ isCall: true });
  });
});

describe("an end", () => {
  test.each<[what: string, event: unknown]>([
    ["in EventBridge's envelope", bridged(told("user.end"))],
    ["of the customer", bridged(told("customer.end"))],
    ["of the after-call work", bridged(told("acw"))],
    ["in the platform's envelope alone", told("user.end")],
    ["as a trigger hands it on", body],
    ["in SNS's envelope", sns(bridged(told("user.end")))],
    ["a callback's", told("user.end", { ...body, mediaType: "callback" })],
  ])("%s", (_what, event) => {
    expect(readEvent(event)).toEqual(call);
  });

  test.each(["MESSAGE", "CHAT", "EMAIL", undefined])("of %s may not be the last", (mediaType) => {
    expect(readEvent(told("user.end", { ...body, mediaType }))).toEqual({ ...call, isCall: false });
  });
});

test.each<[what: string, event: unknown]>([
  ["another topic", bridged(told("customer.start"))],
  ["a topic that only ends alike", told("flow.end")],
  ["a topic that only begins alike", told("user.end.x")],
  ["another source", { source: "aws.s3", "detail-type": "Object Created", detail: { bucket: {} } }],
  [
    "the question of SNS whether it is wanted",
    { Type: "SubscriptionConfirmation", SubscribeURL: "https://x" },
  ],
])("%s is ignored", (_what, event) => expect(readEvent(event)).toBe("ignored"));

test.each<[what: string, event: unknown]>([
  ["nothing", undefined],
  ["null", null],
  ["text", "text"],
  ["an empty object", {}],
  ["an end without its conversation", told("user.end", { eventTime: 1 })],
  ["an id that is none", { conversationId: "../x" }],
  ["an id without end", { conversationId: "x".repeat(101) }],
  ["an envelope of SNS around no JSON", { Type: "Notification", Message: "{" }],
])("%s is no event", (_what, event) => expect(readEvent(event)).toBeUndefined());

describe("what is taken", () => {
  async function take(value: unknown, known: readonly string[] = []) {
    const ends: EndEvent[] = [];
    const links: CaseLink[] = [];
    const answer = await takeEvents(value, {
      onEnd: async (end) => ends.push(end) > 0 && !known.includes(end.conversationId),
      onLink: async (link) => links.push(link),
    });
    return { answer, ends, links };
  }

  test("one event, several, or the text of one", async () => {
    const one = told("user.end");
    expect(await take(one)).toMatchObject({ answer: { recorded: 1, ignored: 0 }, ends: [call] });
    expect(await take(JSON.stringify(sns(one)))).toMatchObject({ answer: { recorded: 1 } });
    const several = [one, told("user.start"), { ...body, conversationId: "c-2" }];
    expect((await take(several, ["c-2"])).answer).toEqual({ recorded: 1, ignored: 2 });
  });

  test("a contact's case, as Amazon Connect Cases tells it", async () => {
    const relatedItem = {
      relatedItemType: "Contact",
      caseId: "case-7",
      contact: { contactArn: "arn:aws:connect:eu-central-1:1:instance/i/contact/contact-1" },
    };
    const event = {
      source: "aws.cases",
      "detail-type": "Amazon Connect Cases Change",
      detail: { eventType: "RELATED_ITEM.CREATED", relatedItem },
    };
    expect(await take(event)).toEqual({
      answer: { recorded: 1, ignored: 0 },
      ends: [],
      links: [{ contactId: "contact-1", caseId: "case-7" }],
    });
  });

  test("all or nothing, with the places of what cannot be read", async () => {
    const { answer, ends } = await take([told("user.end"), {}, told("acw"), "x"]);
    expect(answer).toEqual({ problems: ["1: is not an event", "3: is not an event"] });
    expect(ends).toEqual([]);
    expect((await take([])).answer).toEqual({ problems: [`must be 1 to ${maxEvents} events`] });
    expect((await take(Array.from({ length: 101 }, () => body))).answer).toHaveProperty("problems");
  });

  test("a failure to record is the taker's to tell", async () => {
    const failing = { onEnd: () => Promise.reject(new Error("disk")), onLink: async () => {} };
    await expect(takeEvents(body, failing)).rejects.toThrow("disk");
  });
});
