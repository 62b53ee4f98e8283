import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { type ModelEndpoint, startModel } from "../../src/simulator/model.ts";
import { quickConversation } from "../../src/simulator/player.ts";
import { startWorld, type World, type WorldOptions } from "../harness.ts";
import { DaemonProcess } from "./daemon.ts";
import type { Dice } from "./dice.ts";
import { type Expected, isDrained, type Say } from "./figures.ts";
import { Sink } from "./sink.ts";

/** Hours become seconds; the last look-up comes well after the latest moment the sink may store a post. */
const sceneTiming = {
  heartbeatTimeoutMs: 700,
  pingEveryMs: 150,
  queueRefreshMs: 700,
  sweepEveryMs: 2_000,
  historyLagMs: 300,
  transcriptFirstMs: 20,
  transcriptGiveUpMs: 12_000,
  retryBaseMs: 30,
  retryMaxMs: 500,
  lookupAfterMs: [50, 200, 1_000, 3_000],
  drainMs: 2_000,
};

const queues = ["Helder Facturen", "Helder Verhuizen", "Noordlicht Service", "Noordlicht Chat"] as const;
const attributes = { customerNumber: "HLD-1", authenticated: "true" };

/**
 * A platform, a model, a sink, and the daemon as a process between them. Helder's destination can be asked,
 * Noordlicht's takes a key once.
 */
export class Scene implements AsyncDisposable {
  readonly world: World;
  readonly sink: Sink;
  readonly model: ModelEndpoint | undefined;
  readonly expected = new Map<string, Expected>();
  /** Every time a daemon ended though nobody had told it to. */
  readonly deaths: string[] = [];
  #daemon: DaemonProcess | undefined;

  readonly #removeDirectory = (): void => rmSync(this.world.directory, { recursive: true, force: true });

  constructor(world: World, sink: Sink, model: ModelEndpoint | undefined) {
    process.once("exit", this.#removeDirectory);
    this.world = world;
    this.sink = sink;
    this.model = model;
  }

  get daemon(): DaemonProcess | undefined {
    return this.#daemon;
  }

  start(): DaemonProcess {
    const daemon = new DaemonProcess(this.world);
    this.#daemon = daemon;
    void daemon.exit.then(() => {
      if (daemon.endedByItself !== undefined) this.deaths.push(daemon.endedByItself);
    });
    return daemon;
  }

  /** Starts it for the first time and waits until it hears: what ended before it ever heard anything is not its own. */
  async startHearing(): Promise<void> {
    this.start();
    for (let tries = 0; this.sink.conversations === 0; tries++) {
      if (tries > 100) throw new Error(`the daemon does not post: ${this.#daemon?.tail}`);
      this.converse({ queue: queues[0] });
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  /** A conversation ends. */
  converse(options: Parameters<typeof quickConversation>[1] & { readonly expect?: Expected } = {}): void {
    const { expect = "log", ...rest } = options;
    const { id } = quickConversation(this.world.platform, { attributes, durationMs: 1_000, ...rest });
    this.expected.set(id, expect);
  }

  /** A call or a chat of one of the brands. */
  converseAny(dice: Dice, more: Parameters<Scene["converse"]>[0] = {}): void {
    const medium = dice.chance(0.3) ? "message" : "voice";
    this.converse({ medium, queue: dice.pick(queues), ...more });
  }

  /** Waits until everything that ended is settled. */
  async drained(timeoutMs: number, say: Say): Promise<boolean> {
    const end = performance.now() + timeoutMs;
    while (performance.now() < end) {
      const enough = this.sink.conversations >= this.expected.size * 0.9;
      if (enough && isDrained(this.world.stateFile, this.expected)) return true;
      if (this.#daemon?.endedByItself !== undefined) {
        say(`  the daemon ended by itself: ${this.#daemon.endedByItself}`);
        return false;
      }
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    return isDrained(this.world.stateFile, this.expected);
  }

  /** What the platform was asked is of no interest here, and would fill the memory. */
  forgetRequests(): void {
    this.world.platform.requests.length = 0;
    if (this.model) (this.model.requests as unknown[]).length = 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    process.off("exit", this.#removeDirectory);
    await this.#daemon?.end("SIGKILL");
    await this.world[Symbol.asyncDispose]();
    await this.sink[Symbol.asyncDispose]();
    await this.model?.[Symbol.asyncDispose]();
  }
}

/** Where the daemon finds its peers. */
export interface Addresses {
  readonly platform: string;
  readonly sink: string;
  readonly model: string;
}

export interface SceneOptions {
  readonly timing?: WorldOptions["timing"];
  readonly withModel?: boolean;
  /** Leads the daemon to its peers by another way. */
  readonly route?: (addresses: Addresses) => Promise<Addresses>;
}

export async function startScene({ timing, withModel, route }: SceneOptions = {}): Promise<Scene> {
  const sink = await Sink.start();
  const model = withModel ? await startModel() : undefined;
  const world = await startWorld({
    timing: { ...sceneTiming, ...timing },
    pipeline: { concurrency: 32 },
    platform: { requestsPerMinute: 1_000_000 },
    ...(model
      ? { llm: { provider: "openai", baseUrl: model.baseUrl, model: "test", timeoutMs: 1_000 } }
      : {}),
  });
  const direct = { platform: world.platform.baseUrl, sink: sink.url, model: model?.baseUrl ?? "" };
  configure(world, route ? await route(direct) : direct);
  return new Scene(world, sink, model);
}

function configure({ configPath }: World, addresses: Addresses): void {
  const file = JSON.parse(readFileSync(configPath, "utf8"));
  file.genesys.baseUrl = addresses.platform;
  if (file.llm.baseUrl) file.llm.baseUrl = addresses.model;
  for (const { id, destination } of file.brands) {
    destination.url = `${addresses.sink}/${id === "helder" ? "asked" : "keyed"}/contact-logs`;
    if (id === "helder") destination.lookup = `${destination.url}/{key}`;
  }
  writeFileSync(configPath, JSON.stringify(file));
}
