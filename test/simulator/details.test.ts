import { expect, test } from "vitest";
import type { PlatformOptions } from "../../src/simulator/platform.ts";
import { startPlatform } from "../../src/simulator/platform.ts";
import { play, quickConversation } from "../../src/simulator/player.ts";
import type { Step } from "../../src/simulator/story.ts";
import { cpuMs } from "../cpu.ts";
import type { Json } from "./client.ts";
import { Client } from "./client.ts";

const path = "/analytics/conversations/details/query";
const noon = Date.parse("2026-03-10T12:00:00Z");
const day = "2026-03-10T00:00:00.000Z/2026-03-11T00:00:00.000Z";

async function start(options: PlatformOptions = {}) {
  const platform = await startPlatform({ requestsPerMinute: 100_000, ...options });
  const client = await Client.of(platform);
  const query = async (body: object) => await client.call("POST", path, { interval: day, ...body });
  const idsOf = async (body: object): Promise<string[]> =>
    ((await query(body)).body.conversations ?? []).map((found: Json) => found.conversationId);
  return { platform, client, query, idsOf, [Symbol.asyncDispose]: () => platform[Symbol.asyncDispose]() };
}

const predicate = (dimension: string, value?: string, operator?: string) => ({
  dimension,
  ...(value === undefined ? {} : { value }),
  ...(operator === undefined ? {} : { operator }),
});
const all = (...predicates: object[]) => [{ type: "and", predicates }];
const any = (...predicates: object[]) => [{ type: "or", predicates }];

test("filters combine and, or and one level of clauses over the documented dimensions", async () => {
  await using world = await start();
  const { platform, idsOf } = world;
  const call = quickConversation(platform, { endedAt: noon, queue: "Support" });
  const chat = quickConversation(platform, { endedAt: noon + 60_000, medium: "message", queue: "Billing" });
  const open = quickConversation(platform, {
    endedAt: noon + 120_000,
    medium: "message",
    steps: [{ queue: "Support" }, { answers: "Anna" }, { says: "agent", text: "Hi" }, { agentLeaves: true }],
  });
  const ended = (operator: string, value?: string) => ({
    conversationFilters: all(predicate("conversationEnd", value, operator)),
  });
  expect(await idsOf(ended("exists"))).toEqual([call.id, chat.id]);
  expect(await idsOf(ended("notExists"))).toEqual([open.id]);
  expect(await idsOf(ended("matches", "2026-03-10T12:00:00.000Z"))).toEqual([call.id]);
  expect(await idsOf(ended("matches", "2026-03-10T12:00:30Z/2026-03-10T13:00:00Z"))).toEqual([chat.id]);

  const [support, billing] = platform.queues.map(({ id }) => id);
  const segments = async (...filters: object[]) => await idsOf({ segmentFilters: filters });
  expect(await segments(...any(predicate("queueId", billing), predicate("mediaType", "voice")))).toEqual([
    call.id,
    chat.id,
  ]);
  expect(await segments(...all(predicate("queueId", support), predicate("mediaType", "message")))).toEqual([
    open.id,
  ]);
  // One segment has to satisfy a filter, another may satisfy the next.
  const purposes = [predicate("purpose", "customer"), predicate("purpose", "agent")];
  expect(await segments(...all(...purposes))).toEqual([]);
  expect(await segments(...all(purposes[0] ?? {}), ...all(purposes[1] ?? {}))).toHaveLength(3);
  expect(
    await segments({
      type: "and",
      predicates: [predicate("direction", "inbound")],
      clauses: any(predicate("disconnectType", "endpoint"), predicate("disconnectType", "nothing")),
    }),
  ).toEqual([call.id]);
  expect(await idsOf({ conversationFilters: any(predicate("conversationId", chat.id)) })).toEqual([chat.id]);
});

test("results are ordered by start, end or segments, either way, and unordered ones still page without overlap", async () => {
  await using world = await start();
  const { platform, idsOf } = world;
  const long = quickConversation(platform, { endedAt: noon + 10_000, durationMs: 60_000 });
  const late = quickConversation(platform, { endedAt: noon + 5_000, durationMs: 20_000 });
  const early = quickConversation(platform, { endedAt: noon, durationMs: 30_000 });
  const sorted = async (orderBy: string, order?: string) => await idsOf({ orderBy, ...(order && { order }) });
  expect(await idsOf({})).toEqual([long.id, early.id, late.id]);
  expect(await sorted("conversationStart", "desc")).toEqual([late.id, early.id, long.id]);
  expect(await sorted("conversationEnd", "asc")).toEqual([early.id, late.id, long.id]);
  expect(await sorted("conversationEnd", "desc")).toEqual([long.id, late.id, early.id]);
  expect(await sorted("segmentStart")).toEqual([long.id, early.id, late.id]);
  expect(await sorted("segmentEnd", "desc")).toHaveLength(3);
  const pages = await Promise.all(
    [1, 2, 3, 4].map((pageNumber) => idsOf({ order: "unordered", paging: { pageSize: 1, pageNumber } })),
  );
  expect(pages.map((page) => page.length)).toEqual([1, 1, 1, 0]);
  expect(new Set(pages.flat()).size).toBe(3);
});

test.each<[what: string, body: Json, message: string]>([
  ["no interval", { interval: undefined }, "The interval is not valid."],
  [
    "an interval backwards",
    { interval: day.split("/").toReversed().join("/") },
    "The interval is not valid.",
  ],
  ["32 days", { interval: "2026-01-01T00:00:00Z/2026-02-02T00:00:00Z" }, "does not exceed 31 days"],
  ["an order", { order: "up" }, "order must be one of"],
  ["a sort key", { orderBy: "duration" }, "orderBy must be one of"],
  ["half a paging", { paging: { pageNumber: 1 } }, "paging needs"],
  ["a page of 101", { paging: { pageSize: 101, pageNumber: 1 } }, "may not exceed 100."],
  ["result 100001", { paging: { pageSize: 100, pageNumber: 1001 } }, "may not exceed 100000 results"],
  ["filters that are no list", { segmentFilters: {} }, "must be an array"],
  ["not", { segmentFilters: [{ type: "not", predicates: [] }] }, "must be one of and, or"],
  [
    "a third level",
    { segmentFilters: [{ type: "or", clauses: [{ type: "or", clauses: [] }] }] },
    "two levels",
  ],
  ["a dimension", { segmentFilters: any(predicate("colour", "red")) }, "colour is not a valid dimension"],
  ["the other filter's", { segmentFilters: any(predicate("conversationEnd")) }, "not a valid dimension"],
  ["an operator", { conversationFilters: any(predicate("conversationEnd", "x", "is")) }, "valid operator"],
  ["matches nothing", { segmentFilters: any(predicate("mediaType")) }, "needs a value"],
])("%s is a 400", async (_what, body, message) => {
  await using world = await start();
  const answer = await world.query(body);
  expect([answer.status, answer.body.code]).toEqual([400, "bad.request"]);
  expect(answer.body.message).toContain(message);
});

test("an organisation may allow no more than seven days", async () => {
  await using world = await start({ strictSevenDays: true });
  const interval = (days: number) =>
    `2026-03-01T00:00:00Z/${new Date(Date.UTC(2026, 2, 1 + days)).toISOString()}`;
  expect((await world.query({ interval: interval(7) })).status).toBe(200);
  expect((await world.query({ interval: interval(8) })).body.message).toBe(
    "You must specify a search interval as part of your query that does not exceed 7 days.",
  );
});

test("analytics is behind: it first does not know a conversation, then does not know that it ended", async () => {
  await using world = await start({ analyticsLagMs: 60_000 });
  const { platform, client } = world;
  const interval = `${new Date(Date.now() - 3_600_000).toISOString()}/${new Date(Date.now() + 60_000).toISOString()}`;
  const fresh = quickConversation(platform, { durationMs: 1_000 });
  const half = quickConversation(platform, { endedAt: Date.now() - 30_000, durationMs: 60_000 });
  const done = quickConversation(platform, { endedAt: Date.now() - 61_000, durationMs: 1_000 });
  const { body } = await world.query({ interval });
  expect(body.conversations.map(({ conversationId }: Json) => conversationId).toSorted()).toEqual(
    [half.id, done.id].toSorted(),
  );
  const seen = body.conversations.find(({ conversationId }: Json) => conversationId === half.id);
  expect(seen).not.toHaveProperty("conversationEnd");
  expect(seen.participants[0].sessions[0].segments[0]).not.toHaveProperty("segmentEnd");
  expect(
    await world.idsOf({
      interval,
      conversationFilters: all(predicate("conversationEnd", undefined, "exists")),
    }),
  ).toEqual([done.id]);
  expect((await client.call("GET", `/analytics/conversations/${fresh.id}/details`)).status).toBe(404);
  expect((await client.call("GET", `/analytics/conversations/${done.id}/details`)).body.conversationId).toBe(
    done.id,
  );
  const both = await client.call("GET", `/analytics/conversations/details?id=${done.id}&id=${half.id}`);
  expect(both.body.conversations).toHaveLength(2);
});

test("pages drift: newcomers make some repeat, departures let some slip, and a search begun anew has all", async () => {
  await using world = await start();
  const { platform, query } = world;
  const made = Array.from({ length: 10 }, (_, n) => quickConversation(platform, { endedAt: noon + n }).id);
  const pages = async () => {
    const ids: string[] = [];
    for (let pageNumber = 1, total = 1; (pageNumber - 1) * 4 < total; pageNumber++) {
      const { body } = await query({ paging: { pageSize: 4, pageNumber } });
      total = body.totalHits;
      ids.push(...(body.conversations ?? []).map(({ conversationId }: Json) => conversationId));
    }
    return ids;
  };
  expect(await pages()).toEqual(made);
  platform.faults.driftPages = 1;
  const repeated = await pages();
  expect(repeated).toHaveLength(12);
  expect(new Set(repeated)).toEqual(new Set(made));
  platform.faults.driftPages = -1;
  expect(await pages()).toEqual([...made.slice(0, 4), ...made.slice(5, 9)]);
  platform.faults.clear();
  expect(await pages()).toEqual(made);
});

test("ten thousand conversations are paged through fast, while others begin and end", async () => {
  await using world = await start();
  const { platform, query } = world;
  for (let n = 0; n < 10_000; n++) quickConversation(platform, { endedAt: noon + n, emit: false });
  const body = {
    conversationFilters: all(predicate("conversationEnd", undefined, "exists")),
    segmentFilters: any(predicate("mediaType", "voice"), predicate("mediaType", "message")),
  };
  const page = async (pageNumber: number) => await query({ ...body, paging: { pageSize: 100, pageNumber } });
  await page(1);
  const from = cpuMs();
  for (let pageNumber = 2; pageNumber <= 20; pageNumber++) {
    if (pageNumber % 4 === 0) quickConversation(platform, { endedAt: noon - pageNumber, emit: false });
    await page(pageNumber);
  }
  // Ten times what it takes on an idle machine.
  expect(cpuMs() - from).toBeLessThan(1_500);
  expect((await page(1)).body.totalHits).toBe(10_005);
});

test("what changes between two pages shows in the second", async () => {
  await using world = await start();
  const { platform } = world;
  const interval = `${new Date(Date.now() - 1000).toISOString()}/${new Date(Date.now() + 86_400_000).toISOString()}`;
  const exists = { interval, conversationFilters: all(predicate("conversationEnd", undefined, "exists")) };
  const facts = { medium: "voice", language: "en-us", attributes: {}, customerName: "Al" } as const;
  const wait = { pause: true, ms: 500 } as const;
  const steps: Step[] = [{ queue: "Support" }, { answers: "Anna" }, wait, { customerLeaves: true }];
  const story = { id: "test", title: "A test", ...facts, steps };
  const playing = play(platform, story, { stepMs: 1 });
  await expect.poll(() => world.idsOf({ interval })).toHaveLength(1);
  expect(await world.idsOf(exists)).toEqual([]);
  const { conversationId } = await playing;
  expect(await world.idsOf(exists)).toEqual([conversationId]);
});
