import { createHash } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import progress from "cli-progress";
import { z } from "zod";
import { defaultPrompts } from "../config/prompts.ts";
import type { Config } from "../config.ts";
import { ConfigError, Fatal } from "../errors.ts";
import { compare, parseReport } from "../evaluation/compare.ts";
import { type Evaluation, evaluate, type Progress, writePrivate } from "../evaluation/evaluate.ts";
import { type DataFlags, formsOf, readFiles, readText } from "../evaluation/files.ts";
import { comparePage } from "../evaluation/html/compare-page.ts";
import { beside, percent, percentWithin } from "../evaluation/html/figures.ts";
import { createJudge, ratingSchema } from "../evaluation/judge.ts";
import { type Report, titleOf } from "../evaluation/report.ts";
import type { Write } from "../evaluation/write.ts";
import { ChatEndpoint } from "../summarizers/endpoint.ts";
import { freeMeter, type Manner } from "../summarizers/writer.ts";
import { tableOf } from "./table.ts";
import { createWriting, type Writing, type WritingFlags } from "./writing.ts";

export interface EvalFlags extends DataFlags, WritingFlags {
  /** Of `forms`; none is `text`. */
  readonly form: readonly string[];
  readonly out: string;
  readonly concurrency: number;
  readonly judge: boolean;
  readonly calibrate: boolean;
}

const shownProblems = 20;

/** `contactlogd eval`: what the configured summarizer is worth on labelled dialogues. */
export async function evaluateFiles(flags: EvalFlags, signal: AbortSignal): Promise<void> {
  const wanted = formsOf(flags.form);
  if (flags.judge && flags.config === undefined)
    throw new ConfigError(["--judge: needs --config, whose llm is the judge"]);
  const writing = await createWriting(flags);
  const { config, price, spending, manner } = writing;
  const { files, problems } = await readFiles(flags, config && manner.taxonomy);
  for (const problem of problems.slice(0, shownProblems)) process.stderr.write(`contactlogd: ${problem}\n`);
  const evaluation: Evaluation = {
    files,
    problems,
    forms: wanted,
    language: flags.language ?? (config && manner.language),
    writer: await writerOf(writing),
    judge: flags.judge && config ? judgeOf(config.llm) : undefined,
    price: price && { ...price, currency: spending.status().currency },
    calibrate: flags.calibrate,
    out: flags.out,
    concurrency: flags.concurrency,
    progress: progressBar(),
  };
  const report = await evaluate(evaluation, signal).catch((error: unknown) => {
    if (!signal.aborted) throw error;
    throw new Fatal("stopped", "eval: stopped; the same command goes on where it stopped");
  });
  process.stdout.write(`${overview(report)}\n${join(flags.out, "report.html")} (it holds transcripts)\n`);
}

/** `contactlogd eval --compare`: the report.json of two runs beside each other. */
export async function compareReports(first: string, second: string, out: string): Promise<void> {
  const read = (file: string) => parseReport(readText("--compare", file), file);
  const comparison = compare(read(first), read(second));
  if (comparison.sets.length === 0)
    throw new ConfigError([`--compare: ${first} and ${second} have no data set in common`]);
  await mkdir(out, { recursive: true, mode: 0o700 });
  await writePrivate(join(out, "comparison.json"), `${JSON.stringify(comparison, null, 1)}\n`);
  await writePrivate(join(out, "comparison.html"), comparePage(comparison));
  process.stdout.write(`${join(out, "comparison.html")}\n`);
}

/** The writer as `run` uses it, and all that decides what it writes. */
async function writerOf({ writer, manner, config }: Writing): Promise<Evaluation["writer"]> {
  const mannerIn = (language: string): Manner =>
    config ? { ...manner, language } : { ...manner, language, prompts: defaultPrompts(language) };
  const write: Write = async (dialogue, { language, taxonomy }, signal) =>
    await writer.write(
      { dialogue, names: [], manner: { ...mannerIn(language), taxonomy }, meter: freeMeter },
      signal,
    );
  const limits = config && [config.llm.maxInputTokens, config.llm.maxOutputTokens, config.llm.calibration];
  const manners = ["nl", "en"].map((language) => identityOf(mannerIn(language)));
  const rules = (config?.llm.provider ?? "offline") === "offline" ? await rulesOf(write) : undefined;
  const identity = JSON.stringify([version(), writer.name, rules, limits, manners]);
  return { name: writer.name, identity: createHash("sha256").update(identity).digest("hex"), write };
}

/** Sets and patterns as JSON can tell them apart. */
function identityOf({ redaction: { kinds, keep }, taxonomy: _, ...rest }: Manner): unknown {
  return { ...rest, kinds: [...kinds], keep: keep.map(String) };
}

/** A model's prompts are known beforehand; the version of the offline rules is only told with a log. */
async function rulesOf(write: Write): Promise<string> {
  const turn = { speaker: "customer", userId: undefined, at: 0, text: "Hello" } as const;
  const taxonomy = [{ category: "Other", subcategories: ["Other"] }];
  const dialogue = { medium: "message", language: "en", turns: [turn] } as const;
  const { drafted } = await write(dialogue, { language: "en", taxonomy }, new AbortController().signal);
  return drafted.promptVersion;
}

function version(): string {
  const file = fileURLToPath(new URL("../../package.json", import.meta.url));
  return (JSON.parse(readText("package", file)) as { version: string }).version;
}

const judgeTokens = 1_000;
const rubricFile = fileURLToPath(new URL("../../prompts/judge.en.md", import.meta.url));

/** The configured model as a judge, with its rubric. */
function judgeOf(llm: Config["llm"]): NonNullable<Evaluation["judge"]> {
  const endpoint = endpointOf(llm);
  const rubric = readText("rubric", rubricFile);
  const schema = { name: "rating", json: z.toJSONSchema(ratingSchema) as Record<string, unknown> };
  const judge = createJudge(rubric, async (messages, signal) => {
    const question = { messages, schema, maxOutputTokens: judgeTokens };
    return (await endpoint.ask(question, freeMeter, signal)).text;
  });
  const hash = createHash("sha256").update(rubric).digest("hex").slice(0, 12);
  return { name: `${endpoint.model} (rubric ${hash})`, judge };
}

function endpointOf(llm: Config["llm"]): ChatEndpoint {
  if (llm.provider === "openai") return ChatEndpoint.openAi({ ...llm, apiKey: llm.apiKey });
  if (llm.provider === "azure" && llm.apiKey !== undefined)
    return ChatEndpoint.azure({ ...llm, credential: { apiKey: llm.apiKey } });
  throw new ConfigError(["--judge: needs llm.provider openai, or azure with llm.apiKey"]);
}

/** On a terminal alone; the bar goes to standard error. */
function progressBar(): Progress {
  if (!process.stderr.isTTY) return { start() {}, step() {}, stop() {} };
  const bar = new progress.SingleBar(
    { format: "{bar} {value}/{total} {what} | {eta_formatted} left", hideCursor: true },
    progress.Presets.shades_classic,
  );
  return {
    start: (what, total) => bar.start(total, 0, { what }),
    step: () => bar.increment(),
    stop: () => bar.stop(),
  };
}

/** The report in a few lines, for the terminal. */
function overview({ sets, writer }: Report): string {
  const rows = sets.map((set) => [
    titleOf(set),
    set.n,
    set.n - set.written,
    percentWithin(set.category?.right ?? null),
    percent(set.category?.chance),
    percent(set.category?.commonest),
    percent(set.pair?.right?.value),
    beside(set.texts, "ownFirst"),
  ]);
  const table = tableOf(rows, {
    head: ["data", "n", "failed", "right category (95 %)", "chance", "commonest", "right pair", "own first"],
    aligns: ["left", "right", "right", "right", "right", "right", "right", "left"],
  });
  const failed = sets.flatMap((set) =>
    Object.entries(set.failures).map(([reason, count]) => `${titleOf(set)}: ${count} failed, ${reason}`),
  );
  return [writer, table, ...failed].join("\n");
}
