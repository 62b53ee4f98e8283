import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openQueue } from "../../src/aws/queue.ts";
import { Fatal, Permanent, Transient } from "../../src/errors.ts";
import { Sqs, type SqsOptions } from "../../src/sources/sqs.ts";
import { credentials, region } from "../aws/fake.ts";
import { type FakeQueue, startSqs } from "../aws/sqs.ts";
import { until } from "../harness.ts";

let sqs: FakeQueue;
let stop: AbortController;
const running: Promise<void>[] = [];
const told: string[] = [];

beforeEach(async () => {
  for (const [name, value] of Object.entries(credentials)) vi.stubEnv(name, value);
  sqs = await startSqs();
  stop = new AbortController();
  told.length = 0;
});
afterEach(async () => {
  stop.abort();
  await Promise.all(running.splice(0));
  await sqs[Symbol.asyncDispose]();
  vi.unstubAllEnvs();
  expect(sqs.mistakes).toEqual([]);
});

async function listen(take: SqsOptions["take"], more: Partial<SqsOptions> = {}): Promise<Sqs> {
  const queue = await openQueue({ queueUrl: sqs.queueUrl, region, endpoint: sqs.endpoint }, 60, "the test");
  const source = new Sqs({
    queue,
    source: "test",
    deleteUnreadable: false,
    take,
    timing: { retryBaseMs: 5, retryMaxMs: 20 },
    reports: {
      message: (_source, outcome) => void told.push(outcome),
      messageUnreadable: (_source, id) => void told.push(`unreadable ${id}`),
      messageFailed: (_source, id, error) => void told.push(`failed ${id} ${(error as Error).message}`),
      queueAway: (_source, error) => void told.push(`away ${(error as Error).message}`),
    },
    ...more,
  });
  running.push(source.run(stop.signal).finally(() => queue.close()));
  return source;
}

test("a message is deleted once it is recorded, and not before", async () => {
  const recording = Promise.withResolvers<"taken">();
  await listen(() => recording.promise);
  sqs.send({ n: 1 });
  await until(() => sqs.left()[0]?.received === 1, "the message to be received");
  expect(sqs.deleted).toEqual([]);
  recording.resolve("taken");
  await until(() => sqs.deleted.length === 1, "it to be deleted");
  expect(sqs.left()).toEqual([]);
  expect(told).toEqual(["taken"]);
});

test("what is of no interest is deleted too; a hundred messages come in tens", async () => {
  const seen: number[] = [];
  await listen(async (body) => {
    const { n } = body as { n: number };
    seen.push(n);
    return n % 2 === 0 ? "taken" : "ignored";
  });
  for (let n = 0; n < 100; n++) sqs.send({ n });
  await until(() => sqs.deleted.length === 100, "all to be deleted");
  expect(seen.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, n) => n));
});

test("one that could not be recorded stays, and is taken when it comes again", async () => {
  let full = true;
  await listen(async () => {
    if (full) throw new Transient("disk_full", "state file: the disk is full");
    return "taken";
  });
  const id = sqs.send({ n: 1 });
  await until(() => told.length === 2, "the failure to be told");
  expect(told).toEqual([`failed ${id} state file: the disk is full`, "failed"]);
  expect(sqs.deleted).toEqual([]);
  full = false;
  sqs.showAll();
  await until(() => sqs.deleted.length === 1, "it to be taken");
});

test.each(["not JSON", '{"Type":"Notification","Message":"not JSON"}'])(
  "what nobody can read stays for the queue's redrive, and is named by its id alone: %s",
  async (body) => {
    await listen(async () => "taken");
    const id = sqs.send(body);
    await until(() => told.length === 2, "it to be told");
    expect(told).toEqual([`unreadable ${id}`, "unreadable"]);
    sqs.send({ n: 1 });
    await until(() => sqs.deleted.length === 1, "the next to be taken");
    expect(sqs.left().map((one) => one.id)).toEqual([id]);
  },
);

test("and is deleted where that is configured, also when reading it failed for good", async () => {
  const take = async (): Promise<"taken"> => {
    throw new Permanent("analysis_unreadable", "analysis file: it is not JSON");
  };
  await listen(take, { deleteUnreadable: true });
  sqs.send("not JSON");
  sqs.send({ n: 1 });
  await until(() => sqs.deleted.length === 2, "both to be deleted");
});

test("SNS's envelope is taken off", async () => {
  const seen: unknown[] = [];
  await listen(async (body) => {
    seen.push(body);
    return "taken";
  });
  sqs.send({ Type: "Notification", MessageId: "1", Message: JSON.stringify({ n: 7 }) });
  await until(() => sqs.deleted.length === 1, "it to be taken");
  expect(seen).toEqual([{ n: 7 }]);
});

test("a queue that fails, throttles, hangs up and refuses is asked again, and deaf meanwhile", async () => {
  sqs.fail({ code: "InternalError", status: 500 });
  sqs.fail({ code: "RequestThrottled", status: 400 });
  sqs.fail({ reset: "before" });
  sqs.fail({ code: "AccessDeniedException", status: 400 }, 3);
  const deaf: (string | undefined)[] = [];
  const source = await listen(async () => {
    deaf.push(source.deaf);
    return "taken";
  });
  sqs.send({ n: 1 });
  await until(() => told.length > 3, "some failures");
  deaf.push(source.deaf);
  await until(() => sqs.deleted.length === 1, "the message to be taken");
  await until(() => source.deaf === undefined, "it to hear again");
  expect(deaf[0]).toBe("queue 123456789012/contacts cannot be read");
  expect(told.slice(0, 6)).toEqual([
    "away queue 123456789012/contacts: AWS answered InternalError (HTTP 500)",
    "away queue 123456789012/contacts: AWS asks for fewer calls (RequestThrottled)",
    expect.stringMatching(/^away queue 123456789012\/contacts: no answer \(ECONNRESET\)$/),
    ...Array.from(
      { length: 3 },
      () =>
        "away queue 123456789012/contacts: not permitted (AccessDeniedException); allow sqs:ReceiveMessage",
    ),
  ]);
});

test("a deletion whose reply is lost, or that fails, brings the message again and nothing worse", async () => {
  let taken = 0;
  await listen(async () => {
    if (taken++ === 0) sqs.fail({ code: "InternalError", status: 500 });
    return "taken";
  });
  sqs.send({ n: 1 });
  await until(() => told.some((line) => line.startsWith("away")), "the failure to be told");
  sqs.showAll();
  await until(() => sqs.deleted.length === 1, "it to be deleted in the end");
  expect(taken).toBe(2);
});

test("without credentials it waits and says how to give them", async () => {
  vi.unstubAllEnvs();
  vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
  vi.stubEnv("AWS_ACCESS_KEY_ID", "");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "");
  vi.stubEnv("HOME", "/nonexistent");
  await listen(async () => "taken");
  await until(() => told.length > 0, "the failure to be told");
  expect(told[0]).toMatch(/no valid AWS credentials \(CredentialsProviderError\); give the process a role/);
  expect(sqs.requests).toEqual([]);
});

test("stopped in a long poll, it ends at once; what comes then stays in the queue", async () => {
  await listen(async () => "taken");
  await until(() => sqs.requests.length === 1, "the poll to be under way");
  const started = performance.now();
  stop.abort();
  await Promise.all(running);
  expect(performance.now() - started).toBeLessThan(5_000);
  sqs.send({ n: 1 });
  expect(sqs.left()).toHaveLength(1);
});

test("what is being recorded when it stops is deleted all the same", async () => {
  const recording = Promise.withResolvers<"taken">();
  let isRecording = false;
  await listen(() => {
    isRecording = true;
    return recording.promise;
  });
  sqs.send({ n: 1 });
  await until(() => isRecording, "the message to be recorded");
  stop.abort();
  recording.resolve("taken");
  await Promise.all(running);
  expect(sqs.left()).toEqual([]);
});

test("something fatal is passed on", async () => {
  await listen(async () => {
    throw new Fatal("state_corrupt", "state.file: it is damaged");
  });
  sqs.send({ n: 1 });
  await expect(running.pop()).rejects.toThrow("it is damaged");
});
