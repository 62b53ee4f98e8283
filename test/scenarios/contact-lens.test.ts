import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { ContactLog } from "../../src/model.ts";
import { chatAnalysis, failedEvent, redactedOf, voiceAnalysis } from "../aws/analyses.ts";
import { credentials, region } from "../aws/fake.ts";
import { type FakeBucket, objectCreated, startS3 } from "../aws/s3.ts";
import { type FakeQueue, startSqs } from "../aws/sqs.ts";
import { cli, killChildren, runDaemon } from "../cli.ts";
import { DoorsClient, token } from "../doors/client.ts";
import { startWorld, until, type World, type WorldOptions } from "../harness.ts";

beforeEach(() => {
  for (const [name, value] of Object.entries(credentials)) vi.stubEnv(name, value);
});
afterEach(() => {
  killChildren();
  vi.unstubAllEnvs();
});

const stamp = "2026-03-12T10:00:00Z";
const keyOf = (channel: "Voice" | "Chat", contactId: string): string =>
  `connect/helder/Analysis/${channel}/2026/03/12/${contactId}_analysis_${stamp}.json`;
const redactedKeyOf = (channel: "Voice" | "Chat", contactId: string): string =>
  `connect/helder/Analysis/${channel}/Redacted/2026/03/12/${contactId}_analysis_redacted_${stamp}.json`;

const helder = {
  brand: "helder",
  instances: ["i-1"],
  accountPath: "CustomerMetadata.Account",
  assumeAuthenticated: true,
};

interface Place extends AsyncDisposable {
  readonly world: World;
  readonly sqs: FakeQueue;
  readonly s3: FakeBucket;
  /** Puts a file into the bucket, as Contact Lens does; S3 tells of it. */
  drop(key: string, file: object | string): void;
  logs(): ContactLog[];
}

/** A bucket and its queue, beside the platform. */
async function placeOf(
  contactLens: object = {},
  { doors, ...options }: WorldOptions & { doors?: boolean } = {},
): Promise<Place> {
  const sqs = await startSqs();
  const s3 = await startS3();
  const world = await startWorld({
    ...options,
    edit(file) {
      if (doors) Object.assign(file.http, { token });
      Object.assign(file, {
        // The files say 12 March 2026, whatever the day is.
        retention: { settledMs: 3_650 * 24 * 3_600_000 },
        sources: {
          contactLens: {
            sqs: { queueUrl: sqs.queueUrl, region, endpoint: sqs.endpoint },
            s3: { region, endpoint: s3.endpoint },
            redactedWaitMs: 50,
            brands: [helder],
            ...contactLens,
          },
        },
      });
    },
  });
  return {
    world,
    sqs,
    s3,
    drop(key, file) {
      s3.put(key, typeof file === "string" ? file : JSON.stringify(file));
      sqs.send(objectCreated(s3.bucket, key));
    },
    logs: () => world.backend.accepted.map(({ body }) => body as ContactLog),
    async [Symbol.asyncDispose]() {
      await world[Symbol.asyncDispose]();
      await sqs[Symbol.asyncDispose]();
      await s3[Symbol.asyncDispose]();
      expect([...sqs.mistakes, ...s3.mistakes]).toEqual([]);
    },
  };
}

const drained = (sqs: FakeQueue): Promise<unknown> =>
  until(
    () => sqs.left().length === 0,
    "the queue to be empty",
    30_000,
    () => JSON.stringify(sqs.left()),
  );

test("a call and a chat, each with both of its files told twice, make one log each, from the redacted words", async () => {
  await using place = await placeOf();
  const { world, sqs, s3 } = place;
  const daemon = world.start();
  const voice = voiceAnalysis({ contactId: "c-voice", account: "HLD-1" });
  const chat = chatAnalysis({ contactId: "c-chat", account: "HLD-2" });
  place.drop(keyOf("Voice", "c-voice"), voice);
  place.drop(redactedKeyOf("Voice", "c-voice"), redactedOf(voice));
  place.drop(redactedKeyOf("Chat", "c-chat"), redactedOf(chat));
  place.drop(keyOf("Chat", "c-chat"), chat);
  for (const key of [keyOf("Voice", "c-voice"), redactedKeyOf("Chat", "c-chat")]) {
    sqs.send({ Type: "Notification", Message: JSON.stringify(objectCreated(s3.bucket, key)) });
  }
  await world.backend.waitFor(2);
  await drained(sqs);
  const logs = place.logs().toSorted((a, b) => a.key.localeCompare(b.key));
  expect(logs).toMatchObject([
    {
      key: "c-chat",
      conversationId: "c-chat",
      brand: "helder",
      medium: "message",
      accountId: "HLD-2",
      startedAt: "2026-03-12T10:00:10.000Z",
      endedAt: "2026-03-12T10:01:00.000Z",
      agents: [{ userId: "f36a545d-67b2-4fd4-89fb-896136b609a7", queueId: null }],
      category: "Facturen",
    },
    {
      key: "c-voice",
      medium: "voice",
      accountId: "HLD-1",
      startedAt: "2026-03-12T10:00:00.000Z",
      endedAt: "2026-03-12T10:00:30.000Z",
      agents: [{ userId: "AGENT", queueId: null }],
      category: "Facturen",
    },
  ]);
  // Each original was read for its facts, once a message, and never for its words.
  const reads = (key: string): number => s3.reads.filter((one) => one === key).length;
  expect([reads(keyOf("Voice", "c-voice")), reads(keyOf("Chat", "c-chat"))]).toEqual([2, 1]);
  expect(reads(redactedKeyOf("Voice", "c-voice"))).toBe(2);
  expect(reads(redactedKeyOf("Chat", "c-chat"))).toBe(3);
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(world.backend.attempts).toHaveLength(2);
  const metrics = await daemon.metrics();
  expect(metrics).toContain('contactlogd_ended_total{brand="helder",medium="voice"} 1');
  expect(metrics).toContain('contactlogd_messages_total{source="contact-lens",outcome="taken"} 6');
});

test("an original whose redacted file does not come is read itself, once the wait is over", async () => {
  await using place = await placeOf();
  place.world.start();
  place.drop(keyOf("Voice", "c-1"), voiceAnalysis({ account: "HLD-1" }));
  await place.world.backend.waitFor(1);
  expect(place.s3.reads).toEqual([
    keyOf("Voice", "c-1"),
    redactedKeyOf("Voice", "c-1"),
    keyOf("Voice", "c-1"),
  ]);
});

test.each([
  ["require", redactedKeyOf("Voice", "c-1")],
  ["never", keyOf("Voice", "c-1")],
])("%s reads one of the two files alone", async (redacted, read) => {
  await using place = await placeOf({ redacted });
  place.world.start();
  const file = voiceAnalysis({ account: "HLD-1" });
  place.drop(keyOf("Voice", "c-1"), file);
  place.drop(redactedKeyOf("Voice", "c-1"), redactedOf(file));
  await place.world.backend.waitFor(1);
  await drained(place.sqs);
  expect(new Set(place.s3.reads)).toEqual(new Set([read]));
  expect(place.world.backend.accepted).toHaveLength(1);
});

test("a redacted file that may not be read holds the log back rather than let the original out", async () => {
  await using place = await placeOf();
  const daemon = place.world.start();
  place.s3.forbid(redactedKeyOf("Voice", "c-1"));
  place.drop(keyOf("Voice", "c-1"), voiceAnalysis({ account: "HLD-1" }));
  const { detail } = await daemon.logged("contact postponed", { reason: "access_denied" });
  expect(detail).toContain("allow s3:GetObject on its analysis files, and s3:ListBucket");
  expect(place.world.backend.attempts).toHaveLength(0);
});

test("no word of a contact is at rest while it waits", async () => {
  await using place = await placeOf({ redactedWaitMs: 60_000 });
  const daemon = place.world.start();
  place.drop(keyOf("Voice", "c-1"), voiceAnalysis({ account: "HLD-1" }));
  await drained(place.sqs);
  await daemon.stop();
  const folder = dirname(place.world.stateFile);
  const text = readdirSync(folder).map((name) => readFileSync(join(folder, name)).toString("latin1"));
  expect(text.join()).toContain("c-1_analysis_");
  expect(text.join()).not.toMatch(/jaarnota|betalingsregeling/);
});

describe("what gets no log", () => {
  test.each<[what: string, reason: string, brand: object, file: object]>([
    ["a failed analysis", "analysis_failed", {}, { ...voiceAnalysis(), JobStatus: "FAILED", Transcript: [] }],
    ["a channel of tomorrow", "unsupported_medium", {}, { ...voiceAnalysis(), Channel: "constructor" }],
    ["e-mail", "unsupported_medium", {}, { ...voiceAnalysis(), Channel: "EMAIL" }],
    [
      "nobody from outside",
      "no_customer",
      {},
      { ...voiceAnalysis(), Participants: [{ ParticipantRole: "AGENT" }] },
    ],
    [
      "no agent",
      "no_human_agent",
      {},
      { ...voiceAnalysis(), Participants: [{ ParticipantRole: "CUSTOMER" }] },
    ],
    ["another instance", "no_brand", {}, voiceAnalysis({ instanceId: "i-2", account: "HLD-1" })],
    ["no account", "no_account", {}, voiceAnalysis()],
    [
      "nobody answers for it",
      "not_authenticated",
      { assumeAuthenticated: false },
      voiceAnalysis({ account: "HLD-1" }),
    ],
    ["no summary of theirs", "no_summary", { summary: "theirs" }, voiceAnalysis({ account: "HLD-1" })],
    ["nobody spoke", "no_dialogue", {}, { ...voiceAnalysis({ account: "HLD-1" }), Transcript: [] }],
  ])("%s", async (_what, reason, brand, file) => {
    await using place = await placeOf({ brands: [{ ...helder, ...brand }] });
    const daemon = place.world.start();
    place.drop(keyOf("Voice", "c-1"), file);
    await daemon.logged("contact skipped", { key: "c-1", reason });
    await drained(place.sqs);
    expect(place.world.backend.attempts).toHaveLength(0);
  });

  test("an analysis that failed is told with its code, by a file or by an event, once", async () => {
    await using place = await placeOf({ brands: [{ ...helder, instances: undefined }] });
    const { world, sqs } = place;
    const daemon = world.start();
    place.drop(keyOf("Voice", "c-1"), {
      ...voiceAnalysis(),
      JobStatus: "FAILED",
      JobDetails: { FailureCode: "QUOTA_EXCEEDED" },
    });
    sqs.send(failedEvent("c-2"));
    sqs.send(failedEvent("c-2"));
    await drained(sqs);
    expect(await daemon.metrics()).toContain(
      'contactlogd_contacts_total{brand="helder",outcome="skipped",reason="analysis_failed"} 2',
    );
    for (const [id, code] of [
      ["c-1", "QUOTA_EXCEEDED"],
      ["c-2", "RECORDING_FILE_CANNOT_BE_READ"],
    ] as const) {
      const explain = cli(["explain", id, "--config", world.configPath], world);
      expect(await explain.exit).toBe(0);
      expect(explain.output).toContain(`analysis_failed: ${code}`);
    }
  });

  test("files of other kinds, and what S3 sends to try the queue, are taken off it", async () => {
    await using place = await placeOf();
    place.world.start();
    place.drop("connect/helder/CallRecordings/2026/03/12/c-1.wav", "RIFF");
    place.sqs.send({ Service: "Amazon S3", Event: "s3:TestEvent", Bucket: place.s3.bucket });
    place.sqs.send(objectCreated(place.s3.bucket, keyOf("Voice", "gone-already")));
    await drained(place.sqs);
    expect(place.s3.reads).toEqual([keyOf("Voice", "gone-already")]);
  });

  test("a file nobody can read, or that is too large, is counted and left to the queue's redrive", async () => {
    await using place = await placeOf({ maxFileBytes: 10_000 });
    const daemon = place.world.start();
    place.drop(keyOf("Voice", "c-1"), "{");
    place.drop(keyOf("Voice", "c-2"), JSON.stringify({ ...voiceAnalysis(), padding: "x".repeat(10_000) }));
    await until(() => place.sqs.left().every(({ received }) => received === 1), "both to be received");
    await until(
      async () =>
        (await daemon.metrics()).includes(
          'contactlogd_messages_total{source="contact-lens",outcome="unreadable"} 2',
        ),
      "both to be counted",
    );
    expect(place.sqs.left()).toHaveLength(2);
    expect(daemon.text).not.toContain("xxxx");
  });
});

test("a chat of Connect that is asked for by its id is answered with its log, and none that nobody heard of", async () => {
  await using place = await placeOf({}, { doors: true });
  const { world } = place;
  const daemon = world.start();
  const client = new DoorsClient(await daemon.address());
  const chat = chatAnalysis({ contactId: "c-chat", account: "HLD-2" });
  const ask = { conversationId: "c-chat", wait: true };
  expect((await client.post("/v1/contact-logs", ask)).status).toBe(404);
  place.drop(redactedKeyOf("Chat", "c-chat"), redactedOf(chat));
  place.drop(keyOf("Chat", "c-chat"), chat);
  await world.backend.waitFor(1);
  const asked = await client.post("/v1/contact-logs", ask);
  expect(asked).toMatchObject({ status: 200, body: { key: "c-chat", receipts: [{ status: 201 }] } });
  expect(world.backend.attempts).toHaveLength(1);
});

describe("Connect's own summary", () => {
  const content =
    "De klant belde over de jaarnota. De agent heeft een betalingsregeling in drie termijnen toegezegd.";

  test("is carried on as it is; category and outcome come from the conversation", async () => {
    await using place = await placeOf({ brands: [{ ...helder, summary: "theirs" }] });
    place.world.start();
    const file = voiceAnalysis({ account: "HLD-1", summary: { Content: content, Status: "COMPLETED" } });
    place.drop(redactedKeyOf("Voice", "c-1"), redactedOf(file));
    await place.world.backend.waitFor(1);
    expect(place.logs()[0]).toMatchObject({
      description: "De klant belde over de jaarnota.",
      note: content,
      category: "Facturen",
      actionItems: [],
      provenance: { model: "amazon-connect-contact-lens" },
    });
  });

  test("asks no model, and waits for none", async () => {
    const down = { provider: "openai", baseUrl: "http://127.0.0.1:1/v1", apiKey: "key-canary", model: "m" };
    await using place = await placeOf({ brands: [{ ...helder, summary: "theirs" }] }, { llm: down });
    place.world.start();
    place.drop(
      redactedKeyOf("Voice", "c-1"),
      redactedOf(voiceAnalysis({ account: "HLD-1", summary: { Content: content } })),
    );
    await place.world.backend.waitFor(1);
    expect(place.logs()[0]?.note).toBe(content);
  });

  test("that Connect could not write is told with its code", async () => {
    await using place = await placeOf({ brands: [{ ...helder, summary: "theirs" }] });
    const daemon = place.world.start();
    const summary = { Status: "FAILED", FailureCode: "INSUFFICIENT_CONVERSATION_CONTENT" };
    place.drop(redactedKeyOf("Voice", "c-1"), redactedOf(voiceAnalysis({ account: "HLD-1", summary })));
    await daemon.logged("contact skipped", { reason: "no_summary" });
    const explain = cli(["explain", "c-1", "--config", place.world.configPath], place.world);
    await explain.exit;
    expect(explain.output).toContain("no_summary: INSUFFICIENT_CONVERSATION_CONTENT");
  });
});

test("S3 and the queue may fail at any time: the log is posted once they are well", async () => {
  await using place = await placeOf();
  place.sqs.fail({ code: "InternalError", status: 500 }, 2);
  place.s3.fail({ code: "SlowDown", status: 503 });
  place.world.start();
  place.drop(redactedKeyOf("Voice", "c-1"), redactedOf(voiceAnalysis({ account: "HLD-1" })));
  await until(() => place.s3.requests.length > 0, "the first read");
  await until(() => place.sqs.left()[0]?.received === 1, "the message to stay");
  place.sqs.showAll();
  place.s3.fail({ reset: "before" });
  await until(() => {
    place.sqs.showAll();
    return place.sqs.left().length === 0;
  }, "the message to be taken");
  await place.world.backend.waitFor(1);
  expect(place.world.backend.accepted).toHaveLength(1);
});

test("kill -9 at any moment: no contact is lost, and none has two logs", async () => {
  await using place = await placeOf({ redactedWaitMs: 20 });
  const { world, sqs } = place;
  Object.assign(world.environment, credentials);
  const ids: string[] = [];
  for (let round = 0; round < 3; round++) {
    const daemon = runDaemon(world);
    await until(() => daemon.output.includes("contactlogd started"), "the daemon to start");
    for (let n = 0; n < 5; n++) {
      const contactId = `c-${round}-${n}`;
      const file = voiceAnalysis({ contactId, account: "HLD-1" });
      place.drop(keyOf("Voice", contactId), file);
      place.drop(redactedKeyOf("Voice", contactId), redactedOf(file));
      ids.push(contactId);
    }
    await new Promise((resolve) => setTimeout(resolve, 20 + 60 * round));
    daemon.child.kill("SIGKILL");
    await daemon.exit;
    sqs.showAll();
  }
  const last = runDaemon(world);
  await world.backend.waitFor(ids.length);
  await until(() => {
    sqs.showAll();
    return sqs.left().length === 0;
  }, "the queue to be empty");
  last.child.kill("SIGTERM");
  expect(await last.exit).toBe(0);
  expect(world.backend.accepted.map(({ key }) => key).toSorted()).toEqual(ids.toSorted());
});

describe("from a folder", () => {
  async function folderOf(more: object = {}) {
    const place = await placeOf({ sqs: undefined, folder: "analysis", pollMs: 50, ...more });
    const put = (name: string, file: object | string): void => {
      const path = join(place.world.directory, "analysis", name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, typeof file === "string" ? file : JSON.stringify(file));
    };
    mkdirSync(join(place.world.directory, "analysis"));
    return { place, put, [Symbol.asyncDispose]: () => place[Symbol.asyncDispose]() };
  }

  test("files at any depth are read, both of a contact make one log, and nothing is done twice by a restart", async () => {
    await using scene = await folderOf();
    const { place, put } = scene;
    const { backend } = place.world;
    const voice = voiceAnalysis({ contactId: "c-voice", account: "HLD-1" });
    put(keyOf("Voice", "c-voice"), voice);
    put(redactedKeyOf("Voice", "c-voice"), redactedOf(voice));
    const daemon = place.world.start();
    put(keyOf("Chat", "c-chat"), chatAnalysis({ contactId: "c-chat", account: "HLD-2" }));
    put("notes.json", "{}");
    await backend.waitFor(2);
    await daemon.stop();
    const again = place.world.start();
    await until(
      async () =>
        (await again.metrics()).includes(
          'contactlogd_messages_total{source="contact-lens",outcome="taken"} 3',
        ),
      "the files to be seen again",
    );
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(backend.attempts.map(({ key }) => key).toSorted()).toEqual(["c-chat", "c-voice"]);
    expect(readdirSync(join(place.world.directory, "analysis")).toSorted()).toEqual([
      "connect",
      "notes.json",
    ]);
  });

  test("one that is still being written is read when it is whole; one that never is, is told once", async () => {
    await using scene = await folderOf();
    const { place, put } = scene;
    const daemon = place.world.start();
    const text = JSON.stringify(voiceAnalysis({ account: "HLD-1" }));
    put(redactedKeyOf("Voice", "c-1"), text.slice(0, 500));
    put(redactedKeyOf("Voice", "c-2"), "{");
    await new Promise((resolve) => setTimeout(resolve, 70));
    put(redactedKeyOf("Voice", "c-1"), text);
    await place.world.backend.waitFor(1);
    await daemon.logged("message cannot be read");
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(daemon.lines.filter(({ msg }) => msg === "message cannot be read")).toHaveLength(1);
  });

  test("a folder that is not there yet is waited for, and readiness says so", async () => {
    await using scene = await folderOf({ folder: "later" });
    const daemon = scene.place.world.start();
    const { detail } = await daemon.logged("source is away", { source: "contact-lens" });
    expect(detail).toBe("sources.contactLens.folder: cannot be read (ENOENT)");
    const ready = await fetch(`${await daemon.address()}/readyz`);
    expect(ready.status).toBe(503);
  });
});

test("a dry run takes nothing from a queue", async () => {
  await using place = await placeOf({}, { flags: { dryRun: true } });
  place.drop(keyOf("Voice", "c-1"), voiceAnalysis({ account: "HLD-1" }));
  const daemon = place.world.start();
  await daemon.connected();
  expect(place.sqs.requests).toEqual([]);
});
