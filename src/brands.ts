import { isDeepStrictEqual } from "node:util";
import type { BrandConfig, Config } from "./config.ts";
import type { Destination, DestinationContext } from "./destinations/destination.ts";
import { createDestination, type DestinationOptions } from "./destinations/index.ts";
import { ConfigError, NotYet } from "./errors.ts";
import { globMatcher } from "./glob.ts";
import { Circuit, type CircuitTiming } from "./pipeline/circuit.ts";
import type { Rules } from "./pipeline/judge.ts";
import type { Brand, Tools } from "./pipeline/tools.ts";
import { redactionKinds } from "./redaction/kinds.ts";
import type { Manner } from "./summarizers/writer.ts";

/** Contacts of a brand that this run does not serve are looked at again this often. */
const unservedPauseMs = 3_600_000;

/** A destination with what it was made of, and its circuit. */
interface Endpoint extends AsyncDisposable {
  readonly madeOf: { readonly options: DestinationOptions; readonly ambiguous: "repeat" | "park" };
  readonly destination: Destination;
  readonly circuit: Circuit;
}

export interface Brands extends Pick<Tools, "brand" | "destination" | "rules">, AsyncDisposable {
  /** By brand and destination. */
  readonly endpoints: ReadonlyMap<string, Endpoint>;
  /**
   * Has each destination hold its options against the far end, as far as that can be asked.
   * @param onUnchecked told where it cannot: nothing is known then
   * @throws ConfigError with every problem found, by brand and destination
   */
  check(signal: AbortSignal, onUnchecked: (endpoint: string, error: unknown) => void): Promise<void>;
  /** Closes every destination that those others did not take over. */
  release(others?: Brands): Promise<void>;
}

/** What destinations are made with, and whom their circuits tell. */
export interface BrandTools extends Omit<DestinationContext, "ambiguous"> {
  onCircuit(endpoint: string, state: "open" | "closed", cause?: unknown): void;
  /** Read at the moment of use; the configuration's own where it is left out. */
  readonly timing?: CircuitTiming;
}

/**
 * The brands this run serves, each with its destinations and their circuits; rules know all of them.
 * @param before whose destinations are taken over as they are, connections, tokens and circuits, where nothing changed
 * @throws ConfigError where a destination names something that cannot be used
 */
export function createBrands(config: Config, tools: BrandTools, before?: Brands): Brands {
  const served = config.brands.filter(({ id }) => config.served.includes(id));
  const brands = new Map<string, Brand>(
    served.map((brand) => [
      brand.id,
      { manner: mannerOf(brand), destinations: brand.destinations.map(({ id }) => id) },
    ]),
  );
  const endpoints = new Map(
    served.flatMap(({ id: brand, destinations: list, ambiguous }) =>
      list.map((options) => {
        const name = `${brand} ${options.id}`;
        const madeOf = { options, ambiguous };
        const known = before?.endpoints.get(name);
        const same = known && isDeepStrictEqual(known.madeOf, madeOf) && !namesFiles(options);
        return [
          name,
          same ? known : createEndpoint(name, madeOf, { timing: config.timing, ...tools }),
        ] as const;
      }),
    ),
  );
  async function release(others?: Brands): Promise<void> {
    const kept = new Set(others?.endpoints.values());
    const gone = [...endpoints].filter(([, endpoint]) => !kept.has(endpoint));
    // Nobody waits for it any more; what took its place has a circuit of its own.
    for (const [name, { circuit }] of gone)
      if (others !== undefined && circuit.state === "open") tools.onCircuit(name, "closed");
    await Promise.all(gone.map(([, endpoint]) => endpoint[Symbol.asyncDispose]()));
  }
  return {
    endpoints,
    release,
    rules: rulesOf(config),
    brand(id) {
      const brand = brands.get(id);
      if (!brand) throw notServed(`brand ${id}`);
      return brand;
    },
    destination(brand, id) {
      const found = endpoints.get(`${brand} ${id}`);
      if (!found) throw notServed(`brand ${brand}, destination ${id}`);
      return found;
    },
    async check(signal, onUnchecked) {
      const problems = await Promise.all(
        [...endpoints].map(async ([endpoint, { destination }]) => {
          try {
            return prefixed(endpoint, (await destination.check?.(signal)) ?? []);
          } catch (error) {
            if (!signal.aborted) onUnchecked(endpoint, error);
            return [];
          }
        }),
      );
      if (problems.flat().length > 0) throw new ConfigError(problems.flat());
    },
    [Symbol.asyncDispose]: () => release(),
  };
}

function createEndpoint(
  name: string,
  madeOf: Endpoint["madeOf"],
  { onCircuit, timing, ...context }: BrandTools & { readonly timing: CircuitTiming },
): Endpoint {
  const { options, ambiguous } = madeOf;
  const destination = named(name, () => createDestination(options, { ...context, ambiguous }));
  let closed = false;
  const circuit = new Circuit(destination.name, timing, (state, cause) => {
    if (!closed) onCircuit(name, state, cause);
  });
  return {
    madeOf,
    destination,
    circuit,
    async [Symbol.asyncDispose]() {
      if (closed) return;
      closed = true;
      await destination[Symbol.asyncDispose]();
    },
  };
}

/** Certificates may have been renewed under the same names. */
function namesFiles(options: DestinationOptions): boolean {
  return options.kind === "http" && options.tls !== undefined;
}

/** Makes something of a destination; what is wrong with it is told with its name. */
function named<T>(endpoint: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw error instanceof ConfigError ? new ConfigError(prefixed(endpoint, error.problems)) : error;
  }
}

function prefixed(endpoint: string, problems: readonly string[]): readonly string[] {
  const [brand, destination] = endpoint.split(" ");
  return problems.map((problem) => `brand ${brand}, destination ${destination}: ${problem}`);
}

/** How a brand wants its logs, as `run`, `summarize` and `eval` hand it to the writer. */
export function mannerOf({
  language,
  timeZone,
  taxonomy,
  prompts,
  redaction,
  unsupported,
  samples,
}: BrandConfig): Manner {
  return {
    language,
    timeZone,
    taxonomy,
    prompts,
    unsupported,
    samples,
    redaction: {
      kinds: new Set(redactionKinds.filter((kind) => redaction[kind])),
      keep: redaction.keep.map((source) => new RegExp(source, "u")),
    },
  };
}

/** It waits for a run that serves it again. */
function notServed(what: string): NotYet {
  return new NotYet("not_served", `${what}: not among those this run serves`, Date.now() + unservedPauseMs);
}

function rulesOf({ brands, genesys }: Config): Rules {
  return {
    excludesQueue: globMatcher(genesys.queues.exclude),
    brands: brands.map(({ id, match, eligibility, onRequest }) => ({
      id,
      takesQueue: globMatcher(match.queues),
      allowsForce: onRequest.force,
      ...eligibility,
    })),
  };
}
