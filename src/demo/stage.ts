import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { styleText } from "node:util";
import { Fatal } from "../errors.ts";
import { type Backend, startBackend } from "../simulator/backend.ts";
import type { QueueOptions } from "../simulator/organization.ts";
import { type Platform, type PlatformOptions, startPlatform } from "../simulator/platform.ts";
import { brands } from "../simulator/stories.ts";
import { ask, type DaemonProcess, type LogLine, startDaemon } from "./daemon.ts";
import { wrap } from "./text.ts";

const connectDeadlineMs = 10_000;

export interface StageOptions {
  readonly queues: readonly QueueOptions[];
  readonly platform: PlatformOptions;
  /** Sections of the daemon's configuration file, beside those every demo has. */
  readonly config: {
    readonly llm: object;
    readonly timing: object;
    readonly pipeline: object;
    readonly genesys?: object;
  };
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** A simulated Genesys Cloud, a backend, and the place where the daemon between them runs. */
export interface Stage extends AsyncDisposable {
  readonly platform: Platform;
  readonly backend: Backend;
  /** A further run of the daemon on the same state file; it does not outlive the stage. */
  run(options: Readonly<RunOptions>): StagedDaemon;
  /** By what the state file says a conversation's end was noticed first. */
  noticedBy(conversationId: string, signal: AbortSignal): Promise<string | undefined>;
}

export interface RunOptions {
  readonly logLevel: "info" | "debug";
  readonly onLine: (line: LogLine) => void;
}

export interface StagedDaemon {
  /** Resolves once it hears; rejects where it does not within some seconds. */
  connected(signal: AbortSignal): Promise<void>;
  /** Rejects when it ends without having been told to. */
  readonly failed: Promise<never>;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number>;
  /** `kill -9`; resolves when it is gone. */
  kill(): Promise<void>;
}

export async function setTheStage(options: StageOptions): Promise<Stage> {
  await using resources = new AsyncDisposableStack();
  const directory = mkdtempSync(join(tmpdir(), "contactlogd-demo-"));
  resources.defer(() => rmSync(directory, { recursive: true, force: true }));
  const token = crypto.randomUUID();
  const platform = resources.use(await startPlatform({ queues: options.queues, ...options.platform }));
  const backend = resources.use(await startBackend({ token }));
  const configFile = join(directory, "config.json");
  const logFile = join(directory, "contactlogd.log");
  const config = configOf(platform, backend, options.config);
  writeFileSync(configFile, JSON.stringify(config, null, 2), { mode: 0o600 });
  const environment = {
    ...options.environment,
    GENESYS_CLIENT_ID: platform.clientId,
    GENESYS_CLIENT_SECRET: platform.clientSecret,
    BACKEND_TOKEN: token,
  };
  // What is deferred on it comes before the directory goes.
  const owned = resources.move();
  return {
    platform,
    backend,
    run(run) {
      const connected = Promise.withResolvers<void>();
      const daemon = startDaemon({
        configFile,
        logFile,
        environment,
        ...run,
        onLine(line) {
          if (line.msg === "channel connected") connected.resolve();
          run.onLine(line);
        },
      });
      const staged = stagedDaemon(daemon, connected.promise, logFile);
      owned.defer(async () => await staged.kill());
      return staged;
    },
    async noticedBy(conversationId, signal) {
      const { steps } = (await ask(
        ["explain", conversationId, "--config", configFile, "--json"],
        signal,
      )) as {
        steps: readonly { step: string; detail?: string }[];
      };
      return steps.find(({ step }) => step === "noticed")?.detail;
    },
    [Symbol.asyncDispose]: async () => await owned.disposeAsync(),
  };
}

function stagedDaemon(daemon: DaemonProcess, connected: Promise<void>, logFile: string): StagedDaemon {
  let isToldToEnd = false;
  const failure = Promise.withResolvers<never>();
  // Whoever does not watch for it now does so later.
  failure.promise.catch(() => {});
  daemon.exited.then(
    (code) => {
      if (isToldToEnd) return;
      const said = readFileSync(logFile, "utf8").trim().split("\n").slice(-5).join("\n");
      failure.reject(new Fatal("demo", `demo: the daemon ended with exit code ${code}\n${said}`));
    },
    (error: unknown) => failure.reject(error),
  );
  return {
    failed: failure.promise,
    async connected(signal) {
      const over = new AbortController();
      const deadline = delay(connectDeadlineMs, undefined, {
        signal: AbortSignal.any([signal, over.signal]),
      });
      const late = deadline.then(() => {
        throw new Fatal("demo", `demo: waited ${connectDeadlineMs} ms in vain for the daemon to connect`);
      });
      await Promise.race([connected, failure.promise, late]).finally(() => over.abort());
    },
    async stop() {
      isToldToEnd = true;
      daemon.stop();
      return await daemon.exited;
    },
    async kill() {
      isToldToEnd = true;
      daemon.kill();
      await daemon.exited.catch(() => {});
    },
  };
}

function configOf(
  platform: Platform,
  backend: Backend,
  { genesys, ...sections }: StageOptions["config"],
): object {
  return {
    genesys: {
      region: "mypurecloud.de",
      baseUrl: platform.baseUrl,
      clientId: `\${GENESYS_CLIENT_ID}`,
      clientSecret: `\${GENESYS_CLIENT_SECRET}`,
      ...genesys,
    },
    brands: brands.map(({ id, language, queues, taxonomy }) => ({
      id,
      language,
      match: { queues },
      taxonomy,
      eligibility: { accountAttribute: "customerNumber", authenticatedAttribute: "authenticated" },
      destination: {
        kind: "http",
        url: `${backend.url}/${id}/contact-logs`,
        headers: { authorization: `Bearer \${BACKEND_TOKEN}` },
      },
    })),
    log: { ids: "plain" },
    http: { port: 0 },
    ...sections,
  };
}

/** Who plays: a line on top, and where everything is. */
export function playbill(
  title: string,
  { platform, backend }: Pick<Stage, "platform" | "backend">,
  summarizer: string,
  columns: number,
): string {
  const rows = [
    ["Genesys Cloud", `${platform.baseUrl} (simulated: REST and notification channel)`],
    ["backend", backend.url],
    ["summarizer", summarizer],
  ] as const;
  const lines = rows.flatMap(([name, what]) =>
    wrap(`  ${name.replace(" ", "\u00a0").padEnd(13, "\u00a0")}  ${what}`, columns - 1, 15),
  );
  const head = wrap(`contactlogd demo: ${title}`, columns - 1).join("\n");
  return [head.replace("contactlogd demo", (name) => styleText("bold", name)), ...lines]
    .join("\n")
    .replaceAll("\u00a0", " ");
}
