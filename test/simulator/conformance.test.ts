import { expect, test } from "vitest";
import { startPlatform } from "../../src/simulator/platform.ts";
import { play, quickConversation } from "../../src/simulator/player.ts";
import { edgeStories } from "../../src/simulator/stories/edge.ts";
import type { Step, Story } from "../../src/simulator/story.ts";
import type { Json } from "./client.ts";
import { Client, queueTopic } from "./client.ts";
import { absent, checker, closed, load, undocumentedRequests } from "./openapi.ts";
import { Tour } from "./tour.ts";

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
  await using platform = await startPlatform({ transcriptDelayMs: 0 });
  const tour = new Tour(platform);
  const { client } = tour;

  tour.verify("post", "/oauth/token", await client.login("wrong"));
  await tour.call("get", "/organizations/me");
  tour.verify("post", "/oauth/token", await client.login());
  await tour.call("get", "/organizations/me");
  await tour.call("get", "/tokens/me");
  await tour.call("get", "/routing/queues", {}, undefined, "?pageSize=1");

  const { body: channel } = await tour.call("post", "/notifications/channels");
  await tour.call("get", "/notifications/channels");
  await tour.call("head", "/notifications/channels/{channelId}", { channelId: channel.id });
  const subscriptions = "/notifications/channels/{channelId}/subscriptions";
  const topics = platform.queues.map(({ name }) => ({ id: queueTopic(platform, name) }));
  await tour.call("put", subscriptions, { channelId: channel.id }, topics);
  await tour.call("put", subscriptions, { channelId: channel.id }, [{ id: "nonsense" }]);
  platform.faults.denyTopics(/messages$/);
  const denied = [...topics, { id: queueTopic(platform, "Support", ".messages") }];
  await tour.call("post", subscriptions, { channelId: channel.id }, denied);
  await tour.call("post", subscriptions, { channelId: channel.id }, denied, "?ignoreErrors=true");
  await tour.call("get", subscriptions, { channelId: channel.id });
  await tour.call("delete", subscriptions, { channelId: channel.id });
  await tour.call("get", subscriptions, { channelId: "streaming-0-none" });

  const ids: Json = {};
  for (const medium of ["voice", "message"] as const) {
    const { conversation } = await play(platform, storyOf(medium), { stepMs: 1 });
    ids[medium] = { conversationId: conversation.id, communicationId: conversation.customer.communicationId };
    await tour.call("get", "/conversations/{conversationId}", ids[medium]);
  }
  await tour.call("get", "/conversations/{conversationId}", { conversationId: "none" });
  const bulk = "/conversations/messages/{conversationId}/messages/bulk";
  const messageIds =
    platform.conversations.get(ids.message.conversationId)?.utterances.map(({ id }) => id) ?? [];
  expect((await tour.call("post", bulk, ids.message, messageIds)).body.entities).toHaveLength(
    messageIds.length,
  );
  const messageId = messageIds[0] ?? "";
  await tour.call("get", "/conversations/messages/{conversationId}/messages/{messageId}", {
    ...ids.message,
    messageId,
  });

  const transcript =
    "/speechandtextanalytics/conversations/{conversationId}/communications/{communicationId}/transcripturl";
  const { body: presigned } = await tour.call("get", transcript, ids.voice);
  await tour.call("get", transcript, ids.message);
  // The file's schema is left open: it is older than `decoratedText` and `phraseIndex`.
  checker(load("sta-transcript.schema.json"))("", await (await fetch(presigned.url)).json());

  const day = 86_400_000;
  const interval = (days: number) =>
    `${new Date(Date.now() - days * day).toISOString()}/${new Date().toISOString()}`;
  const details = "/analytics/conversations/details/query";
  expect((await tour.call("post", details, {}, { interval: interval(1) })).body.conversations).toHaveLength(
    2,
  );
  await tour.call("post", details, {}, { interval: interval(40) });
  expect(tour.seen.size).toBe(24);
});

const edgeQueues = ["Helder Facturen", "Helder Verhuizen", "Helder Storingen", "Noordlicht Chat"].map(
  (name) => ({
    name,
  }),
);

test.skipIf(absent)(
  "REST answers about edge stories are what the OpenAPI description says, too",
  async () => {
    await using platform = await startPlatform({ queues: edgeQueues, transcriptDelayMs: 0 });
    const tour = new Tour(platform);
    await tour.client.login();
    const expand = [
      "description",
      "enforced",
      "visibility",
      "transports",
      "requiresPermissions",
      "permissionDetails",
    ];
    const query = [...expand, "publicApiTemplateUriPaths", "topicParameters"].map((name) => `expand=${name}`);
    await tour.call("get", "/notifications/availabletopics", {}, undefined, `?${query.join("&")}`);
    const communication =
      "/speechandtextanalytics/conversations/{conversationId}/communications/{communicationId}";
    const file = checker(load("sta-transcript.schema.json"));
    const played = await Promise.all(edgeStories.map((story) => play(platform, story, { stepMs: 1 })));
    for (const { conversations } of played) {
      for (const conversation of conversations) {
        const conversationId = conversation.id;
        await tour.call("get", "/conversations/{conversationId}", { conversationId });
        await tour.call("get", "/analytics/conversations/{conversationId}/details", { conversationId });
        await tour.call("get", "/conversations/{conversationId}/recordings", { conversationId });
        await tour.call("get", "/conversations/{conversationId}/recordingmetadata", { conversationId });
        for (const { communicationId, media } of conversation.legs) {
          const ids = { conversationId, communicationId };
          const { status, body } = await tour.call("get", `${communication}/transcripturls`, ids);
          if (status === 200) file("", await (await fetch(body.urls[0].url)).json());
          if (media !== "email") continue;
          const mails = "/conversations/emails/{conversationId}/messages";
          const { body: listed } = await tour.call("get", mails, ids);
          await tour.call("get", `${mails}/{messageId}`, { ...ids, messageId: listed.entities[0].id });
        }
      }
    }
    const ids = [...platform.conversations.keys()].map((id) => `id=${id}`).join("&");
    await tour.call("get", "/analytics/conversations/details", {}, undefined, `?${ids}`);
    await tour.call("post", "/speechandtextanalytics/transcripts/search", {}, { types: ["transcripts"] });
    const from = new Date(Date.now() - 1000).toISOString();
    const interval = `${from}/${new Date(Date.now() + 1000).toISOString()}`;
    const paging = { pageSize: 100, pageNumber: 1 };
    const found = await tour.call("post", "/analytics/conversations/details/query", {}, { interval, paging });
    expect(found.body.conversations).toHaveLength(platform.conversations.size);
    expect(undocumentedRequests(platform.requests)).toEqual([]);
  },
);

test.skipIf(absent)("requests the platform does not know are told of, each once", async () => {
  await using platform = await startPlatform();
  const client = await Client.of(platform);
  await client.call("GET", "/conversations/ended?since=yesterday");
  await client.call("GET", "/conversations/ended?since=yesterday");
  await client.call("GET", "/integration/instances/1/entities/Case/records/2");
  await client.call("POST", "/notifications/channels", { name: "mine" });
  await client.call("POST", "/speechandtextanalytics/transcripts/search", {
    types: ["transcripts"],
    query: [{ type: "SOUNDS_LIKE", fields: ["language"], fuzzy: true }],
  });
  await client.call("POST", "/analytics/conversations/details/query", {
    interval: "2026-03-10T00:00:00Z/2026-03-11T00:00:00Z",
    paging: { pageSize: 100, pageNumber: 1, cursor: "x" },
    segmentFilters: [{ type: "not", predicates: [{ dimension: "mediaType", value: "voice" }] }],
  });
  expect(undocumentedRequests(platform.requests)).toEqual([
    "GET /api/v2/conversations/{conversationId}: query since",
    "GET /api/v2/integration/instances/1/entities/Case/records/2",
    "POST /api/v2/notifications/channels: body",
    "POST /api/v2/speechandtextanalytics/transcripts/search: body.query[].type=SOUNDS_LIKE",
    "POST /api/v2/speechandtextanalytics/transcripts/search: body.query[].fuzzy",
    "POST /api/v2/analytics/conversations/details/query: body.paging.cursor",
    "POST /api/v2/analytics/conversations/details/query: body.segmentFilters[].type=not",
  ]);
});

test.skipIf(absent)(
  "events of edge stories, and the signs of their transcripts, are what the schemas say",
  async () => {
    const topics = closed(load("topics.json"));
    const check = checker(topics);
    await using platform = await startPlatform({ queues: edgeQueues, transcriptDelayMs: 0 });
    const client = await Client.of(platform);
    const names = edgeStories.flatMap(({ expect: { agents = [] } }) => agents);
    const own = "00000000-0000-4000-8000-000000000001";
    const suffixes = ["", ".calls", ".messages", ".callbacks", ".emails"];
    using socket = await client.listen(
      ...suffixes.flatMap((suffix) => [
        ...platform.queues.map(({ name }) => queueTopic(platform, name, suffix)),
        ...names.map((name) => `v2.users.${platform.organization.userId(name)}.conversations${suffix}`),
      ]),
      `v2.conversations.${own}.transcription`,
      `v2.speechandtextanalytics.conversation.${own}.topics`,
    );
    await Promise.all(edgeStories.map((story) => play(platform, story, { stepMs: 1 })));
    const said: Step = { says: "customer", text: "Goedemorgen." };
    const steps: Step[] = [{ queue: "Helder Facturen" }, { answers: "Sanne" }, said];
    const call = quickConversation(platform, { id: own, steps });
    for (const utterance of call.utterances) platform.transcribe(call, utterance);
    call.customerLeaves(platform.now());
    platform.publish(call);
    await expect.poll(() => socket.frames.some(({ topicName }) => topicName.endsWith(".topics"))).toBe(true);
    const kinds = new Set<string>();
    for (const { topicName, eventBody } of socket.frames) {
      const id = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
      const topic = topics.topics.find((known: Json) => known.topic === topicName.replace(id, "{id}"));
      if (topicName.startsWith("v2.subscription") || topicName === "channel.metadata") continue;
      expect(topic, topicName).toBeDefined();
      kinds.add(topic.topic);
      check(topic.schema.$ref.slice(1), eventBody);
    }
    expect(kinds.size).toBe(2 * suffixes.length + 2);
  },
);

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
