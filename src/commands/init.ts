import { accessSync, chmodSync, constants, existsSync, renameSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { describeIssue } from "../config/problems.ts";
import { lookUp } from "../config/references.ts";
import { configSchema } from "../config/schema.ts";
import { inWords } from "../config/sentences.ts";
import { ConfigError, ContactlogdError, causeOf } from "../errors.ts";
import { globMatcher } from "../glob.ts";
import type { Taxonomy } from "../model.ts";
import { Redactor } from "../ops/redact.ts";
import { type FirstConfig, firstConfig, looksSecret, referenceTo } from "./first-config.ts";
import { problemOf, type Question, questions } from "./questions.ts";
import { readTaxonomyFile } from "./taxonomy-csv.ts";
import { openTerminal, type Terminal } from "./terminal.ts";

/** A wrong answer is asked for again so often. */
const mostTries = 5;
const listMs = 20_000;
const mostShown = 200;

export interface InitFlags {
  readonly out: string;
  readonly force: boolean;
  /** In place of a region: a gateway, a simulator. */
  readonly baseUrl?: string | undefined;
  readonly queue: readonly string[];
  readonly header: string;
  readonly modelUrl?: string | undefined;
  /** Those that `questions` names. */
  readonly [answer: string]: unknown;
}

type Answers = Readonly<Record<string, string>>;

/**
 * `contactlogd init`: writes a first configuration, by flags and, in a terminal, by asking for what they leave open.
 * No secret is written; whatever looks like one is refused.
 * @throws ConfigError where an answer cannot be used or the file is there already, Fatal where it was broken off
 */
export async function init(
  flags: InitFlags,
  signal: AbortSignal,
  terminal: Terminal | undefined = openTerminal(signal),
): Promise<void> {
  using asked = terminal;
  refuseOut(flags);
  const answers = await answersOf(flags, asked);
  const queues = flags.queue.length > 0 ? flags.queue : await chooseQueues(flags, answers, asked, signal);
  const file = firstConfig(completed(flags, answers, queues, readTaxonomyFile(answers.taxonomy ?? "")));
  check(file);
  write(flags, `${JSON.stringify(file, null, 2)}\n`);
  process.stdout.write(`${farewell(flags, answers)}\n`);
}

/** Before anything is asked: no answer is to be given in vain. */
function refuseOut({ out, force }: InitFlags): void {
  if (!force && existsSync(out)) {
    throw new ConfigError([`--out ${out}: is there already; name another file, or give --force`]);
  }
  const folder = dirname(resolve(out));
  try {
    accessSync(folder, constants.W_OK);
  } catch (error) {
    const mend = existsSync(folder) ? "be a user who may write there" : "make the folder";
    throw new ConfigError([`--out ${out}: ${folder} cannot be written to (${causeOf(error)}); ${mend}`]);
  }
}

/** @throws ConfigError with every answer that is missing or cannot be used, where nobody can be asked */
async function answersOf(flags: InitFlags, terminal: Terminal | undefined): Promise<Answers> {
  const answers: Record<string, string> = {};
  const problems: string[] = [];
  for (const question of questions) {
    if (isIdle(question, flags, answers)) continue;
    const { key, flag, initial } = question;
    const given = typeof flags[key] === "string" ? flags[key].trim() : undefined;
    const answer = given ?? (terminal ? await askFor(question, terminal) : initial);
    const problem =
      answer === undefined
        ? "is required (in a terminal it is asked for)"
        : given !== undefined && mayNotBe(question, given);
    if (problem) problems.push(`${flag}: ${problem}`);
    answers[key] = answer ?? "";
  }
  if (terminal === undefined && flags.queue.length === 0) {
    problems.push("--queue: is required (in a terminal they are listed)");
  }
  if (flags.queue.includes("")) problems.push("--queue: must not be empty");
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(flags.header)) problems.push("--header: must be the name of a header");
  if (problems.length > 0) throw new ConfigError(problems);
  return answers;
}

function mayNotBe(question: Question, answer: string): string | undefined {
  return answer === "" && question.initial === "" ? undefined : problemOf(question, answer);
}

/** Not to be asked: it is answered in another way, or there is nothing it could be about. */
function isIdle({ key }: Question, { baseUrl, model }: InitFlags, answers: Answers): boolean {
  if (key === "region") return baseUrl !== undefined;
  return key === "modelKeyFrom" && (answers.model ?? model) === "";
}

async function askFor(question: Question, terminal: Terminal): Promise<string> {
  const { asks, initial } = question;
  for (let tries = 0; tries < mostTries; tries++) {
    const answer = (await terminal.ask(`${asks}${initial ? ` [${initial}]` : ""}: `)) || (initial ?? "");
    const problem = mayNotBe(question, answer);
    if (problem === undefined) return answer;
    terminal.tell(`  ${problem}`);
  }
  throw new ConfigError([`${question.flag}: no answer that can be used`]);
}

/** Live from the platform where its variables are set, else as somebody types them. */
async function chooseQueues(
  flags: InitFlags,
  answers: Answers,
  terminal: Terminal | undefined,
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (terminal === undefined) return [];
  const names = await listQueues(flags, answers, terminal, signal);
  for (const [index, name] of names.slice(0, mostShown).entries()) terminal.tell(`  ${index + 1}  ${name}`);
  const how =
    names.length > 0 ? "numbers (1,3-5) or names, * for any characters" : "names, * for any characters";
  for (let tries = 0; tries < mostTries; tries++) {
    const typed = await terminal.ask(`The brand's queues, ${how}, a comma between them: `);
    const chosen = readChoice(typed, names);
    if (typeof chosen !== "string") return chosen;
    terminal.tell(`  ${chosen}`);
  }
  throw new ConfigError(["--queue: no answer that can be used"]);
}

async function listQueues(
  flags: InitFlags,
  { region, clientIdFrom, clientSecretFrom }: Answers,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<string[]> {
  const directory = dirname(resolve(flags.out));
  const clientId = lookUp(referenceTo(clientIdFrom ?? ""), directory);
  const clientSecret = lookUp(referenceTo(clientSecretFrom ?? ""), directory);
  if (clientId === undefined || clientSecret === undefined) {
    terminal.tell(`  ${clientIdFrom} and ${clientSecretFrom} are not set here: queues cannot be listed`);
    return [];
  }
  const { createPlatform } = await import("../app/platform.ts");
  const genesys = configSchema.shape.genesys.parse({
    ...(flags.baseUrl === undefined ? { region } : { baseUrl: flags.baseUrl }),
    clientId,
    clientSecret,
  });
  const { api } = createPlatform({ genesys }, new Redactor([clientSecret]));
  await using _ = api;
  try {
    const queues = await api.listQueues(AbortSignal.any([signal, AbortSignal.timeout(listMs)]));
    return queues.map(({ name }) => name).sort((a, b) => a.localeCompare(b));
  } catch (error) {
    const why = error instanceof ContactlogdError ? error.message : "no answer in time";
    terminal.tell(`  queues cannot be listed: ${why}`);
    return [];
  }
}

/** @returns globs, or what is wrong with what was typed */
function readChoice(typed: string, names: readonly string[]): string[] | string {
  const parts = typed.split(",").map((part) => part.trim());
  const chosen: string[] = [];
  for (const part of parts.filter((one) => one !== "")) {
    const [, from, to = from] = /^(\d{1,4})(?:-(\d{1,4}))?$/.exec(part) ?? [];
    const picked = from === undefined ? [part] : names.slice(Number(from) - 1, Number(to));
    if (picked.length === 0) return `there is no ${part} in the list`;
    if (looksSecret(part)) return "looks like a secret: give names of queues";
    if (from === undefined && names.length > 0 && !names.some(globMatcher([part])))
      return `no queue matches ${part}`;
    chosen.push(...picked);
  }
  return chosen.length > 0 ? [...new Set(chosen)] : "name one at the least";
}

function completed(
  { baseUrl, header, modelUrl }: InitFlags,
  answers: Answers,
  queues: readonly string[],
  taxonomy: Taxonomy,
): FirstConfig {
  const text = (key: string): string => answers[key] ?? "";
  return {
    region: answers.region,
    baseUrl,
    clientId: text("clientIdFrom"),
    clientSecret: text("clientSecretFrom"),
    brand: text("brand"),
    language: text("language"),
    queues,
    taxonomy,
    accountAttribute: text("accountAttribute"),
    authenticatedAttribute: text("authenticatedAttribute"),
    destination: text("destination"),
    header,
    headerFrom: answers.headerFrom || undefined,
    model: answers.model || undefined,
    modelUrl,
    modelKey: answers.modelKeyFrom || undefined,
  };
}

/** Nothing in it may be a secret, wherever it came from, and what is written is what `run` will take. */
function check(file: Record<string, unknown>): void {
  const found = textsIn(file).filter(([, text]) => looksSecret(text.replace(/\$\{[^}]*\}/g, "")));
  if (found.length > 0) {
    throw new ConfigError(
      found.map(
        ([path]) => `${path}: looks like a secret; put it in the environment or a file, and name that`,
      ),
    );
  }
  const parsed = configSchema.safeParse(file, { error: inWords });
  if (!parsed.success) throw new ConfigError(parsed.error.issues.flatMap(describeIssue));
}

function textsIn(value: unknown, path = ""): [path: string, text: string][] {
  if (typeof value === "string") return [[path, value]];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, one]) => textsIn(one, path === "" ? key : `${path}.${key}`));
}

/** Readable by its owner alone, and there whole or not at all. */
function write({ out, force }: InitFlags, text: string): void {
  const part = force ? `${out}.new` : out;
  try {
    writeFileSync(part, text, { flag: force ? "w" : "wx", mode: 0o600 });
    chmodSync(part, 0o600);
    if (force) renameSync(part, out);
  } catch (error) {
    throw new ConfigError([`--out ${out}: cannot be written (${causeOf(error)})`]);
  }
}

function farewell({ out }: InitFlags, answers: Answers): string {
  const names = ["clientIdFrom", "clientSecretFrom", "headerFrom", "modelKeyFrom"].flatMap(
    (key) => answers[key] || [],
  );
  return [
    `${out} is written. It holds no secret: it takes them from ${names.join(", ")}.`,
    "Next, prove that it works:",
    `  contactlogd check --config ${out}`,
  ].join("\n");
}
