import { afterEach, describe, expect, test } from "vitest";
import { startModel } from "../../src/simulator/model.ts";
import { play } from "../../src/simulator/player.ts";
import { killChildren } from "../cli.ts";
import { DoorsClient } from "../doors/client.ts";
import { attributes, quietCall, runOpenWorld, spawnOpenDaemon, startOpenWorld } from "../doors/world.ts";
import { until } from "../harness.ts";
import type { Json } from "../simulator/client.ts";

const path = "/v1/contact-logs";
const never = Number.POSITIVE_INFINITY;
afterEach(killChildren);

const allowForce = (file: { brands: Json[] }): void => {
  for (const brand of file.brands) brand.onRequest = { force: true };
};

describe("a conversation that ended", () => {
  test("is answered with the log that was posted, and its receipt", async () => {
    await using scene = await runOpenWorld();
    const { world, client } = scene;
    const id = quietCall(world);
    const { status, body } = await client.post(path, { conversationId: id, wait: true });
    expect(status).toBe(200);
    const [accepted] = world.backend.accepted;
    expect(world.backend.attempts).toHaveLength(1);
    expect(body.log).toEqual({ ...(accepted?.body as object), provenance: expect.anything() });
    expect(body).toMatchObject({ conversationId: id, key: accepted?.key, keys: [id] });
    expect(body.receipts).toEqual([
      { destination: "main", status: 201, alreadyThere: false, postedAt: expect.any(String) },
    ]);
  });

  test("is logged once however often it is asked for; its words are not kept", async () => {
    await using scene = await runOpenWorld();
    const { world, client } = scene;
    const id = quietCall(world);
    const first = await client.post(path, { conversationId: id, wait: true });
    for (const again of [
      await client.post(path, { conversationId: id, wait: true }),
      await client.post(path, { conversationId: id, force: true }),
      await client.get(`${path}/${id}`),
    ]) {
      expect(again.status).toBe(200);
      expect(again.body).toEqual({ ...first.body, log: null });
    }
    expect(world.backend.attempts).toHaveLength(1);
  });

  test("is answered with its log as long as retention.logsMs keeps it", async () => {
    await using scene = await runOpenWorld((file) => {
      file.retention = { logsMs: 60_000 };
    });
    const { world, client } = scene;
    const id = quietCall(world);
    const first = await client.post(path, { conversationId: id, wait: true });
    const { body } = await client.get(`${path}/${id}`);
    expect(body.log?.note).toBe(first.body.log.note);
  });

  test("is asked for its words at once", async () => {
    await using scene = await runOpenWorld(undefined, { timing: { transcriptFirstMs: 60_000 } });
    const { world, client } = scene;
    const id = quietCall(world, { transcriptDelayMs: 0 });
    expect((await client.post(path, { conversationId: id, wait: true })).status).toBe(200);
  });

  test("that was heard of and still rests is asked for its words at once too", async () => {
    await using scene = await runOpenWorld(undefined, { timing: { transcriptFirstMs: 60_000 } });
    const { world, client, daemon } = scene;
    await daemon.connected();
    const id = quietCall(world, { transcriptDelayMs: 0, emit: true });
    await until(async () => (await client.get("/status")).body.sinceStart["*"].ended === 1, "the end");
    expect((await client.get(`${path}/${id}`)).status).toBe(202);
    expect((await client.post(path, { conversationId: id, wait: true })).status).toBe(200);
    expect(world.backend.attempts).toHaveLength(1);
  });

  test("whose words are late is 202 when the wait is over, and is logged when they come", async () => {
    await using scene = await runOpenWorld((file) => {
      file.http.waitMs = 300;
    });
    const { world, client } = scene;
    const id = quietCall(world, { transcriptDelayMs: 900 });
    const { status, headers, body } = await client.post(path, { conversationId: id, wait: true });
    expect([status, body]).toEqual([202, { conversationId: id, status: "waiting" }]);
    const at = headers.get("location") as string;
    expect((await client.get(at)).status).toBe(202);
    await until(async () => (await client.get(at)).status === 200, "the log");
    expect(world.backend.accepted.map(({ key }) => key)).toEqual([id]);
  });

  test("is 202 at once where nobody waits, and its Location tells the rest", async () => {
    await using scene = await runOpenWorld();
    const { world, client } = scene;
    const id = quietCall(world);
    const { status, headers } = await client.post(path, { conversationId: id });
    expect(status).toBe(202);
    await until(async () => (await client.get(headers.get("location") as string)).status === 200, "the log");
    expect(world.backend.attempts).toHaveLength(1);
  });

  test("is logged once though an event tells of it in the same moment", async () => {
    await using scene = await runOpenWorld();
    const { world, client, daemon } = scene;
    await daemon.connected();
    const ids = Array.from({ length: 8 }, () => quietCall(world, { emit: true }));
    const answers = await Promise.all(ids.map((id) => client.post(path, { conversationId: id, wait: true })));
    expect(answers.map(({ status }) => status)).toEqual(ids.map(() => 200));
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(world.backend.attempts.map(({ key }) => key).toSorted()).toEqual(ids.toSorted());
  });

  test("is linked to the case it is asked for", async () => {
    await using scene = await runOpenWorld((file) => {
      file.retention = { logsMs: 60_000 };
    });
    const { world, client } = scene;
    const id = quietCall(world);
    await client.post(path, { conversationId: id, caseId: "case-7", wait: true });
    const { body } = await client.get("/v1/cases/case-7/contact-logs");
    expect(body.map((log: Json) => log.key)).toEqual([id]);
  });

  test("is refused, and not begun, for a case more than are kept", async () => {
    await using scene = await runOpenWorld();
    const { world, client } = scene;
    const id = quietCall(world);
    const links = Array.from({ length: 100 }, (_, n) => ({ contactId: id, caseId: `case-${n}` }));
    expect((await client.post("/v1/case-links", links)).body).toEqual({ recorded: 100, known: 0 });
    const asked = await client.post(path, { conversationId: id, caseId: "case-100", wait: true });
    expect([asked.status, asked.body]).toEqual([422, { reason: "too_many_cases" }]);
    const older = await client.post("/generate-summary", { interaction_id: id, case_id: "case-100" });
    expect([older.status, older.body]).toEqual([422, { reason: "too_many_cases" }]);
    expect((await client.get(`${path}/${id}`)).status).toBe(404);
    const known = await client.post(path, { conversationId: id, caseId: "case-7", wait: true });
    expect(known.status).toBe(200);
    expect(world.backend.attempts).toHaveLength(1);
  });

  test("is answered in the older form", async () => {
    await using scene = await runOpenWorld();
    const { world, client } = scene;
    const id = quietCall(world);
    const { status, body } = await client.post("/generate-summary", {
      interaction_id: id,
      case_id: "case-7",
    });
    const log = world.backend.accepted[0]?.body as Json;
    expect(status).toBe(200);
    expect(body).toMatchObject({
      interaction_id: id,
      case_id: "case-7",
      summary: log.note,
      description: log.description,
      category: log.category,
      subcategory: log.subcategory,
      action_items: log.actionItems,
      sentiment: log.sentiment,
      confidence: log.confidence,
      crm_update_status: "updated",
    });
  });
});

test("a chat of several sessions is answered with the last of them, and the keys of all", async () => {
  await using scene = await runOpenWorld((file) => {
    file.genesys.notifications = false;
  });
  const { world, client } = scene;
  const says = (text: string) => ({ says: "agent", text }) as const;
  const session = (agent: string, about: string) =>
    [
      { says: "customer", text: `Ik heb een vraag over ${about}.` },
      { queue: "Noordlicht Chat" },
      { answers: agent },
      says(`Ik heb ${about} voor u aangepast.`),
      { agentLeaves: true },
      { pause: true, ms: 200 },
    ] as const;
  const first = [...session("Daan", "de jaarafrekening")];
  const second = [...session("Femke", "de slimme meter"), { customerLeaves: true } as const];
  const { conversation } = await play(world.platform, {
    id: "chat",
    title: "chat",
    medium: "message",
    language: "nl-nl",
    attributes: { customerNumber: "NRD-7", authenticated: "true" },
    customerName: "Test Klant",
    steps: [...first, ...second],
  });
  const { status, body } = await client.post(path, { conversationId: conversation.id, wait: true });
  const legs = conversation.legs.filter(({ purpose }) => purpose === "agent");
  const keys = legs.map(({ communicationId }) => `${conversation.id}:${communicationId}`);
  expect(status).toBe(200);
  expect(body).toMatchObject({ key: keys[1], keys });
  expect(body.log.note).toContain("slimme meter");
  await world.backend.waitFor(2);
  expect(world.backend.attempts).toHaveLength(2);
});

describe("what leads to no contact log", () => {
  test("404 for what the platform does not know, and nothing of it is left", async () => {
    await using scene = await runOpenWorld();
    const { client, daemon } = scene;
    const id = crypto.randomUUID();
    expect((await client.post(path, { conversationId: id, wait: true, caseId: "k" })).status).toBe(404);
    expect((await client.get(`${path}/${id}`)).status).toBe(404);
    expect(await daemon.metrics()).toContain('contactlogd_ledger_rows{stage="noticed"} 0');
    expect((await client.get("/status")).body.sinceStart["*"]).toMatchObject({ ended: 0, dead: {} });
  });

  test("422 not_ended while it goes on, and nothing of it is left", async () => {
    await using scene = await runOpenWorld();
    const { world, client, daemon } = scene;
    const steps = [
      { queue: "Helder Facturen" },
      { answers: "Sanne" },
      { says: "agent", text: "Dag!" },
    ] as const;
    const story = { id: "s", title: "s", medium: "voice", language: "nl-nl", customerName: "K" } as const;
    const { conversationId } = await play(world.platform, { ...story, attributes, steps: [...steps] });
    const answer = await client.post(path, { conversationId, wait: true });
    expect([answer.status, answer.body]).toEqual([422, { reason: "not_ended" }]);
    expect(await daemon.metrics()).toContain('contactlogd_ledger_rows{stage="noticed"} 0');
  });

  test("422 too_old where it is not known any more whether it was posted, and nothing of it is left", async () => {
    await using scene = await runOpenWorld(allowForce);
    const { world, client } = scene;
    const id = quietCall(world, { endedAt: Date.now() - 91 * 24 * 3_600_000 });
    const answer = await client.post(path, { conversationId: id, wait: true, force: true });
    expect([answer.status, answer.body]).toEqual([422, { reason: "too_old" }]);
    expect((await client.get(`${path}/${id}`)).status).toBe(404);
  });

  const gates = [
    ["not_authenticated", { attributes: { customerNumber: "HLD-1" } }],
    ["no_account", { attributes: { authenticated: "true" } }],
    ["excluded_queue", { queue: "Helder Storingen" }],
  ] as const;
  const exclude = (file: Json): void => {
    file.genesys.queues.exclude = ["Helder Storingen"];
  };

  test.each(gates)("422 %s, also by force where the brand does not allow it", async (reason, call) => {
    await using scene = await runOpenWorld(exclude);
    const { world, client } = scene;
    const id = quietCall(world, call);
    for (const force of [true, false, true]) {
      const answer = await client.post(path, { conversationId: id, wait: true, force });
      expect([answer.status, answer.body]).toEqual([422, { reason }]);
    }
    expect((await client.get(`${path}/${id}`)).body).toEqual({ reason });
    expect(world.backend.attempts).toHaveLength(0);
    expect((await client.get("/status")).body.sinceStart["*"]).toMatchObject({
      ended: 1,
      skipped: { [reason]: 1 },
    });
  });

  test.each(gates)("%s is passed over by force where the brand allows it", async (reason, call) => {
    await using scene = await runOpenWorld((file) => {
      exclude(file);
      allowForce(file);
    });
    const { world, client } = scene;
    const refused = quietCall(world, call);
    expect((await client.post(path, { conversationId: refused, wait: true })).body).toEqual({ reason });
    const ids = [refused, quietCall(world, call)];
    for (const id of ids) {
      const { status, body } = await client.post(path, { conversationId: id, wait: true, force: true });
      expect(status).toBe(200);
      expect(body.log.accountId).toBe(reason === "no_account" ? "" : "HLD-1");
    }
    expect(world.backend.accepted.map(({ key }) => key)).toEqual(ids);
    const { sinceStart } = (await client.get("/status")).body;
    expect(sinceStart["*"]).toMatchObject({ ended: 2, posted: 2, skipped: {} });
  });

  test.each([
    ["no_human_agent", { steps: [{ queue: "Helder Facturen" }, { customerLeaves: true }] }],
    ["no_brand", { queue: "Other" }],
    ["no_dialogue", { lines: [{ says: "agent", text: "Hallo?" }] }],
  ] as const)("%s holds also by force", async (reason, call) => {
    await using scene = await runOpenWorld(allowForce, {
      platform: { queues: ["Helder Facturen", "Other"].map((name) => ({ name })) },
    });
    const { world, client } = scene;
    const id = quietCall(world, call as object);
    const answer = await client.post(path, { conversationId: id, wait: true, force: true });
    expect([answer.status, answer.body]).toEqual([422, { reason }]);
    expect(world.backend.attempts).toHaveLength(0);
  });
});

describe("too many at once", () => {
  test("409 for a second request for the same, 429 above http.maxWaiting, and room again later", async () => {
    await using scene = await runOpenWorld((file) => {
      Object.assign(file.http, { maxWaiting: 2, waitMs: 1_500 });
    });
    const { world, client } = scene;
    const late = [1, 2].map(() => quietCall(world, { transcriptDelayMs: never }));
    const waiting = late.map((id) => client.post(path, { conversationId: id, wait: true }));
    await until(
      () => late.every((id) => world.platform.requests.some((one) => one.path.includes(id))),
      "both to be waited for",
    );
    expect((await client.post(path, { conversationId: late[0] })).status).toBe(409);
    expect((await client.post("/generate-summary", { interaction_id: late[1] })).status).toBe(409);
    const full = await client.post(path, { conversationId: quietCall(world), wait: true });
    expect([full.status, full.headers.get("retry-after")]).toEqual([429, "5"]);
    expect((await client.get(`${path}/${late[0]}`)).status).toBe(202);
    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([202, 202]);
    expect((await client.post(path, { conversationId: quietCall(world), wait: true })).status).toBe(200);
  });
});

describe("502 names the upstream", () => {
  test("a destination that refused: a dead letter", async () => {
    await using scene = await runOpenWorld();
    const { world, client } = scene;
    world.backend.fail({ status: 422, body: { error: "insides of the backend" }, times: 1 });
    const id = quietCall(world);
    for (const answer of [
      await client.post(path, { conversationId: id, wait: true }),
      await client.get(`${path}/${id}`),
    ]) {
      expect([answer.status, answer.body]).toEqual([
        502,
        { upstream: "destination main", reason: "http_422" },
      ]);
    }
  });

  test("a destination that is down for the whole wait; the log is posted when it is back", async () => {
    await using scene = await runOpenWorld((file) => {
      file.http.waitMs = 500;
    });
    const { world, client } = scene;
    world.backend.fail({ status: 503, times: 12 });
    const id = quietCall(world);
    const { status, body } = await client.post(path, { conversationId: id, wait: true });
    expect(status).toBe(502);
    expect(body.upstream).toBe("destination main");
    await until(async () => (await client.get(`${path}/${id}`)).status === 200, "the backend's return");
    expect(world.backend.accepted).toHaveLength(1);
  });

  test("the model", async () => {
    await using model = await startModel();
    await using scene = await runOpenWorld((file) => {
      file.http.waitMs = 600;
      file.llm = { provider: "openai", baseUrl: model.baseUrl, model: "test" };
    });
    const { world, client } = scene;
    model.answers.push(...Array.from({ length: 50 }, () => ({ status: 500 })));
    const { status, body } = await client.post(path, { conversationId: quietCall(world), wait: true });
    expect(status).toBe(502);
    expect(body).toEqual({ upstream: "model", reason: expect.stringMatching(/^(model_|circuit_open)/) });
  });

  test("Genesys, asked as long as the caller waits; nothing of it is left", async () => {
    await using scene = await runOpenWorld((file) => {
      file.http.waitMs = 1_400;
    });
    const { world, client, daemon } = scene;
    const id = quietCall(world);
    const fault = { path: /^\/api\/v2\/conversations\//, status: 500, body: '{"message":"insides"}' };
    world.platform.faults.rest({ ...fault, times: 1 });
    const asked = () => world.platform.requests.filter((one) => one.path.endsWith(id)).length;
    expect((await client.post(path, { conversationId: id })).body).toEqual({
      upstream: "genesys",
      reason: "platform_error",
    });
    expect(asked()).toBe(1);
    world.platform.faults.rest({ ...fault, times: 50 });
    const { status, body, text } = await client.post(path, { conversationId: id, wait: true });
    expect([status, body.upstream]).toEqual([502, "genesys"]);
    expect(asked()).toBeGreaterThan(2);
    expect(text).not.toContain("insides");
    expect(await daemon.metrics()).toContain('contactlogd_ledger_rows{stage="noticed"} 0');
  });

  test("Genesys away for a moment is waited out", async () => {
    await using scene = await runOpenWorld();
    const { world, client } = scene;
    world.platform.faults.rest({ path: /^\/api\/v2\/conversations\//, status: 503, body: "{}", times: 1 });
    expect((await client.post(path, { conversationId: quietCall(world), wait: true })).status).toBe(200);
  });
});

test("stopping: 503 for whoever comes, 202 for whoever waits, and the next run does it", async () => {
  await using scene = await runOpenWorld();
  const { world, client, daemon } = scene;
  world.backend.fail({ hang: true, times: 1 });
  const id = quietCall(world);
  const waiting = client.post(path, { conversationId: id, wait: true });
  await until(() => world.backend.attempts.length === 1, "the post to be under way");
  const stopped = daemon.stop();
  expect((await waiting).status).toBe(202);
  const long = { endedAt: Date.now() - 3_600_000 };
  const late = await client.post(path, { conversationId: quietCall(world, long), wait: true });
  expect([late.status, late.headers.get("retry-after")]).toEqual([503, "5"]);
  await stopped;
  const next = new DoorsClient(await world.start().address());
  expect((await next.post(path, { conversationId: id, wait: true })).status).toBe(200);
  expect(world.backend.accepted.map(({ key }) => key)).toEqual([id]);
});

test("what was answered 202 is honoured after a kill -9, force and all", async () => {
  await using world = await startOpenWorld(allowForce);
  const first = await spawnOpenDaemon(world);
  await until(() => first.daemon.output.includes("channel connected"), "the queues to be listed");
  // Gates refuse them: what is posted was asked for by force. An hour ago: no gap of a restart reaches there.
  const ids = Array.from({ length: 6 }, () =>
    quietCall(world, {
      attributes: { customerNumber: "HLD-1" },
      endedAt: Date.now() - 3_600_000,
      transcriptDelayMs: 0,
    }),
  );
  world.backend.fail({ delayMs: 200, times: 2 });
  const accepted = await Promise.all(
    ids.map(async (id) => (await first.client.post(path, { conversationId: id, force: true })).status),
  );
  first.daemon.child.kill("SIGKILL");
  await first.daemon.exit;
  expect(accepted).toEqual(ids.map(() => 202));
  const second = await spawnOpenDaemon(world);
  for (const id of ids) {
    await until(async () => (await second.client.get(`${path}/${id}`)).status === 200, "the log");
  }
  expect(world.backend.accepted.map(({ key }) => key).toSorted()).toEqual(ids.toSorted());
});
