import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { connectCasesSchema, createConnectCases } from "../../src/destinations/connect-cases.ts";
import type { Destination, Outgoing } from "../../src/destinations/destination.ts";
import { Ambiguous, Permanent, Transient } from "../../src/errors.ts";
import { type FakeCases, startCases } from "../aws/connect-cases.ts";
import { credentials, type FakeFault, region } from "../aws/fake.ts";
import { contactLog } from "./contract.ts";

const never = new AbortController().signal;
const caseId = "case-1";
const link = { contactId: contactLog.key, caseId };

let cases: FakeCases;
let destination: Destination;

beforeEach(async () => {
  for (const [name, value] of Object.entries(credentials)) vi.stubEnv(name, value);
  cases = await startCases();
  cases.open(caseId);
  destination = create();
});
afterEach(async () => {
  await destination[Symbol.asyncDispose]();
  await cases[Symbol.asyncDispose]();
  vi.unstubAllEnvs();
  expect(cases.mistakes).toEqual([]);
});

function create(more: object = {}): Destination {
  const { domainId, endpoint } = cases;
  return createConnectCases(
    connectCasesSchema.parse({
      kind: "connect-cases",
      domainId,
      region,
      endpoint,
      timeoutMs: 1_000,
      ...more,
    }),
  );
}

function outgoing(log = contactLog, at = caseId): Outgoing {
  return { key: `${log.key}#${at}`, ...destination.render(log, { contactId: log.key, caseId: at }) };
}

async function failure(fault: FakeFault): Promise<Error> {
  cases.fail(fault);
  const error = await destination.post(outgoing(), never).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(Error);
  for (const canary of ["Mevrouw", "Jansen", "0612345678", "ACC-4711", "aws-secret-canary"]) {
    expect((error as Error).message).not.toContain(canary);
  }
  return error as Error;
}

test("a comment carries the key in its first line, and the log in plain text", async () => {
  expect(await destination.post(outgoing(), never)).toEqual({ status: 200, alreadyThere: false });
  const [text = ""] = cases.comments(caseId);
  expect(cases.comments(caseId)).toHaveLength(1);
  expect(text.split("\n")[0]).toContain(`[${contactLog.key}]`);
  for (const part of [contactLog.description, "Mevrouw Jansen", "Terugbellen", "Facturen"]) {
    expect(text).toContain(part);
  }
});

test("the same log is rendered to the same bytes, for each case its own", () => {
  const { body } = destination.render(contactLog, link);
  expect(destination.render(contactLog, link).body).toBe(body);
  expect(destination.render(contactLog, { ...link, caseId: "case-2" }).body).not.toBe(body);
  expect(() => destination.render(contactLog)).toThrow(Permanent);
  expect(destination.perCase).toEqual({ linkGiveUpMs: 172_800_000, unlinked: "dead" });
});

test.each(["a", "€", "👍"])("a log of any length is cut to 15,000 characters (%s)", async (letter) => {
  const long = { ...contactLog, note: `${letter.repeat(9)} `.repeat(4_000) };
  await destination.post(outgoing(long), never);
  const [text = ""] = cases.comments(caseId);
  expect(text.length).toBeGreaterThan(14_000);
  expect(text.length).toBeLessThanOrEqual(15_000);
  expect(text.isWellFormed()).toBe(true);
});

describe("whether it is there", () => {
  const ask = (log = contactLog, at = caseId) => destination.has?.(outgoing(log, at), never);

  test("by the key in the first line, on any page of the case's comments", async () => {
    expect(await ask()).toBe(false);
    for (let n = 0; n < 60; n++) cases.comment(caseId, `Notitie ${n}`);
    await destination.post(outgoing(), never);
    for (let n = 0; n < 60; n++) cases.comment(caseId, `Notitie ${n}`);
    cases.requests.length = 0;
    expect(await ask()).toBe(true);
    expect(cases.requests).toHaveLength(3);
  });

  test("not by a key that another one begins with, nor by one that is quoted further down", async () => {
    await destination.post(outgoing({ ...contactLog, key: `${contactLog.key}2` }), never);
    cases.comment(caseId, `Zie ook:\n[${contactLog.key}]`);
    expect(await ask()).toBe(false);
  });

  test("not in another case", async () => {
    cases.open("case-2");
    await destination.post(outgoing(), never);
    expect(await ask(contactLog, "case-2")).toBe(false);
  });

  test("a case with more comments than can be searched is for a person to look at", async () => {
    for (let n = 0; n <= 2_000; n++) cases.comment(caseId, "Notitie");
    await expect(ask()).rejects.toThrow(Permanent);
  });

  test.each<[FakeFault, string]>([
    [{ code: "ThrottlingException", status: 429 }, "rate_limited"],
    [{ code: "AccessDeniedException", status: 403 }, "access_denied"],
    [{ reset: "before" }, "no_answer"],
  ])("%o leaves it open, and is no reason to post again", async (fault, reason) => {
    cases.fail(fault);
    const error = await ask()?.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Transient);
    expect(error).not.toBeInstanceOf(Ambiguous);
    expect(error).toMatchObject({ reason });
  });
});

describe("a post", () => {
  test.each<FakeFault>([
    { reset: "after" },
    { reset: "before" },
    { code: "InternalServerException", status: 500 },
  ])("of which the outcome is unknown is not repeated by the SDK: %o", async (fault) => {
    expect(await failure(fault)).toBeInstanceOf(Ambiguous);
    expect(cases.requests).toHaveLength(1);
  });

  test("without an answer is given up in time", async () => {
    await destination[Symbol.asyncDispose]();
    destination = create({ timeoutMs: 100 });
    expect(await failure({ hang: true })).toBeInstanceOf(Ambiguous);
  });

  test("that is throttled is put off as long as AWS says, and counts against nobody", async () => {
    const before = Date.now();
    const error = await failure({
      code: "ThrottlingException",
      status: 429,
      headers: { "retry-after": "7" },
    });
    expect(error).toMatchObject({ reason: "destination_rate_limited" });
    expect(error).not.toBeInstanceOf(Ambiguous);
    expect((error as Transient).notBefore).toBeGreaterThanOrEqual(before + 7_000);
  });

  test.each([
    ["ValidationException", 400],
    ["ResourceNotFoundException", 404],
    ["ServiceQuotaExceededException", 402],
  ])("that is refused is a dead letter with the code: %s", async (code, status) => {
    const error = await failure({ code, status, message: "Mevrouw Jansen is not a body" });
    expect(error).toBeInstanceOf(Permanent);
    expect(error).toMatchObject({ reason: code });
    expect(error.message).toContain(`AWS answered ${code} (HTTP ${status})`);
  });

  test("that is not permitted waits, and names the IAM action", async () => {
    const error = await failure({ code: "AccessDeniedException", status: 403 });
    expect(error).toBeInstanceOf(Transient);
    expect(error).not.toBeInstanceOf(Ambiguous);
    expect(error.message).toContain("allow cases:CreateRelatedItem");
  });

  test.each(["ExpiredTokenException", "UnrecognizedClientException"])(
    "with credentials that are refused waits (%s)",
    async (code) => {
      const error = await failure({ code, status: 403 });
      expect(error).toMatchObject({ reason: "aws_credentials" });
    },
  );

  test("to an endpoint that is not there waits: nothing was sent", async () => {
    await destination[Symbol.asyncDispose]();
    destination = create({ endpoint: "http://127.0.0.1:1" });
    const error = await destination.post(outgoing(), never).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ reason: "unreachable" });
    expect(error).not.toBeInstanceOf(Ambiguous);
  });

  test("without a region waits and says so", async () => {
    vi.stubEnv("AWS_REGION", "");
    vi.stubEnv("HOME", "/nonexistent");
    await destination[Symbol.asyncDispose]();
    destination = create({ region: undefined });
    const error = await destination.post(outgoing(), never).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ reason: "aws_region" });
  });

  test("is ended by the signal with its own reason", async () => {
    const stop = new AbortController();
    const reason = new Error("the daemon stops");
    cases.fail({ hang: true });
    const posting = expect(destination.post(outgoing(), stop.signal)).rejects.toBe(reason);
    await expect.poll(() => cases.requests.length).toBe(1);
    stop.abort(reason);
    await posting;
  });

  test("after it was disposed is none", async () => {
    await destination[Symbol.asyncDispose]();
    await expect(destination.post(outgoing(), never)).rejects.toThrow();
    expect(cases.requests).toHaveLength(0);
  });
});

test("its name shows the domain and no credentials", () => {
  expect(destination.name).toBe(`Connect Cases ${cases.domainId}`);
});
