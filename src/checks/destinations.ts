import type { BrandConfig } from "../config.ts";
import { createDestination, type DestinationOptions } from "../destinations/index.ts";
import type { Check } from "./check.ts";
import type { Scene } from "./scene.ts";

/** Each destination can be reached, and what it would be sent is what it takes. Nothing is posted. */
export function destinationChecks(scene: Scene): readonly Check[] {
  const { brands, served } = scene.config;
  return brands
    .filter(({ id }) => served.includes(id))
    .flatMap((brand) => brand.destinations.map((options) => destinationCheck(scene, brand, options)));
}

function destinationCheck(
  { api, protect }: Scene,
  { id: brand, ambiguous }: BrandConfig,
  options: DestinationOptions,
): Check {
  const place = `brands[${brand}].destination ${options.id}`;
  return {
    id: `destination.${brand}.${options.id}`,
    needs: options.kind.startsWith("genesys-") ? ["login"] : [],
    mend: `check ${place}: its address, its secrets, and the way out of this network`,
    async run(signal) {
      await using destination = createDestination(options, { ambiguous, protect, genesys: api.writing });
      const problems = (await destination.check?.(signal)) ?? [];
      if (problems.length > 0) {
        return { ok: false, summary: problems.join("; "), mend: `mend this in ${place}` };
      }
      const proved = await destination.reach?.(signal);
      return { ok: true, summary: `${destination.name}: ${proved ?? noProof(options)}` };
    },
  };
}

function noProof({ kind }: DestinationOptions): string {
  return kind.startsWith("genesys-")
    ? "the platform has what it names"
    : "nothing harmless can be asked of it";
}
