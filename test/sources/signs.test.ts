import { describe, expect, test, vi } from "vitest";
import type { PlatformOptions } from "../../src/simulator/platform.ts";
import { play, quickConversation } from "../../src/simulator/player.ts";
import { Signs } from "../../src/sources/signs.ts";
import { fastTiming, until } from "../harness.ts";
import { type Place, startPlace } from "../place.ts";

// Subscriptions of many calls go together, at most once a second: the tests wait side by side.
vi.setConfig({ maxConcurrency: 8 });

interface Scene extends Place {
  readonly signs: Signs;
  readonly heard: string[];
  readonly failures: unknown[];
  readonly rejected: number[];
  readonly saved: unknown[];
  /** Topics as last put. */
  topics(): string[];
  channels(): number;
}

async function begin(options: PlatformOptions = {}): Promise<Scene> {
  const place = await startPlace({ transcriptDelayMs: 150, ...options });
  const { platform, api } = place;
  const stop = new AbortController();
  const heard: string[] = [];
  const failures: unknown[] = [];
  const rejected: number[] = [];
  const saved: unknown[] = [];
  const signs = new Signs({
    api,
    timing: fastTiming,
    onSign: (id) => void heard.push(id),
    addresses: { load: async () => [], save: (addresses) => void saved.push(...addresses) },
    reports: {
      signsFailed: (error) => void failures.push(error),
      signsRejected: (topics) => void rejected.push(topics),
    },
  });
  const done = signs.run(stop.signal);
  const puts = () => platform.requests.filter(({ method, status }) => method === "PUT" && status === 200);
  return {
    ...place,
    signs,
    heard,
    failures,
    rejected,
    saved,
    topics: () => ((puts().at(-1)?.body ?? []) as { id: string }[]).map(({ id }) => id),
    channels: () =>
      platform.requests.filter(({ method, path }) => method === "POST" && path.endsWith("/channels")).length,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await done;
      await place[Symbol.asyncDispose]();
    },
  };
}

const topicsOf = (id: string): string[] => [
  `v2.speechandtextanalytics.conversation.${id}.topics`,
  `v2.conversations.${id}.transcription`,
];

describe.concurrent("signs", () => {
  test("while no call waits there is no channel", async () => {
    await using scene = await begin();
    await new Promise((resolve) => setTimeout(resolve, 1_300));
    expect(scene.platform.requests).toEqual([]);
  });

  test("calls that begin to wait together are subscribed together, two topics a call, on one channel that is kept", async () => {
    await using scene = await begin();
    const ids = ["a", "b", "c"].map((n) => `00000000-0000-4000-8000-00000000000${n}`);
    for (const id of ids) scene.signs.add(id);
    for (const id of ids) scene.signs.add(id);
    await until(() => scene.topics().length === 6, "the topics");
    expect(scene.topics()).toEqual(ids.flatMap(topicsOf));
    scene.signs.delete(ids[0] as string);
    scene.signs.add("00000000-0000-4000-8000-00000000000d");
    await until(() => scene.topics().some((topic) => topic.includes("00d")), "the changed topics");
    expect(scene.topics()).not.toContain(topicsOf(ids[0] as string)[0]);
    expect(scene.platform.requests.filter(({ method }) => method === "PUT")).toHaveLength(2);
    expect(scene.channels()).toBe(1);
    expect(scene.saved).toHaveLength(1);
    // Losing one costs seconds: subscriptions are not read back.
    expect(scene.platform.requests.filter(({ method }) => method === "GET")).toEqual([]);
  });

  test("a call whose transcript analytics has been at work on is signalled", async () => {
    await using scene = await begin();
    const call = quickConversation(scene.platform, {
      durationMs: 500,
      transcriptDelayMs: 1_800,
      emit: false,
    });
    const other = quickConversation(scene.platform, {
      durationMs: 500,
      transcriptDelayMs: 1_800,
      emit: false,
    });
    scene.signs.add(call.id);
    await until(() => scene.topics().length === 2, "the topics");
    await until(() => scene.platform.openSockets === 1, "the socket");
    scene.platform.publish(call);
    scene.platform.publish(other);
    await until(() => scene.heard.length > 0, "a sign");
    expect(new Set(scene.heard)).toEqual(new Set([call.id]));
  });

  test("what is said while a call lasts is no sign, the end of its transcription is", async () => {
    await using scene = await begin({ transcriptDelayMs: 60_000 });
    const played: { id?: string; heardBefore?: string[] } = {};
    const { begin: begun, publish } = scene.platform;
    Object.assign(scene.platform, {
      begin: (...args: Parameters<typeof begun>) => {
        const conversation = begun(...args);
        played.id = conversation.id;
        scene.signs.add(conversation.id);
        return conversation;
      },
      publish: (conversation: Parameters<typeof publish>[0]) => {
        if (conversation.endTime !== undefined) played.heardBefore ??= [...scene.heard];
        publish(conversation);
      },
    });
    const story = play(scene.platform, {
      id: "talk",
      title: "talk",
      medium: "voice",
      language: "en-us",
      attributes: {},
      customerName: "Alex",
      steps: [
        { queue: "Support" },
        { answers: "Sam" },
        { pause: true, ms: 1_600 },
        { says: "agent", text: "hello, is SESSION_ENDED a word?" },
        { says: "customer", text: "hello" },
        { pause: true, ms: 200 },
        { customerLeaves: true },
      ],
    });
    await until(() => scene.platform.openSockets === 1, "the socket");
    await story;
    expect(played.heardBefore).toEqual([]);
    await until(() => scene.heard.length > 0, "the sign of the end");
    expect(new Set(scene.heard)).toEqual(new Set([played.id]));
  });

  test("of more than 450 calls the ones that waited longest give way", async () => {
    await using scene = await begin();
    const ids = Array.from(
      { length: 500 },
      (_one, n) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`,
    );
    for (const id of ids) scene.signs.add(id);
    await until(() => scene.topics().length === 900, "the topics");
    expect(scene.topics()).toEqual(ids.slice(50).flatMap(topicsOf));
  });

  test("topics that are not permitted are told once, and nothing is asked again", async () => {
    await using scene = await begin();
    scene.platform.faults.denyTopics(/./);
    scene.signs.add("00000000-0000-4000-8000-000000000001");
    await until(() => scene.rejected.length > 0, "the refusal");
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(scene.rejected).toEqual([2]);
    expect(scene.platform.requests.filter(({ method }) => method === "PUT")).toHaveLength(1);
  });

  test("an organisation that refuses three times has no such topics: it is not asked again", async () => {
    await using scene = await begin();
    scene.platform.faults.rest({
      method: "PUT",
      path: /subscriptions$/,
      status: 400,
      body: "{}",
      times: 1_000,
    });
    scene.signs.add("00000000-0000-4000-8000-000000000001");
    await until(() => scene.failures.length === 3, "three refusals");
    const asked = scene.platform.requests.length;
    scene.signs.add("00000000-0000-4000-8000-000000000002");
    await new Promise((resolve) => setTimeout(resolve, 1_400));
    expect(scene.platform.requests).toHaveLength(asked);
  });

  test("a platform that is away for a while is no refusal: signs come when it is back", async () => {
    await using scene = await begin();
    scene.platform.faults.rest({ path: /subscriptions$/, status: 503, body: "{}", times: 6 });
    const call = quickConversation(scene.platform, {
      durationMs: 500,
      transcriptDelayMs: 3_000,
      emit: false,
    });
    scene.signs.add(call.id);
    await until(() => scene.topics().length === 2 && scene.platform.openSockets === 1, "the topics");
    expect(scene.failures).toHaveLength(6);
    scene.platform.publish(call);
    await until(() => scene.heard.includes(call.id), "the sign");
  });
});
