import { isDeepStrictEqual } from "node:util";
import { type Brands, type BrandTools, createBrands } from "./brands.ts";
import type { Config } from "./config.ts";
import { globMatcher } from "./glob.ts";
import { Circuit, type CircuitTiming } from "./pipeline/circuit.ts";
import type { Price } from "./pipeline/spending.ts";
import { createSummarizer, modelOf } from "./summarizers/index.ts";
import { Writer } from "./summarizers/writer.ts";

/** What a reload replaces, all of it made of one configuration. */
export interface Settings {
  readonly config: Config;
  readonly brands: Brands;
  readonly writer: Writer;
  readonly modelCircuit: Circuit;
  /** Whether a queue of this name is listened to. */
  readonly wantsQueue: (name: string) => boolean;
}

/** What settings are made with. */
export interface SettingsTools extends BrandTools {
  /** Read at the moment of use. */
  readonly timing: CircuitTiming;
  onUnchecked(endpoint: string, error: unknown): void;
}

/** Under which the circuit of the model is told of. */
const modelEndpoint = "model";

/**
 * Makes settings, and has each destination held against its far end.
 * @param before what is as it was there is taken over: connections, circuits, what was learnt of the model
 * @throws ConfigError where something named cannot be used, Fatal where a package is missing; nothing is left open then
 */
export async function createSettings(
  config: Config,
  tools: SettingsTools,
  signal: AbortSignal,
  before?: Settings,
): Promise<Settings> {
  const brands = createBrands(config, tools, before?.brands);
  try {
    await brands.check(signal, tools.onUnchecked);
    return {
      config,
      brands,
      ...(await writerOf(config, tools, before)),
      wantsQueue: wantedBy(config.genesys.queues),
    };
  } catch (error) {
    await brands.release(before?.brands);
    throw error;
  }
}

async function writerOf(
  { llm }: Config,
  { timing, onCircuit }: SettingsTools,
  before: Settings | undefined,
): Promise<Pick<Settings, "writer" | "modelCircuit">> {
  if (before !== undefined && isDeepStrictEqual(before.config.llm, llm)) {
    return { writer: before.writer, modelCircuit: before.modelCircuit };
  }
  return {
    writer: new Writer({ summarizer: await createSummarizer(llm), calibration: llm.calibration }),
    modelCircuit: new Circuit(modelEndpoint, timing, (...change) => onCircuit(modelEndpoint, ...change)),
  };
}

/** What the configured model costs, where that is told. */
export function priceOf(llm: Config["llm"]): Price | undefined {
  const model = modelOf(llm);
  return model === undefined ? undefined : (llm.prices[model] ?? llm.prices["*"]);
}

/** Whether a queue of this name is listened to. */
export function wantedBy(queues: Config["genesys"]["queues"]): (name: string) => boolean {
  const [includes, excludes] = [globMatcher(queues.include), globMatcher(queues.exclude)];
  return (name) => includes(name) && !excludes(name);
}

/**
 * The settings in force. Work takes them once and keeps them to its end; what only replaced ones had is closed when the
 * last work that took them is done.
 */
export class InForce implements AsyncDisposable {
  #now: Settings;
  #work = new Set<Promise<unknown>>();
  readonly #open = new Set<Settings>();
  #closing: Promise<unknown> = Promise.resolve();

  constructor(settings: Settings) {
    this.#now = settings;
    this.#open.add(settings);
  }

  get now(): Settings {
    return this.#now;
  }

  async use<T>(work: (settings: Settings) => Promise<T>): Promise<T> {
    const others = this.#work;
    const mine = work(this.#now);
    others.add(mine);
    try {
      return await mine;
    } finally {
      others.delete(mine);
    }
  }

  /** From here on: these. */
  replace(next: Settings): void {
    const [before, work] = [this.#now, this.#work];
    this.#now = next;
    this.#work = new Set();
    this.#open.add(next);
    // The oldest first: the next may have taken over what older work still uses.
    this.#closing = this.#closing
      .then(() => Promise.allSettled(work))
      .then(() => before.brands.release(next.brands))
      .finally(() => this.#open.delete(before))
      .catch(() => {});
  }

  /** Closes all, whatever still uses it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled([...this.#open].map(({ brands }) => brands.release()));
  }
}
