import { expect, test } from "vitest";
import { startPlatform } from "../../src/simulator/platform.ts";
import { quickConversation } from "../../src/simulator/player.ts";
import type { Json } from "./client.ts";
import { Client } from "./client.ts";

test("a wrong secret, a missing, wrong, expired token are each refused as the platform does", async () => {
  await using platform = await startPlatform({ tokenSeconds: 3600 });
  const client = await Client.of(platform);
  expect(await new Client(platform).login("wrong")).toMatchObject({
    status: 401,
    body: { error: "invalid_client" },
  });
  expect(await client.login()).toMatchObject({
    status: 200,
    body: { token_type: "bearer", expires_in: 3600 },
  });

  const bare = await fetch(`${platform.baseUrl}/api/v2/organizations/me`);
  expect([bare.status, ((await bare.json()) as Json).code]).toEqual([401, "authentication.required"]);
  const me = await client.call("GET", "/tokens/me");
  expect([me.status, me.body.OAuthClient.id]).toEqual([200, platform.clientId]);
  platform.faults.expireTokens();
  const { status, headers, body } = await client.call("GET", "/organizations/me");
  expect(status).toBe(401);
  expect(body).toEqual({
    message: "Invalid login credentials.",
    code: "bad.credentials",
    status: 401,
    contextId: headers.get("inin-correlation-id"),
    details: [],
    errors: [],
  });
});

test("the 4th request of a minute that allows 3 is told when to come back", async () => {
  await using platform = await startPlatform({ requestsPerMinute: 3 });
  const client = await Client.of(platform);
  const statuses = [];
  for (let n = 0; n < 3; n++) statuses.push((await client.call("GET", "/organizations/me")).status);
  const limited = await client.call("GET", "/organizations/me");
  expect([...statuses, limited.status]).toEqual([200, 200, 200, 429]);
  expect(limited.body.code).toBe("too.many.requests");
  expect(Object.fromEntries(limited.headers)).toMatchObject({
    "inin-ratelimit-count": "4",
    "inin-ratelimit-allowed": "3",
    "inin-ratelimit-reset": limited.headers.get("retry-after"),
  });
});

test("queues are paged, and come and go", async () => {
  const queues = Array.from({ length: 60 }, (_, n) => ({ name: `Queue ${n}` }));
  await using platform = await startPlatform({ queues });
  const client = await Client.of(platform);
  const page = async (number: number) =>
    (await client.call("GET", `/routing/queues?pageSize=25&pageNumber=${number}`)).body;
  expect(await page(1)).toMatchObject({
    total: 60,
    pageCount: 3,
    nextUri: expect.stringContaining("pageNumber=2"),
  });
  expect((await page(3)).entities).toHaveLength(10);
  platform.addQueue({ name: "New", enableTranscription: false });
  platform.removeQueue("Queue 0");
  const last = await page(3);
  expect(last.entities.at(-1)).toMatchObject({ name: "New", enableTranscription: false });
  expect(last).not.toHaveProperty("nextUri");
});

test("a transcript's url is another host's, refuses a bearer token and ends with its time", async () => {
  await using platform = await startPlatform({ transcriptDelayMs: 0, transcriptUrlSeconds: 0.05 });
  const client = await Client.of(platform);
  const { id, customer } = quickConversation(platform);
  const path = `/speechandtextanalytics/conversations/${id}/communications/${customer.communicationId}/transcripturl`;
  const { url } = (await client.call("GET", path)).body;
  expect(url.startsWith(platform.baseUrl)).toBe(false);
  expect((await fetch(url, { headers: { authorization: `Bearer ${client.token}` } })).status).toBe(400);
  expect((await fetch(url.replace(/Signature=..../, "Signature=0000"))).status).toBe(403);
  expect((await fetch(url)).status).toBe(200);
  await expect.poll(async () => (await fetch(url)).status).toBe(403);
});

test("the details query finds by the day of the start, refuses long intervals and deep pages, and lags", async () => {
  await using platform = await startPlatform({ analyticsLagMs: 60_000 });
  const client = await Client.of(platform);
  const noon = Date.parse("2026-03-10T12:00:00Z");
  const long = quickConversation(platform, { endedAt: noon, durationMs: 3 * 86_400_000, medium: "message" });
  const short = quickConversation(platform, { endedAt: noon, durationMs: 60_000 });
  quickConversation(platform, { endedAt: Date.now(), durationMs: 0 });
  const query = async (interval: string, more: object = {}) =>
    await client.call("POST", "/analytics/conversations/details/query", { interval, ...more });
  const idsOf = ({ body }: { body: Json }) =>
    (body.conversations ?? []).map((found: Json) => found.conversationId);
  const hour = "2026-03-10T13:00:00Z/2026-03-10T14:00:00Z";

  expect(idsOf(await query(hour))).toEqual([short.id]);
  expect(idsOf(await query("2026-03-07T00:00:00Z/2026-03-10T14:00:00Z"))).toEqual([long.id, short.id]);
  const filter = (dimension: string, value: string) => ({
    segmentFilters: [{ type: "and", predicates: [{ dimension, operator: "matches", value }] }],
  });
  expect(
    idsOf(await query("2026-03-07T00:00:00Z/2026-03-11T00:00:00Z", filter("mediaType", "message"))),
  ).toEqual([long.id]);
  const now = new Date().toISOString();
  expect((await query(`${new Date(Date.now() - 1000).toISOString()}/${now}`)).body).toEqual({ totalHits: 0 });
  const refused = async (interval: string, paging?: object) =>
    (await query(interval, { paging })).body.message;
  expect(await refused("2026-01-01T00:00:00Z/2026-03-01T00:00:00Z")).toContain("does not exceed 31 days");
  expect(await refused(hour, { pageSize: 100, pageNumber: 1001 })).toContain("may not exceed 100000 results");
});

test("scripted faults meet as many matching requests as asked, and the log tells what was answered", async () => {
  await using platform = await startPlatform();
  const client = await Client.of(platform);
  const me = () => client.call("GET", "/organizations/me");
  platform.faults.rest({
    path: /organizations/,
    status: 503,
    body: "<html>",
    headers: { "retry-after": "1" },
    times: 1,
  });
  await expect(me()).rejects.toThrow(SyntaxError);
  platform.faults.rest({ method: "GET", path: /organizations/, reset: true });
  await expect(me()).rejects.toThrow("fetch failed");
  platform.faults.rest({ path: /organizations/, resetAfterBytes: 20 });
  await expect(me()).rejects.toThrow();
  platform.faults.rest({ path: /organizations/, drip: true });
  const dripping = await fetch(`${platform.baseUrl}/api/v2/organizations/me`, {
    signal: AbortSignal.timeout(80),
  });
  await expect(dripping.text()).rejects.toThrow("timeout");
  platform.faults.rest({ path: /organizations/, hang: true });
  const signal = AbortSignal.timeout(50);
  await expect(fetch(`${platform.baseUrl}/api/v2/organizations/me`, { signal })).rejects.toThrow("timeout");
  platform.faults.rest({ path: /organizations/, delayMs: 30 });
  expect((await me()).status).toBe(200);
  const log = platform.requests.filter(({ path }) => path === "/api/v2/organizations/me");
  expect(log.map(({ status }) => status)).toEqual([503, 0, 0, 0, 0, 200]);
});

test("bodies are looked at: broken JSON, over the limit, unknown paths", async () => {
  await using platform = await startPlatform();
  const client = await Client.of(platform);
  const post = async (body: string) => {
    const headers = { authorization: `Bearer ${client.token}`, "content-type": "application/json" };
    const url = `${platform.baseUrl}/api/v2/speechandtextanalytics/transcripts/search`;
    return ((await (await fetch(url, { method: "POST", headers, body })).json()) as Json).code;
  };
  expect(await post("{")).toBe("bad.request");
  expect(await post(`"${"x".repeat(512_000)}"`)).toBe("response.entity.too.large");
  expect(await client.call("GET", "/integration/instances")).toMatchObject({
    status: 404,
    body: { code: "not.found" },
  });
  expect(await client.call("GET", "/conversations/none")).toMatchObject({
    status: 404,
    body: { code: "conversation.not.found" },
  });
});
