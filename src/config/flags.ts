import { resolve } from "node:path";
import type { Parsed } from "./schema.ts";

/** What flags say; a flag wins over the file. */
export interface Flags {
  readonly brands: readonly string[];
  readonly region?: string | undefined;
  readonly state?: string | undefined;
  readonly dryRun: boolean;
  readonly shadow?: boolean | undefined;
  readonly logLevel?: string | undefined;
}

/** The raw configuration with what flags say in place of what it says. */
export function override(raw: unknown, { region, state, logLevel }: Flags): unknown {
  if (typeof raw !== "object" || raw === null || Array.isArray(raw)) return raw;
  const root = raw as Record<string, unknown>;
  return {
    ...root,
    ...(region === undefined ? {} : { genesys: { ...(root.genesys as object), region } }),
    // A flag is typed where the shell stands, not where the file lies.
    ...(state === undefined ? {} : { state: { file: resolve(state) } }),
    ...(logLevel === undefined ? {} : { log: { ...(root.log as object), level: logLevel } }),
  };
}

/** Brands that flags name and the configuration has not, a sentence each. */
export function unknownBrands(brands: Parsed["brands"], flags: Flags): string[] {
  const known = brands.map(({ id }) => id);
  return flags.brands
    .filter((id) => !known.includes(id))
    .map((id) => `--brand ${id}: no such brand; the configuration has ${known.join(", ")}`);
}
