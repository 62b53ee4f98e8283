import { dirname, resolve } from "node:path";
import { processEnvironment, refusedIn } from "./config/environment.ts";
import { readJson } from "./config/files.ts";
import { type Flags, override, unknownBrands } from "./config/flags.ts";
import { describeIssue } from "./config/problems.ts";
import { References } from "./config/references.ts";
import { configSchema, type Parsed } from "./config/schema.ts";
import { inWords } from "./config/sentences.ts";
import { type DestinationOptions, destinationSecrets, withFiles } from "./destinations/index.ts";
import { ConfigError } from "./errors.ts";
import type { SourcesOptions } from "./sources/schema.ts";
import type { Calibration } from "./summarizers/doubt.ts";
import type { Prompts } from "./summarizers/summarizer.ts";
import { tracingSecrets, withTracingFiles } from "./tracing/schema.ts";

/** A brand with its prompts read and its destinations in one list. */
export interface BrandConfig
  extends Omit<Parsed["brands"][number], "prompt" | "destination" | "destinations"> {
  readonly prompts: Prompts;
  readonly destinations: readonly DestinationOptions[];
}

type Llm = Parsed["llm"];
/** With the calibration read. */
type LlmConfig = {
  [P in Llm["provider"]]: Omit<Extract<Llm, { provider: P }>, "calibration">;
}[Llm["provider"]] & {
  readonly calibration: Calibration | undefined;
};

/** The configuration as the program uses it: checked, paths absolute, prompts read. */
export interface Config extends Omit<Parsed, "brands" | "llm"> {
  readonly llm: LlmConfig;
  readonly brands: readonly BrandConfig[];
  /** Brands this run posts for; contacts of the others wait for a run that does. */
  readonly served: readonly string[];
  readonly dryRun: boolean;
  /** Writes logs on the real state file and keeps them for comparison; nothing is sent to a destination. */
  readonly shadow: boolean;
  /** Every value that came from the environment or a file: none of them may appear in a log. */
  readonly secrets: readonly string[];
  /** Where those were found: `GENESYS_CLIENT_SECRET`, `file:/run/secrets/x`. */
  readonly secretNames: readonly string[];
}

/**
 * Reads, checks and completes a configuration file.
 * @throws ConfigError with every problem at once, each with its path
 */
export function loadConfig(
  file: string,
  flags: Flags,
  environment: NodeJS.ProcessEnv = processEnvironment(),
): Config {
  return openConfig(file, flags, environment).read();
}

/** A configuration file as a daemon reads it, again and again. */
export interface ConfigFile {
  /** All of it as it is now. Throws ConfigError. */
  read(): Config;
  /** What `read` gave, with its secrets as they are now. Throws ConfigError. */
  secretsAnew(config: Config): Config;
}

export function openConfig(
  file: string,
  flags: Flags,
  environment: NodeJS.ProcessEnv = processEnvironment(),
): ConfigFile {
  const path = resolve(file);
  const read = (json: unknown): Config => complete(path, json, flags, environment);
  const texts = new WeakMap<Config, unknown>();
  return {
    read() {
      const json = readJson(path);
      const config = read(json);
      texts.set(config, json);
      return config;
    },
    secretsAnew(config) {
      const json = texts.get(config);
      const anew = withTextsOf(config, read(json));
      texts.set(anew, json);
      return anew;
    },
  };
}

/** The same, but for what is read of files that hold no secret. */
function withTextsOf({ brands, llm: { calibration } }: Config, anew: Config): Config {
  return {
    ...anew,
    llm: { ...anew.llm, calibration },
    brands: anew.brands.map((brand, index) => ({
      ...brand,
      prompts: brands[index]?.prompts ?? brand.prompts,
    })),
  };
}

/** @throws ConfigError with every problem at once, each with its path */
function complete(path: string, json: unknown, flags: Flags, environment: NodeJS.ProcessEnv): Config {
  const references = new References(dirname(path), environment);
  const raw = override(references.interpolate(json, []), flags);
  const parsed = configSchema.safeParse(raw, { error: inWords });
  const issues = parsed.success
    ? []
    : parsed.error.issues.filter(({ path: at }) => !references.unset.has(at.join(".")));
  const problems = [...references.problems, ...new Set(issues.flatMap(describeIssue))];
  if (flags.dryRun && flags.shadow) problems.push("--shadow and --dry-run: give one of them");
  problems.push(...refusedIn(environment));
  const found = brandsOf(raw, parsed.data);
  problems.push(...unknownBrands(found, flags));
  const maxInputTokens = parsed.data?.llm.maxInputTokens ?? Number.POSITIVE_INFINITY;
  const brands = found.map(({ prompt, ...one }) => ({
    ...one,
    prompts: references.prompts(prompt, one.language, maxInputTokens),
  }));
  const calibration = references.calibration(parsed.data?.llm.calibration);
  problems.push(...references.fileProblems);
  if (problems.length > 0 || !parsed.success) throw new ConfigError(problems);
  const { data } = parsed;
  return {
    ...data,
    llm: { ...data.llm, calibration },
    brands: brands.map(({ destination, destinations, ...one }) => ({
      ...one,
      destinations: (destinations ?? (destination ? [destination] : [])).map((one) =>
        withFiles(one, (name) => resolve(dirname(path), name)),
      ),
    })),
    served: brands.map(({ id }) => id).filter((id) => flags.brands.length === 0 || flags.brands.includes(id)),
    state: { file: resolve(dirname(path), data.state.file) },
    sources: withFolder(data.sources, dirname(path)),
    tracing: data.tracing && withTracingFiles(data.tracing, (name) => resolve(dirname(path), name)),
    dryRun: flags.dryRun,
    shadow: flags.shadow === true,
    secrets: [...references.secrets, ...typedSecrets(data)],
    secretNames: [...references.secretNames],
  } as Config;
}

function withFolder(sources: SourcesOptions, directory: string): SourcesOptions {
  const { contactLens } = sources;
  if (contactLens?.folder === undefined) return sources;
  return { ...sources, contactLens: { ...contactLens, folder: resolve(directory, contactLens.folder) } };
}

/** Secrets that stand in the file as they are: a bad habit, and no reason to log them. */
function typedSecrets({
  genesys: { clientSecret, additionalClients },
  llm: model,
  brands,
  http: { token },
  tracing,
}: Parsed): string[] {
  return [
    clientSecret,
    ...additionalClients.map((client) => client.clientSecret),
    ...("apiKey" in model && model.apiKey !== undefined ? [model.apiKey] : []),
    ...(token === undefined ? [] : [token]),
    ...(tracing === undefined ? [] : tracingSecrets(tracing)),
    ...brands.flatMap(({ destination, destinations }) =>
      [destination, ...(destinations ?? [])].flatMap((one) => (one ? destinationSecrets(one) : [])),
    ),
  ];
}

/** Prompts are looked for even where something else is wrong, so that a missing one is named in the same breath. */
function brandsOf(raw: unknown, parsed: Parsed | undefined): Parsed["brands"] {
  if (parsed) return parsed.brands;
  const brands = (raw as { brands?: unknown } | null)?.brands;
  return Array.isArray(brands) ? brands.filter((one) => typeof one === "object" && one !== null) : [];
}
