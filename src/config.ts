import { readFileSync, statSync } from "node:fs";
import { dirname, normalize, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import {
  type DestinationOptions,
  destinationSchema,
  destinationSecrets,
  withFiles,
} from "./destinations/index.ts";
import { ConfigError, causeOf } from "./errors.ts";
import type { Taxonomy } from "./model.ts";
import { redactionKinds } from "./redaction/kinds.ts";
import { type SourcesOptions, sourcesSchema } from "./sources/schema.ts";
import type { Calibration } from "./summarizers/doubt.ts";
import type { Prompts } from "./summarizers/summarizer.ts";

/** Where secrets stand. */
const secretPath = /secret|key|token|password|passphrase|headers/i;
/** No configuration or prompt is this large. */
const maxFileBytes = 2 ** 20;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

const globs = z.array(z.string().trim().min(1)).min(1);
const ms = (defaultMs: number, what: string) =>
  z
    .int()
    .min(1)
    .max(90 * dayMs)
    .default(defaultMs)
    .describe(what);
const httpUrl = z
  .url({ protocol: /^https?$/, error: "must be an http or https URL" })
  .refine((url) => !/\/\/[^/]*@/.test(url), { error: "must not hold a user or password" });

const genesys = z
  .strictObject({
    region: z
      .string()
      .regex(
        /^[a-z0-9-]+(\.[a-z0-9-]+)+$/i,
        "must be a domain such as mypurecloud.de, without api. or login.",
      )
      .optional()
      .describe("The org's domain: login.<region> and api.<region> are called."),
    clientId: z.string().min(1).describe("OAuth client (client credentials grant)."),
    clientSecret: z.string().min(1),
    additionalClients: z
      .array(z.strictObject({ clientId: z.string().min(1), clientSecret: z.string().min(1) }))
      .max(20)
      .default([])
      .describe("Further OAuth clients, each with a rate limit of its own; channels stay with the first."),
    baseUrl: httpUrl
      .optional()
      .describe("Replaces login.<region> and api.<region>: a gateway or a simulator."),
    queues: z
      .strictObject({
        include: globs.default(["*"]).describe("Queues to listen to, by name; * is any run of characters."),
        exclude: z
          .array(z.string().trim().min(1))
          .default([])
          .describe("Queues not to listen to; wins over include."),
      })
      .prefault({}),
    notifications: z
      .boolean()
      .default(true)
      .describe(
        "Listen on notification channels; false where EventBridge or a trigger tells of ends instead.",
      ),
    requestsPerMinute: z
      .int()
      .min(10)
      .max(100_000)
      .default(300)
      .describe("The daemon's own limit; 300 is an org's default."),
    transcriptHosts: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe(
        "Hosts a transcript may be downloaded from; default: Amazon S3, or any host where baseUrl is set.",
      ),
  })
  .refine((value) => value.region !== undefined || value.baseUrl !== undefined, {
    when: () => true,
    path: ["region"],
    error: "is required (or baseUrl)",
  });

const perMillion = z.number().min(0).max(1_000_000);
/** What every model costs and is given; the offline summarizer takes the keys and has no use for them. */
const spending = {
  maxInputTokens: z
    .int()
    .min(1_000)
    .max(1_000_000)
    .default(24_000)
    .describe("Tokens of transcript in one question; a longer conversation is read in parts."),
  maxOutputTokens: z.int().min(200).max(100_000).default(4_000).describe("Tokens of one answer."),
  prices: z
    .record(
      z.string().min(1),
      z.strictObject({ input: perMillion, cachedInput: perMillion.optional(), output: perMillion }),
    )
    .default({})
    .describe("Price of a million tokens, by model as configured (* is any other)."),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, "must be a currency code such as EUR")
    .default("EUR"),
  dailyBudget: z
    .number()
    .positive()
    .optional()
    .describe(
      "What a day (UTC) may cost, in currency; when it is spent, contacts wait and the alarm is raised.",
    ),
  calibration: z
    .string()
    .min(1)
    .optional()
    .describe(
      "A calibration.json that eval --calibrate wrote for this model: makes confidence a probability.",
    ),
};

const timeoutMs = z.int().min(1).max(600_000).default(30_000).describe("Deadline of one answer.");
const llm = z.discriminatedUnion("provider", [
  z.strictObject({
    provider: z.literal("openai").describe("Any Chat Completions endpoint: OpenAI, vLLM, Ollama …"),
    baseUrl: httpUrl.default("https://api.openai.com/v1"),
    apiKey: z.string().min(1).optional(),
    model: z.string().min(1),
    timeoutMs,
    ...spending,
  }),
  z
    .strictObject({
      provider: z.literal("azure"),
      baseUrl: httpUrl.describe("The resource: https://name.openai.azure.com"),
      deployment: z.string().min(1),
      apiVersion: z.string().min(1),
      apiKey: z.string().min(1).optional(),
      auth: z
        .literal("entra")
        .optional()
        .describe("Entra ID in place of a key; needs the package @azure/identity."),
      timeoutMs,
      ...spending,
    })
    .refine((value) => (value.apiKey === undefined) !== (value.auth === undefined), {
      path: ["apiKey"],
      error: 'give either apiKey or "auth": "entra"',
    }),
  z.strictObject({
    provider: z
      .literal("offline")
      .describe("No model: extracts sentences, and says so in each log's provenance."),
    timeoutMs,
    ...spending,
  }),
]);

const redaction = z
  .strictObject({
    ...(Object.fromEntries(redactionKinds.map((kind) => [kind, z.boolean().default(true)])) as Record<
      (typeof redactionKinds)[number],
      z.ZodDefault<z.ZodBoolean>
    >),
    keep: z
      .array(z.string().min(1).refine(isPattern, { error: "is not a regular expression" }))
      .default([])
      .describe("Regular expressions; what matches one in full stays: the brand's own reference numbers."),
  })
  .prefault({})
  .describe(
    "What is taken out of a dialogue before the model reads it, and out of what it wrote; all of it by default.",
  );

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}

function isPattern(source: string): boolean {
  try {
    return new RegExp(source, "u") !== undefined;
  } catch {
    return false;
  }
}

const taxonomy = z
  .array(
    z.strictObject({
      category: z.string().trim().min(1),
      subcategories: z.array(z.string().trim().min(1)).min(1),
    }),
  )
  .min(1)
  .superRefine((categories, context) => {
    reportRepeats(
      categories.map(({ category }) => category),
      "category",
      context,
    );
    for (const [index, { subcategories }] of categories.entries()) {
      reportRepeats(subcategories, "subcategory", context, [index, "subcategories"]);
    }
  });

const brand = z
  .strictObject({
    id: z.string().regex(/^[\w-]{1,60}$/, "must be letters, digits, - or _"),
    language: z
      .string()
      .regex(/^[a-z]{2,3}(-[\w]+)*$/i, "must be a language tag such as nl")
      .describe("Language of the logs."),
    timeZone: z
      .string()
      .refine(isTimeZone, { error: "is not a time zone such as Europe/Amsterdam" })
      .default("Europe/Amsterdam")
      .describe("Where the customers are: tells which day a conversation was on."),
    match: z.strictObject({
      queues: globs.describe("Queues of this brand, by name; the last agent's queue decides."),
    }),
    prompt: z
      .string()
      .min(1)
      .optional()
      .describe("A prompt file; default: the program's own for the language."),
    taxonomy: taxonomy.describe("The closed list of categories a log may carry."),
    redaction,
    unsupported: z
      .enum(["cut", "flag"])
      .default("cut")
      .describe(
        "What the conversation does not carry, once the model was asked to mend it: leave it out, or mark it.",
      ),
    samples: z
      .union([z.literal(1), z.literal(2)])
      .default(1)
      .describe("Answers bought for each contact; 2 cost twice, and their agreement tells doubt better."),
    eligibility: z.strictObject({
      accountAttribute: z.string().min(1).describe("Participant attribute with the customer's account."),
      authenticatedAttribute: z.string().min(1),
      authenticatedValues: z
        .array(z.string().min(1))
        .min(1)
        .default(["true"])
        .describe("Upper and lower case are the same."),
    }),
    onRequest: z
      .strictObject({
        force: z
          .boolean()
          .default(false)
          .describe(
            "Whoever asks for a contact log may pass over excluded_queue, no_account and not_authenticated.",
          ),
      })
      .prefault({}),
    destination: destinationSchema.optional(),
    destinations: z
      .array(destinationSchema)
      .min(1)
      .optional()
      .describe("Several, each settled on its own; each needs an id."),
    ambiguous: z
      .enum(["repeat", "park"])
      .default("repeat")
      .describe(
        "A post that may have arrived, at a destination without lookup: repeat it, or wait for a person.",
      ),
  })
  .superRefine(({ destination, destinations }, context) => {
    if ((destination === undefined) === (destinations === undefined)) {
      context.addIssue({
        code: "custom",
        path: ["destination"],
        message: "is required (or destinations, not both)",
      });
    }
    reportRepeats(
      (destinations ?? []).map(({ id }) => id),
      "destination id",
      context,
      ["destinations"],
    );
  });

const timing = z.strictObject({
  heartbeatTimeoutMs: ms(35_000, "A channel on which nothing was heard for this long is dead."),
  pingEveryMs: ms(20_000, "How often the channel is pinged."),
  queueRefreshMs: ms(300_000, "How often the list of queues is read again."),
  sweepEveryMs: ms(900_000, "How often history is looked through for ends that no event told of."),
  historyLookBackMs: ms(
    4 * dayMs,
    "How long a conversation can be: history finds it by its start (at most 7 days at once).",
  ),
  historyLagMs: ms(120_000, "How far the platform's history may lag behind events."),
  transcriptFirstMs: ms(20_000, "When a voice transcript is asked for the first time, after the end."),
  transcriptGiveUpMs: ms(2 * dayMs, "When a transcript that never came is given up."),
  retryBaseMs: ms(1_000, "First pause of a back-off."),
  retryMaxMs: ms(300_000, "Longest pause of a back-off."),
  lookupAfterMs: z
    .array(z.int().min(0).max(hourMs))
    .min(1)
    .max(10)
    .default([500, 2_000, 10_000, 60_000])
    .describe(
      "When a destination is asked about a post of unknown outcome, counted from the post; then it is repeated.",
    ),
  retryGiveUpMs: ms(7 * dayMs, "How long a contact may keep failing before it becomes a dead letter."),
  drainMs: ms(25_000, "How long work in flight may take when the process is told to stop."),
});

const log = z
  .strictObject({
    level: z
      .enum(["trace", "debug", "info", "warn", "error", "silent"])
      .default("info")
      .describe("Below it nothing is logged; --log-level wins."),
    ids: z
      .enum(["hashed", "plain"])
      .default("hashed")
      .describe(
        "Ids of conversations, accounts and users in the log: keyed hashes, which explain takes as well, or as they are.",
      ),
  })
  .prefault({});

const state = z.strictObject({ file: z.string().min(1).default("state/contactlogd.db") }).prefault({});
const http = z
  .strictObject({
    host: z.string().min(1).default("127.0.0.1"),
    port: z.int().min(0).max(65_535).default(9_464),
    token: z
      .string()
      .min(16, "must be 16 characters or more")
      .optional()
      .describe(
        "Token of whoever asks for contact logs, sends events or tells what agents wrote; without it these doors are closed.",
      ),
    waitMs: z
      .int()
      .min(100)
      .max(600_000)
      .default(30_000)
      .describe("How long an answer to somebody who asks for a contact log may wait for it."),
    maxWaiting: z
      .int()
      .min(1)
      .max(1_000)
      .default(50)
      .describe("Callers served at once who ask for a contact log; the next is told to come back (429)."),
    showLogs: z
      .boolean()
      .default(false)
      .describe("The page shows the text of contact logs that wait or died; never a transcript."),
  })
  .prefault({})
  .describe("Where /healthz, /readyz, /status and /metrics are served.");

export const configSchema = z
  .strictObject({
    $schema: z.string().optional(),
    genesys,
    llm,
    brands: z.array(brand).min(1),
    state,
    retention: z
      .strictObject({
        settledMs: z
          .int()
          .min(90 * dayMs)
          .max(3_650 * dayMs)
          .default(90 * dayMs),
        shadowMs: ms(
          7 * dayMs,
          "How long a shadow run's log, or what an agent wrote, is kept for the other to be compared with.",
        ),
        logsMs: z
          .int()
          .min(1)
          .max(90 * dayMs)
          .optional()
          .describe(
            "How long posted contact logs are kept for the next agent (GET /v1/accounts/…); without it none is.",
          ),
      })
      .prefault({})
      .describe(
        "How long the bare keys of settled contacts are kept: as long as an end could be told of again.",
      ),
    pipeline: z
      .strictObject({
        concurrency: z.int().min(1).max(1_000).default(16).describe("Contacts worked on at once."),
        settleMs: z
          .int()
          .min(0)
          .max(hourMs)
          .default(1_000)
          .describe("An end that stays quiet this long is one."),
      })
      .prefault({}),
    timing: timing.prefault({}),
    sources: sourcesSchema,
    log,
    http,
  })
  .superRefine(({ brands, sources }, context) => {
    for (const [index, { brand: id }] of (sources.contactLens?.brands ?? []).entries()) {
      if (brands.some((one) => one.id === id)) continue;
      context.addIssue({
        code: "custom",
        path: ["sources", "contactLens", "brands", index, "brand"],
        message: "must be the id of one of brands",
      });
    }
  })
  .superRefine(({ brands }, context) => {
    reportRepeats(
      brands.map(({ id }) => id),
      "brand id",
      context,
      ["brands"],
    );
    const files = brands.flatMap(({ destination, destinations }) =>
      [destination, ...(destinations ?? [])].flatMap((one) =>
        one?.kind === "file" ? [normalize(one.path)] : [],
      ),
    );
    reportRepeats(files, "file of a destination", context, ["brands"]);
  })
  .superRefine(({ llm: { dailyBudget, prices, ...model } }, context) => {
    if (dailyBudget === undefined || model.provider === "offline") return;
    const name = model.provider === "azure" ? model.deployment : model.model;
    if (prices[name] === undefined && prices["*"] === undefined) {
      context.addIssue({
        code: "custom",
        path: ["llm", "prices"],
        message: `must hold a price of ${name} (or of *), or llm.dailyBudget cannot be kept`,
      });
    }
  });

type Parsed = z.output<typeof configSchema>;

const share = z.number().min(0).max(1);
/** What `eval --calibrate` writes. */
const calibrationSchema = z.object({
  points: z
    .array(z.tuple([share, share]))
    .min(1)
    .refine((points) => points.every((one, index) => index === 0 || rises(points[index - 1], one)), {
      error: "must rise",
    }),
});

function rises(before: readonly number[] | undefined, after: readonly number[]): boolean {
  return (before ?? []).every((value, index) => value <= (after[index] ?? 0));
}

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

/** What flags say; a flag wins over the file. */
export interface Flags {
  readonly brands: readonly string[];
  readonly region?: string | undefined;
  readonly state?: string | undefined;
  readonly dryRun: boolean;
  readonly shadow?: boolean | undefined;
  readonly logLevel?: string | undefined;
}

/**
 * Reads, checks and completes a configuration file.
 * @throws ConfigError with every problem at once, each with its path
 */
export function loadConfig(file: string, flags: Flags, environment: NodeJS.ProcessEnv = process.env): Config {
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
  environment: NodeJS.ProcessEnv = process.env,
): ConfigFile {
  const path = resolve(file);
  const read = (json: unknown): Config => complete(path, json, flags, environment);
  const texts = new WeakMap<Config, unknown>();
  return {
    read() {
      const json = new Source(dirname(path), environment).json(path);
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
  const source = new Source(dirname(path), environment);
  const raw = override(source.interpolate(json, []), flags);
  const parsed = configSchema.safeParse(raw);
  const issues = parsed.success
    ? []
    : parsed.error.issues.filter(({ path: at }) => !source.unset.has(at.join(".")));
  const problems = [...source.problems, ...issues.flatMap(describeIssue)];
  if (flags.dryRun && flags.shadow) problems.push("--shadow and --dry-run: give one of them");
  if (environment.OPENAI_CUSTOM_HEADERS !== undefined) {
    problems.push(
      "OPENAI_CUSTOM_HEADERS is set, which could replace the credentials sent to the model; unset it",
    );
  }
  if (environment.NODE_TLS_REJECT_UNAUTHORIZED === "0") {
    problems.push(
      "NODE_TLS_REJECT_UNAUTHORIZED=0 switches off the check of certificates; use NODE_EXTRA_CA_CERTS",
    );
  }
  const found = brandsOf(raw, parsed.data);
  problems.push(...unknownBrands(found, flags));
  const brands = found.map(({ prompt, ...one }) => ({
    ...one,
    prompts: source.prompts(prompt, one.language),
  }));
  const calibration = source.calibration(parsed.data?.llm.calibration);
  problems.push(...source.fileProblems);
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
    dryRun: flags.dryRun,
    shadow: flags.shadow === true,
    secrets: [...source.secrets, ...typedSecrets(data)],
    secretNames: [...source.secretNames],
  } as Config;
}

function withFolder(sources: SourcesOptions, directory: string): SourcesOptions {
  const { contactLens } = sources;
  if (contactLens?.folder === undefined) return sources;
  return { ...sources, contactLens: { ...contactLens, folder: resolve(directory, contactLens.folder) } };
}

/**
 * The value of a reference such as `${NAME}` or `${file:/path}`; undefined where there is none to be had.
 * @param directory where relative paths start
 */
export function lookUp(
  reference: string,
  directory: string,
  environment: NodeJS.ProcessEnv = process.env,
): string | undefined {
  const source = new Source(directory, environment);
  const value = source.interpolate(reference, []);
  return source.problems.length > 0 ? undefined : String(value);
}

/** The program's own prompts for a language: Dutch, or for any other one that is told its language. */
export function defaultPrompts(language: string): Prompts {
  const { log, part, join } = promptFiles(language);
  return { log: readText(log), part: readText(part), join: readText(join) };
}

function promptFiles(language: string): Prompts {
  const tag = language.toLowerCase().startsWith("nl") ? "nl" : "en";
  const path = (name: string) => fileURLToPath(new URL(`../prompts/${name}.${tag}.md`, import.meta.url));
  return { log: path("contact-log"), part: path("part"), join: path("join") };
}

/** Where a daemon keeps its state and answers, for commands that only look: no secret is needed, none is read. */
export interface Places {
  readonly stateFile: string;
  readonly http: { readonly host: string; readonly port: number };
}

/** @throws ConfigError where the file cannot be read or these two sections are wrong */
export function loadPlaces(
  file: string,
  flags: { readonly state?: string },
  environment: NodeJS.ProcessEnv = process.env,
): Places {
  const path = resolve(file);
  const source = new Source(dirname(path), environment);
  const json = source.json(path);
  const { state: stateSection, http: httpSection } = (json ?? {}) as { state?: unknown; http?: unknown };
  const sections = { state: stateSection, http: httpSection };
  const raw = override(source.interpolate(sections, []), { ...flags, brands: [], dryRun: false });
  const parsed = z.object({ state, http }).safeParse(raw);
  const problems = [
    ...source.problems,
    ...(parsed.success ? [] : parsed.error.issues.flatMap(describeIssue)),
  ];
  if (problems.length > 0 || !parsed.success) throw new ConfigError(problems);
  return { stateFile: resolve(dirname(path), parsed.data.state.file), http: parsed.data.http };
}

/**
 * Each brand's taxonomy, by its id: no secret is needed, none is read.
 * @throws ConfigError where the file cannot be read or these sections are wrong
 */
export function loadTaxonomies(
  file: string,
  environment: NodeJS.ProcessEnv = process.env,
): ReadonlyMap<string, Taxonomy> {
  const path = resolve(file);
  const source = new Source(dirname(path), environment);
  const parsed = taxonomies.safeParse(source.json(path));
  if (!parsed.success) throw new ConfigError(parsed.error.issues.flatMap(describeIssue));
  const { brands } = source.interpolate(parsed.data, []) as z.output<typeof taxonomies>;
  if (source.problems.length > 0) throw new ConfigError(source.problems);
  return new Map(brands.map((one) => [one.id, one.taxonomy]));
}

const taxonomies = z.object({ brands: z.array(z.object({ id: z.string(), taxonomy })) });

/** The JSON Schema of the file, for editors and for other programs. */
export function configJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(configSchema, { io: "input" });
}

/** Everything the file refers to: variables, secret files, prompts. Collects problems instead of throwing. */
class Source {
  readonly problems: string[] = [];
  /** Of prompts and calibrations. */
  readonly fileProblems: string[] = [];
  /** Paths whose value could not be looked up: nothing more is to be said of them. */
  readonly unset = new Set<string>();
  readonly secrets: string[] = [];
  readonly secretNames = new Set<string>();
  readonly #directory: string;
  readonly #environment: NodeJS.ProcessEnv;

  constructor(directory: string, environment: NodeJS.ProcessEnv) {
    this.#directory = directory;
    this.#environment = environment;
  }

  json(path: string): unknown {
    let text: string;
    try {
      text = readText(path);
    } catch (error) {
      throw new ConfigError([`the configuration file ${path} cannot be read (${causeOf(error)})`]);
    }
    try {
      return JSON.parse(text);
    } catch (error) {
      // V8 quotes the file around the mistake, and that may be a secret somebody typed in: keep the position alone.
      const position = /position (\d+)/.exec((error as Error).message)?.[1];
      throw new ConfigError([
        `${path} is not JSON${position ? ` (${lineAndColumn(text, Number(position))})` : ""}`,
      ]);
    }
  }

  /** `${NAME}` becomes the variable, `${file:/path}` the file's text, `$${` a plain `${`. */
  interpolate(value: unknown, path: readonly (string | number)[]): unknown {
    if (typeof value === "string") {
      return value.replace(/\$\$\{|\$\{([^}]*)\}/g, (whole, name?: string) =>
        name === undefined ? (whole === "$${" ? "${" : whole) : this.#lookUp(name.trim(), path.join(".")),
      );
    }
    if (Array.isArray(value)) return value.map((item, index) => this.interpolate(item, [...path, index]));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, this.interpolate(item, [...path, key])]),
    );
  }

  prompts(own: unknown, language: unknown): Prompts {
    const files = promptFiles(String(language));
    const log = typeof own === "string" && own !== "" ? resolve(this.#directory, own) : files.log;
    return { log: this.#prompt(log), part: this.#prompt(files.part), join: this.#prompt(files.join) };
  }

  #prompt(file: string): string {
    try {
      const text = readText(file);
      if (text.trim() === "") this.fileProblems.push(`the prompt file ${file} is empty`);
      return text;
    } catch (error) {
      this.fileProblems.push(`the prompt file ${file} cannot be read (${causeOf(error)})`);
      return "";
    }
  }

  calibration(name: string | undefined): Calibration | undefined {
    if (name === undefined) return undefined;
    const file = resolve(this.#directory, name);
    try {
      const read = calibrationSchema.safeParse(JSON.parse(readText(file)));
      if (read.success) return read.data;
      const problems = read.error.issues.flatMap(describeIssue);
      this.fileProblems.push(`llm.calibration: ${file} is no calibration (${problems.join("; ")})`);
    } catch (error) {
      const why = error instanceof SyntaxError ? "it is not JSON" : causeOf(error);
      this.fileProblems.push(`llm.calibration: the file ${file} cannot be read (${why})`);
    }
    return undefined;
  }

  #lookUp(name: string, path: string): string {
    const value = name.startsWith("file:")
      ? this.#secretFile(name.slice(5), path)
      : this.#variable(name, path);
    // A region or a URL may come from the environment too, and has to stay legible.
    if (value !== "" && (name.startsWith("file:") || secretPath.test(path))) {
      this.secrets.push(value);
      this.secretNames.add(name);
    }
    if (value === "") this.unset.add(path);
    return value === "" ? "unset" : value;
  }

  #variable(name: string, path: string): string {
    const value = this.#environment[name];
    if (value === undefined) this.problems.push(`${path}: the environment variable ${name} is not set`);
    else if (value === "") this.problems.push(`${path}: the environment variable ${name} is empty`);
    return value ?? "";
  }

  #secretFile(name: string, path: string): string {
    const file = resolve(this.#directory, name);
    try {
      const value = readText(file).trim();
      if (value === "") this.problems.push(`${path}: the file ${file} is empty`);
      return value;
    } catch (error) {
      this.problems.push(`${path}: the file ${file} cannot be read (${causeOf(error)})`);
      return "";
    }
  }
}

function readText(path: string): string {
  if (statSync(path).size > maxFileBytes) throw new Error(`larger than ${maxFileBytes} bytes`);
  return readFileSync(path, "utf8").replace(/^\uFEFF/, "");
}

function override(raw: unknown, { region, state, logLevel }: Flags): unknown {
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

/** Secrets that stand in the file as they are: a bad habit, and no reason to log them. */
function typedSecrets({
  genesys: { clientSecret, additionalClients },
  llm: model,
  brands,
  http: { token },
}: Parsed): string[] {
  return [
    clientSecret,
    ...additionalClients.map((client) => client.clientSecret),
    ...("apiKey" in model && model.apiKey !== undefined ? [model.apiKey] : []),
    ...(token === undefined ? [] : [token]),
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

function unknownBrands(brands: Parsed["brands"], flags: Flags): string[] {
  const known = brands.map(({ id }) => id);
  return flags.brands
    .filter((id) => !known.includes(id))
    .map((id) => `--brand ${id}: no such brand; the configuration has ${known.join(", ")}`);
}

function describeIssue(issue: z.core.$ZodIssue): string[] {
  const path = issue.path.join(".");
  const at = path === "" ? "" : `${path}: `;
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => `${path === "" ? key : `${path}.${key}`}: unknown key`);
  }
  if (issue.code === "invalid_type" && issue.message.endsWith("received undefined"))
    return [`${at}is required`];
  return [`${at}${issue.message}`];
}

function reportRepeats(
  names: readonly string[],
  what: string,
  context: z.core.$RefinementCtx,
  path: (string | number)[] = [],
): void {
  for (const name of new Set(names.filter((one, index) => names.indexOf(one) !== index))) {
    context.addIssue({ code: "custom", path, message: `the ${what} "${name}" is there twice`, input: name });
  }
}

function lineAndColumn(text: string, position: number): string {
  const before = text.slice(0, position).split("\n");
  return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}

/** Who wants to hear how the daemon is: systemd, where the unit is `Type=notify` or has a watchdog. */
export function supervisorOf(environment: NodeJS.ProcessEnv = process.env): Supervisor | undefined {
  const { NOTIFY_SOCKET: socket, WATCHDOG_USEC: microseconds, WATCHDOG_PID: pid, PATH: path } = environment;
  if (socket === undefined || socket === "") return undefined;
  const isOurs = pid === undefined || pid === String(process.pid);
  const watchdogMs = isOurs && Number(microseconds) > 0 ? Number(microseconds) / 1_000 : undefined;
  return { socket, watchdogMs, path: path ?? "" };
}

interface Supervisor {
  readonly socket: string;
  readonly watchdogMs: number | undefined;
  readonly path: string;
}

/** The model the demo uses, and what it says of it. */
export interface DemoModel {
  readonly kind: "offline" | "model";
  readonly says: string;
  readonly llm: Record<string, unknown>;
}

/** A real model where the usual variables name one, else the offline summarizer; and the daemon's environment. */
export function demoEnvironment(environment: NodeJS.ProcessEnv = process.env): {
  model: DemoModel;
  environment: NodeJS.ProcessEnv;
} {
  const openAi = environment.OPENAI_API_KEY;
  const azure = environment.AZURE_OPENAI_API_KEY;
  if (azure && environment.AZURE_OPENAI_ENDPOINT) {
    const deployment = environment.AZURE_OPENAI_DEPLOYMENT ?? "gpt-4.1-mini";
    const llm = {
      provider: "azure",
      baseUrl: environment.AZURE_OPENAI_ENDPOINT,
      deployment,
      apiVersion: environment.OPENAI_API_VERSION ?? "2024-10-21",
      apiKey: `\${AZURE_OPENAI_API_KEY}`,
    };
    return { model: { kind: "model", says: `Azure OpenAI, deployment ${deployment}`, llm }, environment };
  }
  if (openAi) {
    const model = environment.OPENAI_MODEL ?? "gpt-4.1-mini";
    const baseUrl = environment.OPENAI_BASE_URL || "https://api.openai.com/v1";
    if (!URL.canParse(baseUrl)) throw new ConfigError(["OPENAI_BASE_URL: must be an http or https URL"]);
    const llm = { provider: "openai", baseUrl, model, apiKey: `\${OPENAI_API_KEY}` };
    return { model: { kind: "model", says: `${model} at ${new URL(baseUrl).host}`, llm }, environment };
  }
  const says = "offline: picks sentences, no model (set OPENAI_API_KEY or AZURE_OPENAI_* for a real one)";
  return { model: { kind: "offline", says, llm: { provider: "offline" } }, environment };
}
