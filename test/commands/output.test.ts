import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, read, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { openLedger } from "../../src/ledger/sqlite.ts";

const cwd = fileURLToPath(new URL("../..", import.meta.url));
const expected = readFileSync(join(cwd, "config.schema.json"), "utf8");
/** What a pipe holds. */
const pipeBytes = 65_536;

test("whoever reads slowly gets all of it", () => {
  expect(expected.length).toBeGreaterThan(pipeBytes);
  const line = '"$0" src/cli.ts schema | { sleep 3; cat; }';
  expect(execFileSync("sh", ["-c", line, process.execPath], { cwd, encoding: "utf8" })).toBe(expected);
});

test("a signal ends what waits for somebody to read", async () => {
  const folder = mkdtempSync(join(tmpdir(), "contactlogd-output-"));
  const fifo = join(folder, "fifo");
  execFileSync("mkfifo", [fifo]);
  // Held open both ways: it takes what a pipe holds, and nobody reads it.
  const pipe = openSync(fifo, "r+");
  const child = spawn(process.execPath, ["src/cli.ts", "schema"], { cwd, stdio: ["ignore", pipe, "ignore"] });
  onTestFinished(() => {
    child.kill("SIGKILL");
    closeSync(pipe);
    rmSync(folder, { recursive: true });
  });
  const exit = once(child, "exit");
  // It has begun to write.
  await promisify(read)(pipe, Buffer.alloc(1), 0, 1, null);
  expect(await Promise.race([exit, delay(500, "waits")])).toBe("waits");
  child.kill("SIGTERM");
  expect(await exit).toEqual([0, null]);
});

test("an id of another system's moves no cursor of whoever asks what became of it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "contactlogd-output-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const conversationId = "c-1\u001b[2J\u009b1m\u202e";
  const heardAt = Date.now();
  await using ledger = openLedger(join(folder, "state.db"));
  await ledger.record({ conversationId, source: "notification", heardAt }, heardAt);
  const config = join(folder, "config.json");
  writeFileSync(config, JSON.stringify({ state: { file: "state.db" } }));
  const args = ["src/cli.ts", "explain", conversationId, "--config", config];
  const told = execFileSync(process.execPath, args, { cwd, encoding: "utf8" });
  expect(told).toContain("conversation c-1\ufffd[2J\ufffd1m\ufffd\n");
  expect(told.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
});
