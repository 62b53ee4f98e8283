import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startModel } from "../../src/simulator/model.ts";
import { stories } from "../../src/simulator/stories.ts";
import { until } from "../harness.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
/** Where the demo keeps its files; nothing may be left there. */
let directory: string;
let child: ChildProcess | undefined;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "contactlogd-demo-test-"));
});
afterEach(() => {
  child?.kill("SIGKILL");
  child = undefined;
  rmSync(directory, { recursive: true, force: true });
});

interface Show {
  readonly exit: Promise<number | null>;
  output: string;
}

function demo(environment: Record<string, string> = {}): Show {
  const running = spawn(process.execPath, [join(root, "src/cli.ts"), "demo"], {
    cwd: root,
    env: { PATH: process.env.PATH, TMPDIR: directory, ...environment },
  });
  child = running;
  const show: Show = {
    output: "",
    exit: new Promise((resolve) => running.once("close", (code) => resolve(code))),
  };
  for (const stream of [running.stdout, running.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      show.output += chunk.toString();
    });
  }
  return show;
}

const lastLine = ({ output }: Show): string => output.trim().split("\n").at(-1) ?? "";

test("the demo ends with 0 within 20 s, keeps its promises and leaves nothing behind", async () => {
  const start = performance.now();
  const show = demo();
  expect(await show.exit, show.output).toBe(0);
  expect(performance.now() - start).toBeLessThan(20_000);
  expect(lastLine(show)).toMatch(
    /^✔ 12 conversations ended, .* 10 contact logs, each posted once, 2 skipped with a reason, none lost$/,
  );
  expect(show.output).toContain("summarizer     offline: picks sentences");
  for (const { title } of stories) expect(show.output).toContain(title);
  expect(show.output).toMatch(/"provenance": \{/);
  expect(show.output).toMatch(/calls {2}median .* of 6\n {2}chats {2}median .* of 4/);
  expect(show.output).not.toContain("\u001b");
  expect(readdirSync(directory)).toEqual([]);
});

test("with a model's key it asks that model and says which", async () => {
  await using model = await startModel({ apiKey: "model-key-canary" });
  const show = demo({
    OPENAI_API_KEY: "model-key-canary",
    OPENAI_BASE_URL: model.baseUrl,
    OPENAI_MODEL: "our-model",
  });
  expect(await show.exit, show.output).toBe(0);
  expect(show.output).toContain(`summarizer     our-model at ${new URL(model.baseUrl).host}\n`);
  expect(show.output).toContain('"model": "our-model"');
  expect(show.output).not.toContain("model-key-canary");
  // A question is two messages; the English call's quote in a Dutch log is sent back once.
  expect(model.requests.filter(({ body }) => body.messages?.length === 2)).toHaveLength(10);
});

test("told to stop it ends at once, non-zero, with a sentence, and leaves no daemon and no file behind", async () => {
  const show = demo();
  await until(
    () => show.output.includes("begins"),
    "the first conversation",
    10_000,
    () => show.output,
  );
  child?.kill("SIGINT");
  expect(await show.exit).toBe(1);
  expect(lastLine(show)).toBe("contactlogd: demo: stopped before its end");
  expect(readdirSync(directory)).toEqual([]);
});
