import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { runApp } from "../src/app.ts";
import type { Flags } from "../src/config/flags.ts";
import { type Config, loadConfig } from "../src/config.ts";
import { createLog } from "../src/ops/log.ts";
import { Redactor } from "../src/ops/redact.ts";
import { type Backend, type BackendOptions, startBackend } from "../src/simulator/backend.ts";
import { type Platform, type PlatformOptions, startPlatform } from "../src/simulator/platform.ts";
import { brands } from "../src/simulator/stories.ts";

/** Waits so short that an outage of hours plays in a second. */
export const fastTiming = {
  heartbeatTimeoutMs: 700,
  pingEveryMs: 150,
  queueRefreshMs: 5_000,
  transcriptFirstMs: 20,
  transcriptGiveUpMs: 20_000,
  retryBaseMs: 20,
  retryMaxMs: 200,
  drainMs: 2_000,
};

export interface WorldOptions {
  /** Deadline of a post: generous where attempts are counted, since a busy machine answers late. */
  readonly postTimeoutMs?: number;
  readonly platform?: PlatformOptions;
  readonly backend?: BackendOptions;
  readonly timing?: Partial<Config["timing"]>;
  readonly pipeline?: Partial<Config["pipeline"]>;
  readonly llm?: Record<string, unknown>;
  readonly flags?: Partial<Flags>;
  /** The daemon's minute of the rate limit. */
  readonly rateWindowMs?: number;
  /** Changes the file before it is read. */
  readonly edit?: (file: ReturnType<typeof configFile>) => void;
}

/** A platform, a backend, and a state directory: everything the daemon meets, on real sockets. */
export class World implements AsyncDisposable {
  readonly platform: Platform;
  readonly backend: Backend;
  readonly directory: string;
  readonly configPath: string;
  readonly environment: Record<string, string>;
  readonly #options: WorldOptions;
  readonly #daemons: Daemon[] = [];

  constructor(platform: Platform, backend: Backend, options: WorldOptions) {
    this.platform = platform;
    this.backend = backend;
    this.#options = options;
    this.directory = mkdtempSync(join(tmpdir(), "contactlogd-test-"));
    this.configPath = join(this.directory, "config.json");
    this.environment = {
      GENESYS_CLIENT_ID: platform.clientId,
      GENESYS_CLIENT_SECRET: platform.clientSecret,
      BACKEND_TOKEN: "backend-token-canary",
    };
    const file = configFile(platform.baseUrl, backend.url, options);
    options.edit?.(file);
    writeFileSync(this.configPath, JSON.stringify(file));
  }

  get stateFile(): string {
    return join(this.directory, "state", "contactlogd.db");
  }

  /** Starts the daemon in this process; it is stopped with the world. */
  start(): Daemon {
    const flags: Flags = { brands: [], dryRun: false, ...this.#options.flags };
    const config = loadConfig(this.configPath, flags, this.environment);
    const daemon = new Daemon(config, this.#options.rateWindowMs);
    this.#daemons.push(daemon);
    return daemon;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const daemon of this.#daemons) await daemon.stop().catch(() => {});
    await this.platform[Symbol.asyncDispose]();
    await this.backend[Symbol.asyncDispose]();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const platform = await startPlatform({
    queues: queueNames.map((name) => ({ name })),
    transcriptDelayMs: 30,
    requestsPerMinute: 100_000,
    ...options.platform,
  });
  return new World(platform, await startBackend(options.backend), options);
}

export const queueNames = [
  "Helder Facturen",
  "Helder Verhuizen",
  "Helder Storingen",
  "Noordlicht Service",
  "Noordlicht Chat",
];

function configFile(
  baseUrl: string,
  backendUrl: string,
  { timing, pipeline, llm, postTimeoutMs = 1_000 }: WorldOptions,
) {
  return {
    genesys: {
      region: "mypurecloud.de",
      baseUrl,
      clientId: `\${GENESYS_CLIENT_ID}`,
      clientSecret: `\${GENESYS_CLIENT_SECRET}`,
      queues: { include: ["*"], exclude: [] as string[] },
      requestsPerMinute: 100_000,
    },
    llm: llm ?? { provider: "offline" },
    brands: brands.map(({ id, language, queues, taxonomy }) => ({
      id,
      language,
      match: { queues: [...queues] },
      taxonomy: [...taxonomy],
      eligibility: { accountAttribute: "customerNumber", authenticatedAttribute: "authenticated" },
      destination: {
        kind: "http",
        url: `${backendUrl}/${id}/contact-logs`,
        headers: { authorization: `Bearer \${BACKEND_TOKEN}` },
        timeoutMs: postTimeoutMs,
      },
    })),
    state: { file: "state/contactlogd.db" },
    pipeline: { settleMs: 60, ...pipeline },
    timing: { ...fastTiming, ...timing },
    log: { ids: "plain" },
    http: { host: "127.0.0.1", port: 0 },
  };
}

/** The daemon, in this process, with its log kept. */
export class Daemon {
  readonly lines: Record<string, unknown>[] = [];
  readonly printed: string[] = [];
  readonly done: Promise<void>;
  readonly #stop = new AbortController();
  readonly #abort = new AbortController();

  constructor(config: Config, rateWindowMs: number | undefined) {
    const redactor = new Redactor(config.secrets);
    const to = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        this.lines.push(JSON.parse(chunk.toString()));
        done();
      },
    });
    const log = createLog({ level: "trace", format: "json", redactor, to });
    const print = (line: string): void => {
      this.printed.push(line);
    };
    this.done = runApp({ config, log, redactor, print, rateWindowMs }, this.#stop.signal, this.#abort.signal);
    this.done.catch(() => {});
  }

  /** The whole log as text, for looking for what must not be there. */
  get text(): string {
    return this.lines.map((line) => JSON.stringify(line)).join("\n");
  }

  /** `http://host:port` of the health endpoints. */
  async address(): Promise<string> {
    return `http://${(await this.logged("contactlogd started")).address}`;
  }

  async connected(): Promise<void> {
    await this.logged("channel connected");
  }

  /** Resolves with the first log line of this text (and these fields). */
  async logged(
    msg: string,
    fields: Record<string, unknown> = {},
    timeoutMs = patienceMs,
  ): Promise<Record<string, unknown>> {
    return await until(
      () =>
        this.lines.find(
          (line) => line.msg === msg && Object.entries(fields).every(([name, value]) => line[name] === value),
        ),
      `the log line "${msg}"`,
      timeoutMs,
      () => this.text.slice(-3_000),
    );
  }

  async metrics(): Promise<string> {
    return await (await fetch(`${await this.address()}/metrics`)).text();
  }

  /** Drains, as SIGTERM does. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.done;
  }

  /** Ends at once, as a second SIGTERM does. */
  async kill(): Promise<void> {
    this.#abort.abort();
    await this.stop();
  }
}

/** How long whatever is waited for may take: far longer than it does, for a machine that is busy with other things. */
export const patienceMs = 30_000;

/** Waits until `probe` gives something; a test says what it waits for, not how long. */
export async function until<T>(
  probe: () => T | undefined | false | Promise<T | undefined | false>,
  what: string,
  timeoutMs = patienceMs,
  detail: () => string = () => "",
): Promise<T> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const value = await probe();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > end) throw new Error(`waited ${timeoutMs} ms in vain for ${what}\n${detail()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
