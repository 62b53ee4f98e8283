import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, expect, test } from "vitest";
import type { ContactLog } from "../../src/model.ts";
import { startBackend } from "../../src/simulator/backend.ts";
import { startPlatform } from "../../src/simulator/platform.ts";
import { play } from "../../src/simulator/player.ts";
import { stories } from "../../src/simulator/stories.ts";
import type { Story } from "../../src/simulator/story.ts";
import { killChildren } from "../cli.ts";
import { walked } from "../documents/executed.ts";
import { blocksIn, read } from "../documents/pages.ts";
import { type Command, onFreePort, Shell } from "../documents/shell.ts";
import { until } from "../harness.ts";

const readme = read("README.md");
const token = "walk-backend-token";
const home = mkdtempSync(join(tmpdir(), "contactlogd-walk-"));
const config = join(home, "etc/config.json");

afterEach(killChildren);
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** As a chat: the words of a call are asked for after 20 seconds. */
const chat = {
  ...(stories.find(({ id }) => id === "helder-termijnbedrag") as Story),
  medium: "message",
} as const;

test("whoever follows the README alone has a contact log in the backend", async () => {
  await using platform = await startPlatform({ queues: [{ name: "Helder Facturen" }] });
  await using backend = await startBackend({ token });
  const shell = new Shell({
    home,
    replaced: {
      "/etc/contactlogd": join(home, "etc"),
      "--region mypurecloud.de": `--base-url ${platform.baseUrl}`,
      "https://crm.example.com": backend.url,
      "the-id-of-the-client": platform.clientId,
      "=its-secret": `=${platform.clientSecret}`,
      "the-token-your-backend-wants": token,
    },
  });

  async function chatEnds(daemon: Command, arrived: () => boolean): Promise<void> {
    await until(
      () => daemon.output.includes("channel connected"),
      "the channel",
      30_000,
      () => daemon.output,
    );
    await play(platform, chat);
    await until(arrived, "the contact log", 30_000, () => daemon.output);
    daemon.interrupt();
    expect(await daemon.exit, daemon.output).toBe(0);
  }

  const runs = walked.filter((command) => / run --config /.test(command));
  expect(runs.map((command) => command.includes("--dry-run"))).toEqual([true, false]);
  for (const command of walked) {
    if (runs.includes(command)) {
      const daemon = shell.start(command);
      const isDry = command.includes("--dry-run");
      await chatEnds(daemon, () => (isDry ? daemon.stdout.includes('"key"') : backend.accepted.length > 0));
      expect(backend.attempts.length > 0, command).toBe(!isDry);
    } else {
      await shell.run(command);
      if (existsSync(config)) onFreePort(config);
    }
  }

  expect(backend.accepted.map(({ path }) => path)).toEqual(["/helder/contact-logs"]);
  expect(withoutMoment(backend.accepted[0]?.body as ContactLog)).toEqual(withoutMoment(example()));
}, 120_000);

/** The contact log that the README shows. */
function example(): ContactLog {
  const [json] = blocksIn(readme).filter(({ under }) => under[1] === "What a contact log looks like");
  return JSON.parse(json?.text ?? "");
}

/** Ids and times by their kind: they are others in each run. */
function withoutMoment(log: ContactLog): unknown {
  const text = JSON.stringify(log)
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "id")
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "time")
    .replace(/[0-9a-f]{64}/, "sha256");
  return JSON.parse(text);
}
