import { existsSync, readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import { startPlatform } from "../../src/simulator/platform.ts";
import { play, quickConversation } from "../../src/simulator/player.ts";
import type { Step, Story } from "../../src/simulator/story.ts";
import type { Answered, Json } from "./client.ts";
import { Client, queueTopic } from "./client.ts";

/** The platform's published schemas, where they are at hand. */
const folder = new URL("../../../shared/genesys/", import.meta.url);
const absent = !existsSync(folder);

function load(name: string): Json {
  return JSON.parse(readFileSync(new URL(name, folder), "utf8"));
}

/** Every object with known properties has no others: what the platform does not send, the simulator must not. */
function closed(node: Json): Json {
  if (Array.isArray(node)) return node.map(closed);
  if (typeof node !== "object" || node === null) return node;
  const inner = Object.fromEntries(Object.entries(node).map(([name, part]) => [name, closed(part)]));
  const open =
    typeof inner.properties === "object" && inner.type === "object" && !("additionalProperties" in inner);
  return open ? { ...inner, additionalProperties: false } : inner;
}

function checker(document: Json): (pointer: string, value: unknown) => void {
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: true });
  ajv.addFormat("date-time", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  for (const format of ["int32", "int64", "float", "double", "uri", "date", "interval"])
    ajv.addFormat(format, true);
  ajv.addSchema({ ...document, $schema: undefined }, "document");
  return (pointer, value) => {
    ajv.validate({ $ref: `document#${pointer}` }, value);
    expect(ajv.errors ?? [], `${pointer}: ${JSON.stringify(value)?.slice(0, 2000)}`).toEqual([]);
  };
}

const steps: Record<Story["medium"], Step[]> = {
  voice: [
    { flow: "starts" },
    { says: "ivr", text: "Welcome." },
    { queue: "Support" },
    { rings: "Anna", outcome: "no-answer" },
    { answers: "Ben" },
    { says: "agent", text: "Hello." },
    { transfersTo: "Billing" },
    { answers: "Cleo" },
    { says: "customer", text: "Bye." },
    { customerLeaves: true },
  ],
  message: [
    { flow: "starts" },
    { says: "bot", text: "Welcome." },
    { noise: "structured", text: "Pick one" },
    { noise: "typing" },
    { queue: "Support" },
    { answers: "Ben" },
    { says: "agent", text: "Hello." },
    { noise: "receipt" },
    { noise: "system" },
    { agentLeaves: true },
    { says: "customer", text: "Bye." },
    { customerLeaves: true },
  ],
};

function storyOf(medium: Story["medium"]): Story {
  const attributes = { accountNumber: "A-1" };
  return {
    id: medium,
    title: medium,
    medium,
    language: "en-us",
    attributes,
    customerName: "Alex",
    steps: steps[medium],
  };
}

test.skipIf(absent)("REST answers are what the OpenAPI description says, errors included", async () => {
  const openapi = closed(load("genesys-subset.json"));
  // The SDK demands `version` of every embedded user; the platform sends references without it.
  openapi.components.schemas.User.required = [];
  const check = checker(openapi);
  await using platform = await startPlatform({ transcriptDelayMs: 0 });
  const client = new Client(platform);
  const seen = new Set<string>();

  /** Calls an operation by its path in the description and holds the answer against what is declared for its status. */
  async function tour(
    method: string,
    template: string,
    ids: Record<string, string> = {},
    body?: unknown,
    query = "",
  ) {
    const path = template.replace(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? "missing");
    const answer = await client.call(method.toUpperCase(), `${path}${query}`, body);
    verify(method, `/api/v2${template}`, answer);
    return answer;
  }

  function verify(method: string, template: string, { status, body, headers }: Answered): void {
    seen.add(`${method} ${template} ${status}`);
    const operation = `/paths/${template.replaceAll("/", "~1")}/${method}`;
    const declared = openapi.paths[template]?.[method]?.responses?.[status];
    expect(declared, `${method} ${template} ${status} is not declared`).toBeDefined();
    if (template.startsWith("/api/")) expect(headers.get("inin-correlation-id")).toBeTruthy();
    const pointer = declared.$ref?.slice(1) ?? `${operation}/responses/${status}`;
    const response =
      declared.$ref === undefined ? declared : openapi.components.responses[declared.$ref.split("/").at(-1)];
    if (response.content !== undefined && method !== "head") {
      check(`${encodeURI(pointer)}/content/application~1json/schema`, body);
    }
  }

  verify("post", "/oauth/token", await client.login("wrong"));
  await tour("get", "/organizations/me");
  verify("post", "/oauth/token", await client.login());
  await tour("get", "/organizations/me");
  await tour("get", "/tokens/me");
  await tour("get", "/routing/queues", {}, undefined, "?pageSize=1");

  const { body: channel } = await tour("post", "/notifications/channels");
  await tour("get", "/notifications/channels");
  await tour("head", "/notifications/channels/{channelId}", { channelId: channel.id });
  const subscriptions = "/notifications/channels/{channelId}/subscriptions";
  const topics = platform.queues.map(({ name }) => ({ id: queueTopic(platform, name) }));
  await tour("put", subscriptions, { channelId: channel.id }, topics);
  await tour("put", subscriptions, { channelId: channel.id }, [{ id: "nonsense" }]);
  platform.faults.denyTopics(/messages$/);
  const denied = [...topics, { id: queueTopic(platform, "Support", ".messages") }];
  await tour("post", subscriptions, { channelId: channel.id }, denied);
  await tour("post", subscriptions, { channelId: channel.id }, denied, "?ignoreErrors=true");
  await tour("get", subscriptions, { channelId: channel.id });
  await tour("delete", subscriptions, { channelId: channel.id });
  await tour("get", subscriptions, { channelId: "streaming-0-none" });

  const ids: Json = {};
  for (const medium of ["voice", "message"] as const) {
    const { conversation } = await play(platform, storyOf(medium), { stepMs: 1 });
    ids[medium] = { conversationId: conversation.id, communicationId: conversation.customer.communicationId };
    await tour("get", "/conversations/{conversationId}", ids[medium]);
  }
  await tour("get", "/conversations/{conversationId}", { conversationId: "none" });
  const bulk = "/conversations/messages/{conversationId}/messages/bulk";
  const messageIds =
    platform.conversations.get(ids.message.conversationId)?.utterances.map(({ id }) => id) ?? [];
  expect((await tour("post", bulk, ids.message, messageIds)).body.entities).toHaveLength(messageIds.length);
  const messageId = messageIds[0] ?? "";
  await tour("get", "/conversations/messages/{conversationId}/messages/{messageId}", {
    ...ids.message,
    messageId,
  });

  const transcript =
    "/speechandtextanalytics/conversations/{conversationId}/communications/{communicationId}/transcripturl";
  const { body: presigned } = await tour("get", transcript, ids.voice);
  await tour("get", transcript, ids.message);
  // The file's schema is left open: it is older than `decoratedText` and `phraseIndex`.
  checker(load("sta-transcript.schema.json"))("", await (await fetch(presigned.url)).json());

  const day = 86_400_000;
  const interval = (days: number) =>
    `${new Date(Date.now() - days * day).toISOString()}/${new Date().toISOString()}`;
  const details = "/analytics/conversations/details/query";
  expect((await tour("post", details, {}, { interval: interval(1) })).body.conversations).toHaveLength(2);
  await tour("post", details, {}, { interval: interval(40) });
  expect(seen.size).toBe(24);
});

test.skipIf(absent)(
  "events and system frames are what the topic schemas say, at every step of a story",
  async () => {
    const topics = closed(load("topics.json"));
    const check = checker(topics);
    const schemaOf = (topicName: string): string => {
      const id = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|streaming-0-[0-9a-f]+/g;
      const topic = topics.topics.find((known: Json) => known.topic === topicName.replace(id, "{id}"));
      expect(topic, topicName).toBeDefined();
      return topic.schema.$ref.slice(1);
    };
    await using platform = await startPlatform();
    const client = await Client.of(platform);
    const wanted = ["", ".calls", ".messages"].flatMap((suffix) =>
      platform.queues.map(({ name }) => queueTopic(platform, name, suffix)),
    );
    using socket = await client.listen(...wanted);
    await client.subscribe(socket.channelId, wanted);
    await Promise.all([
      play(platform, storyOf("voice"), { stepMs: 1 }),
      play(platform, storyOf("message"), { stepMs: 1 }),
    ]);
    quickConversation(platform);
    platform.faults.socketClosing();
    platform.faults.revokeTokens();
    await socket.settled();
    platform.faults.evictChannels();
    await socket.closed();

    const frames = socket.frames.filter(({ topicName }) => topicName !== "channel.metadata");
    for (const { topicName, version, eventBody, metadata } of frames) {
      check(schemaOf(topicName), eventBody);
      expect([version, typeof metadata.CorrelationId]).toEqual(["2", "string"]);
    }
    const kinds = new Set(frames.map(({ topicName }) => schemaOf(topicName).split("/").at(-1)));
    expect([...kinds].toSorted()).toEqual([
      "QueueConversationCallEventTopicCallConversation",
      "QueueConversationEventTopicConversation",
      "QueueConversationMessageEventTopicMessageConversation",
      "SystemMessageSystemMessage",
      "UpdatedTopicSystemMessage",
    ]);
  },
);
