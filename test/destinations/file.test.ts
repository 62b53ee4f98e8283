import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createDestination, destinationSchema } from "../../src/destinations/index.ts";
import { contactLog, context, outgoing } from "./contract.ts";

const never = new AbortController().signal;
let directory: string;
let path: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "contactlogd-file-"));
  path = join(directory, "logs", "contact-logs.jsonl");
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

function made(options: object = {}) {
  return createDestination(destinationSchema.parse({ kind: "file", path, ...options }), context);
}

/** A contact log on its way, under another key. */
function log(key: string, note = "Een notitie.") {
  return { key, body: JSON.stringify({ ...contactLog, key, note }) };
}

const keysIn = (file = path): string[] =>
  readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line).key);

test("each contact log is one line of JSON, in a directory that is made, readable by its owner alone", async () => {
  await using destination = made();
  const sent = outgoing(destination);
  expect(await destination.post(sent, never)).toEqual({ status: 201, alreadyThere: false });
  await destination.post(log("b"), never);
  expect(readFileSync(path, "utf8").split("\n")).toEqual([sent.body, log("b").body, ""]);
  const { evidence: _, ...provenance } = contactLog.provenance;
  expect(JSON.parse(sent.body)).toEqual({ ...contactLog, provenance });
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(statSync(join(directory, "logs")).mode & 0o777).toBe(0o700);
  expect(destination.name).toBe("contact-logs.jsonl");
});

test("many at once are whole lines, each once", async () => {
  await using destination = made();
  const keys = Array.from({ length: 50 }, (_, index) => `key-${index}`);
  await Promise.all(keys.map((key) => destination.post(log(key, "x".repeat(5_000)), never)));
  expect(keysIn().sort()).toEqual(keys.sort());
});

describe("what a crash leaves", () => {
  test("half a line is ended before the next, and its key is not there", async () => {
    mkdirSync(join(directory, "logs"));
    writeFileSync(path, `${log("a").body}\n${log("b").body.slice(0, 100)}`);
    await using destination = made();
    expect(await destination.has?.(log("b"), never)).toBe(false);
    await destination.post(log("b"), never);
    const lines = readFileSync(path, "utf8").split("\n");
    expect(lines).toEqual([log("a").body, log("b").body.slice(0, 100), log("b").body, ""]);
    expect(await destination.has?.(log("b"), never)).toBe(true);
  });

  test("a whole line whose line break was lost counts, and the next begins on its own", async () => {
    mkdirSync(join(directory, "logs"));
    writeFileSync(path, log("a").body);
    await using destination = made();
    expect(await destination.has?.(log("a"), never)).toBe(true);
    await destination.post(log("b"), never);
    expect(keysIn()).toEqual(["a", "b"]);
  });

  test("a key that another log only quotes is not there", async () => {
    await using destination = made();
    await destination.post(log("a", 'hij zegt "b" en {"key":"b"}'), never);
    expect(await destination.has?.(log("b"), never)).toBe(false);
    expect(await destination.has?.(log("a"), never)).toBe(true);
  });

  test("what cannot be read is asked for later", async () => {
    mkdirSync(path, { recursive: true });
    await using destination = made();
    await expect(destination.has?.(log("a"), never)).rejects.toMatchObject({
      name: "Transient",
      reason: "file_failed",
    });
  });

  test("without a file nothing is there", async () => {
    await using destination = made();
    expect(await destination.has?.(log("a"), never)).toBe(false);
    expect(existsSync(path)).toBe(false);
  });
});

describe("a file that would become too large is set aside", () => {
  test("as many as are to be kept, the oldest goes, and each is looked through", async () => {
    await using destination = made({ maxBytes: 1_100, keep: 2 });
    for (const key of ["a", "b", "c", "d"]) await destination.post(log(key), never);
    expect(readdirSync(join(directory, "logs")).sort()).toEqual([
      "contact-logs.jsonl",
      "contact-logs.jsonl.1",
      "contact-logs.jsonl.2",
    ]);
    expect([keysIn(), keysIn(`${path}.1`), keysIn(`${path}.2`)]).toEqual([["d"], ["c"], ["b"]]);
    for (const key of ["b", "c", "d"]) expect(await destination.has?.(log(key), never)).toBe(true);
    expect(await destination.has?.(log("a"), never)).toBe(false);
  });

  test("while many are posted none is lost", async () => {
    await using destination = made({ maxBytes: 4_000, keep: 100 });
    const keys = Array.from({ length: 40 }, (_, index) => `key-${index}`);
    await Promise.all(keys.map((key) => destination.post(log(key), never)));
    const files = readdirSync(join(directory, "logs")).map((name) => join(directory, "logs", name));
    expect(files.length).toBeGreaterThan(3);
    expect(files.flatMap((file) => keysIn(file)).sort()).toEqual(keys.sort());
    for (const file of files) expect(statSync(file).size).toBeLessThanOrEqual(4_000);
  });

  test("one that is larger than a file may be stands alone", async () => {
    await using destination = made({ maxBytes: 1_024 });
    await destination.post(log("a", "x".repeat(5_000)), never);
    await destination.post(log("b"), never);
    expect([keysIn(), keysIn(`${path}.1`)]).toEqual([["b"], ["a"]]);
  });
});

describe("what cannot be written comes later", () => {
  test("a full disk takes nothing, and no half line", async () => {
    // Every write to it fails with ENOSPC (full(4)).
    await using destination = made({ path: "/dev/full" });
    await expect(destination.post(log("a"), never)).rejects.toMatchObject({ reason: "disk_full" });
  });

  test("a file where the directory should be", async () => {
    writeFileSync(join(directory, "logs"), "");
    await using destination = made();
    await expect(destination.post(log("a"), never)).rejects.toMatchObject({
      name: "Transient",
      reason: "file_failed",
    });
    rmSync(join(directory, "logs"));
    await destination.post(log("a"), never);
    expect(keysIn()).toEqual(["a"]);
  });

  test.skipIf(process.getuid?.() === 0)("a file that may not be written", async () => {
    mkdirSync(join(directory, "logs"));
    writeFileSync(path, "");
    chmodSync(path, 0o400);
    await using destination = made();
    await expect(destination.post(log("a"), never)).rejects.toMatchObject({
      name: "Transient",
      reason: "file_not_writable",
    });
  });

  test("after somebody took the file away there is a new one", async () => {
    await using destination = made();
    await destination.post(log("a"), never);
    rmSync(join(directory, "logs"), { recursive: true });
    await destination.post(log("b"), never);
    expect(keysIn()).toEqual(["b"]);
  });
});

test("the signal ends what has not begun, with its own reason", async () => {
  await using destination = made();
  appendFileSync(join(directory, "other"), "");
  const reason = new Error("the daemon stops");
  await expect(destination.post(log("a"), AbortSignal.abort(reason))).rejects.toBe(reason);
  expect(existsSync(path)).toBe(false);
});

test.each<[what: string, change: object]>([
  ["no path", { path: undefined }],
  ["an empty path", { path: "" }],
  ["files too small for a log", { maxBytes: 10 }],
  ["no file kept", { keep: 0 }],
  ["an unknown key", { mode: "0644" }],
])("%s is refused", (_what, change) => {
  expect(destinationSchema.safeParse({ kind: "file", path: "x", ...change }).success).toBe(false);
});
