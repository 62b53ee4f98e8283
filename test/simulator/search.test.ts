import { expect, test } from "vitest";
import { startPlatform } from "../../src/simulator/platform.ts";
import { quickConversation } from "../../src/simulator/player.ts";
import type { Json } from "./client.ts";
import { Client } from "./client.ts";

const day = 86_400_000;
const path = "/speechandtextanalytics/transcripts/search";
/** Without a zone, as the official example writes it: UTC. */
const plain = (at: number) => new Date(at).toISOString().slice(0, 19);

function between(from: number, to: number, more: object = {}) {
  return {
    ...{ types: ["transcripts"], pageSize: 100, pageNumber: 1 },
    returnFields: ["conversationId", "communicationId", "mediaType"],
    query: [
      {
        type: "DATE_RANGE",
        fields: ["conversationStartTime"],
        startValue: plain(from),
        endValue: plain(to),
        dateFormat: "yyyy-MM-dd'T'HH:mm:ss",
      },
    ],
    ...more,
  };
}

const idsOf = ({ body }: { body: Json }) => body.results.map(({ conversationId }: Json) => conversationId);

test("transcript search finds ready transcripts of a time window, a thousand at most", async () => {
  await using platform = await startPlatform({ transcriptDelayMs: 0 });
  const client = await Client.of(platform);
  const endedAt = Date.now() - 2 * day;
  const { id, customer } = quickConversation(platform, { endedAt });
  quickConversation(platform, { endedAt, medium: "message" });
  quickConversation(platform, { endedAt: endedAt + day });
  quickConversation(platform, { endedAt, transcriptDelayMs: Number.POSITIVE_INFINITY });
  const search = (more: object = {}) =>
    client.call("POST", path, between(endedAt - day / 2, endedAt + day / 2, more));
  expect((await search()).body).toEqual({
    ...{ total: 1, pageCount: 1, pageSize: 100, pageNumber: 1, types: ["transcripts"] },
    results: [{ conversationId: id, communicationId: customer.communicationId, mediaType: "call" }],
  });
  expect((await search({ pageNumber: 10 })).status).toBe(200);
  const refused = async (more: object) => [(await search(more)).status, (await search(more)).body.code];
  for (const more of [
    { pageNumber: 11 },
    { pageSize: 101 },
    { types: [] },
    { types: ["conversations"] },
    { query: [{ type: "EXACT", fields: ["colour"], value: "red" }] },
    { query: [{ type: "DATE_RANGE", fields: ["startTime"], startValue: "soon", endValue: "later" }] },
  ]) {
    expect(await refused(more)).toEqual([400, "bad.request"]);
  }
});

test("the total tells how many there are, also beyond the thousand that can be paged to", async () => {
  await using platform = await startPlatform({ transcriptDelayMs: 0 });
  const client = await Client.of(platform);
  const endedAt = Date.now() - day;
  for (let n = 0; n < 1_005; n++) quickConversation(platform, { endedAt: endedAt + n, emit: false });
  const { body } = await client.call("POST", path, between(endedAt - day, endedAt + day, { pageNumber: 10 }));
  expect([body.total, body.pageCount, body.results.length]).toEqual([1_005, 11, 100]);
});

test("the index is behind the transcript, content is searchable for 60 days and metadata for 18 months", async () => {
  await using platform = await startPlatform({ transcriptDelayMs: 0, searchLagMs: 60_000 });
  const client = await Client.of(platform);
  const fresh = quickConversation(platform);
  const old = quickConversation(platform, { endedAt: Date.now() - 61 * day });
  const recent = quickConversation(platform, { endedAt: Date.now() - day });
  const search = async (types: string[], more: object = {}) =>
    idsOf(
      await client.call("POST", path, between(Date.now() - 100 * day, Date.now() + day, { types, ...more })),
    );
  const { communicationId } = fresh.customer;
  const url = `/speechandtextanalytics/conversations/${fresh.id}/communications/${communicationId}/transcripturl`;
  expect((await client.call("GET", url)).status).toBe(200);
  expect(await search(["transcripts"])).toEqual([recent.id]);
  expect(await search(["transcripts_metadata"])).toEqual([old.id, recent.id]);
  expect(await search(["transcripts_metadata"], { sortOrder: "DESC" })).toEqual([recent.id, old.id]);
});

test("criteria hold together, alone, negated, or in a group of which one is enough", async () => {
  await using platform = await startPlatform({ transcriptDelayMs: 0 });
  const client = await Client.of(platform);
  const [a, b, c] = [3, 2, 1].map((n) => quickConversation(platform, { endedAt: Date.now() - n * day }).id);
  const search = async (...query: object[]) =>
    idsOf(await client.call("POST", path, { types: ["transcripts"], query }));
  const is = (value: string | undefined, operator?: string) => ({
    ...{ type: "EXACT", fields: ["conversationId"], value },
    ...(operator === undefined ? {} : { operator }),
  });
  expect(await search()).toEqual([a, b, c]);
  expect(await search(is(b))).toEqual([b]);
  expect(await search(is(b, "NOT"))).toEqual([a, c]);
  expect(await search({ group: [is(a, "OR"), is(c, "OR")] })).toEqual([a, c]);
  expect(await search({ type: "EXACT", fields: ["conversationId"], values: [a, b] })).toEqual([a, b]);
});
