import type { BrandConfig, Config } from "./config.ts";
import { createDestination } from "./destinations/index.ts";
import { NotYet } from "./errors.ts";
import { globMatcher } from "./glob.ts";
import { Circuit } from "./pipeline/circuit.ts";
import type { Rules } from "./pipeline/judge.ts";
import type { Brand, Tools } from "./pipeline/tools.ts";
import { redactionKinds } from "./redaction/kinds.ts";
import type { Manner } from "./summarizers/writer.ts";

/** Contacts of a brand that this run does not serve are looked at again this often. */
const unservedPauseMs = 3_600_000;

export interface Brands extends Pick<Tools, "brand" | "destination" | "rules">, AsyncDisposable {}

/** The brands this run serves, each with its destinations and their circuits; rules know all of them. */
export function createBrands(
  config: Config,
  onCircuit: (endpoint: string, state: "open" | "closed") => void,
): Brands {
  const resources = new AsyncDisposableStack();
  const served = config.brands.filter(({ id }) => config.served.includes(id));
  const brands = new Map<string, Brand>(
    served.map((brand) => [
      brand.id,
      { manner: mannerOf(brand), destinations: brand.destinations.map(({ id }) => id) },
    ]),
  );
  const destinations = new Map(
    served.flatMap(({ id: brand, destinations: list, ambiguous }) =>
      list.map((options) => {
        const destination = resources.use(createDestination(options, ambiguous));
        const endpoint = `${brand} ${options.id}`;
        const circuit = new Circuit(destination.name, config.timing, (state) => onCircuit(endpoint, state));
        return [endpoint, { destination, circuit }] as const;
      }),
    ),
  );
  return {
    rules: rulesOf(config),
    brand(id) {
      const brand = brands.get(id);
      if (!brand) throw notServed(`brand ${id}`);
      return brand;
    },
    destination(brand, id) {
      const found = destinations.get(`${brand} ${id}`);
      if (!found) throw notServed(`brand ${brand}, destination ${id}`);
      return found;
    },
    [Symbol.asyncDispose]: () => resources[Symbol.asyncDispose](),
  };
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
    brands: brands.map(({ id, match, eligibility }) => ({
      id,
      takesQueue: globMatcher(match.queues),
      ...eligibility,
    })),
  };
}
