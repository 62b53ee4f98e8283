import { request } from "node:http";
import { describe, expect, test } from "vitest";
import { spans } from "../../src/page/feed.ts";
import { until } from "../harness.ts";
import { type Event, listen } from "./events.ts";
import { begin, deadLetter, endCall, token } from "./scene.ts";

const shown = { authorization: `Bearer ${token}` };

/** As `fetch`, with the headers that it sets itself. */
async function ask(url: string, headers: Record<string, string> = {}, method = "GET", body = "") {
  return await new Promise<{ status: number; text: string }>((resolve, reject) => {
    const asked = request(url, { method, headers }, (answer) => {
      let text = "";
      answer.on("data", (chunk: Buffer) => {
        text += chunk.toString();
        // A stream does not end by itself.
        if (answer.headers["content-type"]?.startsWith("text/event-stream")) asked.destroy();
      });
      answer.on("close", () => resolve({ status: answer.statusCode ?? 0, text }));
    });
    asked.on("error", reject);
    asked.end(body);
  });
}

const replay = (url: string, body: string, headers: Record<string, string> = {}) =>
  ask(`${url}/dead/replay`, { "content-type": "application/json", ...shown, ...headers }, "POST", body);

describe("with a token", () => {
  test.each(["/live", "/dead", "/explain/x"])("%s is for whoever shows it", async (path) => {
    await using scene = await begin({ token });
    for (const authorization of ["", "Bearer another-token-of-16"]) {
      expect(await ask(`${scene.url}${path}`, { authorization })).toMatchObject({
        status: 401,
        text: '{"error":"not authorized"}',
      });
    }
    const { status } = await ask(`${scene.url}${path}`, { ...shown, host: "whatever.example" });
    expect(status).toBe(path === "/explain/x" ? 404 : 200);
  });

  test("a dead letter is listed with its cause, replayed, and posted; the second time it is none", async () => {
    await using scene = await begin({ token });
    const { world, url } = scene;
    const id = await deadLetter(scene);
    const listed = JSON.parse((await ask(`${url}/dead`, shown)).text);
    expect(listed).toMatchObject({ total: 1, rows: [{ key: id, destination: "main", reason: "http_422" }] });
    expect(listed.rows[0].message).toContain("subcategory unknown");
    const body = JSON.stringify({ key: id, route: "main" });
    expect(await replay(url, body)).toMatchObject({ status: 200, text: '{"replayed":1}' });
    const [taken] = await world.backend.waitFor(1);
    expect(taken?.key).toBe(id);
    expect(await replay(url, body)).toMatchObject({ status: 404, text: '{"error":"no such dead letter"}' });
    expect(JSON.parse((await ask(`${url}/dead`, shown)).text)).toEqual({ total: 0, rows: [] });
  });

  test("a replay is refused without the token, from another site, and for a body that is not one", async () => {
    await using scene = await begin({ token });
    const { url, world } = scene;
    const id = await deadLetter(scene);
    const body = JSON.stringify({ key: id });
    const form = { "content-type": "text/plain" };
    expect((await replay(url, body, { authorization: "" })).status).toBe(401);
    expect((await replay(url, body, { origin: "https://evil.example" })).status).toBe(403);
    expect((await replay(url, body, { origin: "null" })).status).toBe(403);
    expect((await replay(url, body, form)).status).toBe(415);
    expect((await replay(url, "{")).status).toBe(400);
    expect((await replay(url, '{"key":"x","all":true}')).status).toBe(400);
    expect((await replay(url, JSON.stringify({ key: "x".repeat(5_000) }))).status).toBe(413);
    expect((await replay(url, JSON.stringify({ key: id, route: "other" }))).status).toBe(404);
    expect(world.backend.accepted).toHaveLength(0);
    expect((await replay(url, body, { origin: url })).status).toBe(200);
  });

  test("explain tells what the command tells, and no log text unless http.showLogs", async () => {
    for (const showLogs of [false, true]) {
      await using scene = await begin({ token, showLogs });
      const id = await deadLetter(scene);
      const { text } = await ask(`${scene.url}/explain/${id}`, shown);
      const told = JSON.parse(text);
      expect(told.steps.map(({ step }: { step: string }) => step)).toEqual(
        expect.arrayContaining(["noticed", "written", "dead"]),
      );
      expect(told.contacts[0]).toMatchObject({ key: id, stage: "dead" });
      expect(text.includes("description")).toBe(showLogs);
      if (showLogs) expect(JSON.parse(told.logs[0].body)).toMatchObject({ key: id });
    }
  });
});

describe("without a token", () => {
  test("this machine may look, by its own names alone, and change nothing", async () => {
    await using scene = await begin();
    const { url } = scene;
    const { port } = new URL(url);
    const id = await deadLetter(scene);
    const statusFor = async (headers: Record<string, string>) => (await ask(`${url}/dead`, headers)).status;
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, "LOCALHOST", `[::1]:${port}`]) {
      expect([host, await statusFor({ host })]).toEqual([host, 200]);
    }
    for (const host of [
      "rebound.example",
      `rebound.example:${port}`,
      "127.0.0.1.rebound.example",
      "10.0.0.1",
      "@",
    ]) {
      expect([host, await statusFor({ host })]).toEqual([host, 403]);
    }
    expect(await statusFor({ "sec-fetch-site": "cross-site" })).toBe(403);
    expect(await statusFor({ "sec-fetch-site": "same-origin" })).toBe(200);
    expect(await replay(url, JSON.stringify({ key: id }))).toMatchObject({
      status: 403,
      text: '{"error":"nothing can be changed from here without http.token"}',
    });
    expect(scene.world.backend.accepted).toHaveLength(0);
  });
});

describe("GET /", () => {
  test("is one page that may load nothing and be framed by nobody, under 60 KB", async () => {
    await using scene = await begin({ token });
    const answer = await fetch(scene.url);
    const html = await answer.text();
    const policy = answer.headers.get("content-security-policy") ?? "";
    expect(answer.headers.get("content-type")).toBe("text/html; charset=utf-8");
    for (const one of [
      "default-src 'none'",
      "connect-src 'self'",
      "frame-ancestors 'none'",
      "script-src 'sha256-",
    ]) {
      expect(policy).toContain(one);
    }
    expect(policy).not.toContain("unsafe");
    expect(Buffer.byteLength(html)).toBeLessThan(60_000);
    expect(html).not.toMatch(/(src|href)="(https?:|\/)/);
    for (const span of spans) expect(html).toContain(`<option>${span}</option>`);
    expect(html).not.toMatch(/^(import|export) /m);
  });
});

describe("GET /live", () => {
  const rows = ({ data }: Event) =>
    Object.entries(data)
      .filter(([name]) => name.startsWith("contact "))
      .map(([, value]) => value as { key: string; stage: string });

  test("tells all at once, then what changes; a listener that comes again goes on where it was", async () => {
    await using scene = await begin({ token });
    const { world, url } = scene;
    const before = endCall(world);
    await world.backend.waitFor(1);
    using first = await listen(url, shown);
    const whole = await first.next(() => true);
    expect(whole.event).toBe("whole");
    expect(Object.keys(whole.data)).toEqual(
      expect.arrayContaining(["settings", "status", "letters", "latency", "signals", `contact ${before}`]),
    );
    const id = endCall(world);
    const change = await first.next((event) =>
      rows(event).some(({ key, stage }) => key === id && stage === "posted"),
    );
    expect(change.event).toBe("change");
    expect(rows(change).map(({ key }) => key)).toEqual([id]);
    first[Symbol.dispose]();

    const missed = endCall(world);
    await world.backend.waitFor(3);
    using again = await listen(url, { ...shown, "last-event-id": change.id });
    const since = await again.next((event) => rows(event).some(({ key }) => key === missed));
    expect(since.event).toBe("change");
    expect(rows(since).map(({ key }) => key)).toEqual([missed]);

    using stranger = await listen(url, { ...shown, "last-event-id": "of-another-run/3" });
    expect((await stranger.next(() => true)).event).toBe("whole");
  });

  test("has room for 32, tells the next to come again, and makes room when one goes", async () => {
    await using scene = await begin({ token });
    const listeners = await Promise.all(Array.from({ length: 32 }, () => listen(scene.url, shown)));
    expect(await ask(`${scene.url}/live`, shown)).toMatchObject({ status: 503 });
    listeners[0]?.[Symbol.dispose]();
    await until(async () => (await ask(`${scene.url}/live`, shown)).status === 200, "a free place");
    for (const one of listeners) one[Symbol.dispose]();
  });

  test("ends with the daemon, however many look", async () => {
    await using scene = await begin({ token });
    using one = await listen(scene.url, shown);
    await one.next(() => true);
    await scene.daemon.stop();
    await one.ended;
  });

  test("holds no word of a conversation, account or agent", async () => {
    await using scene = await begin({ token });
    await deadLetter(scene);
    endCall(scene.world);
    await scene.world.backend.waitFor(1);
    using one = await listen(scene.url, shown);
    const { data } = await one.next(() => true);
    const { body } = scene.world.backend.accepted[0] ?? {};
    const log = body as { description: string; note: string; agents: { userId: string }[] };
    const text = JSON.stringify(data);
    for (const word of [log.description, log.note, "HLD-1", log.agents[0]?.userId ?? "?", token]) {
      expect(text).not.toContain(word);
    }
  });
});
