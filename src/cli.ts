#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { Argument, Command, CommanderError, InvalidArgumentError, Option } from "commander";
import type { EvalFlags } from "./commands/eval.ts";
import { addManual } from "./commands/manual.ts";
import { questions } from "./commands/questions.ts";
import type { RunFlags } from "./commands/run.ts";
import { ConfigError, ContactlogdError } from "./errors.ts";
import { logFormats, logLevels } from "./ops/log.ts";

/** sysexits.h: EX_CONFIG. */
const wrongConfiguration = 78;
const failed = 1;
const sameSignalMs = 100;

const stop = new AbortController();
const abort = new AbortController();
/** Somebody wants the configuration read again. */
const reload = new EventTarget();
/** What a hangup asks of the command that runs: `run` reads its configuration again, any other ends. */
let onHangup: () => void = onSignal;
for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, onSignal);
process.on("SIGHUP", () => onHangup());
let toldAt: number | undefined;
/** The first asks to drain, a second one not to. npm hands one signal on twice: at once is not a second time. */
function onSignal(): void {
  const now = performance.now();
  if (toldAt !== undefined && now - toldAt > sameSignalMs) abort.abort();
  toldAt ??= now;
  stop.abort();
}
// Commands are imported when they are called: a signal during start-up finds its handler in place.
// A reader of our output that went away (`| head`) is not an error of ours.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});

process.on("uncaughtException", (error) => process.exit(report(error)));
process.exit(await main(process.argv));

async function main(argv: readonly string[]): Promise<number> {
  try {
    await program().parseAsync(argv);
    return 0;
  } catch (error) {
    return report(error);
  }
}

function program(): Command {
  const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
    version: string;
  };
  const root = new Command("contactlogd")
    .description(
      "Writes the contact log of every finished Genesys Cloud conversation and posts it to the right backend.",
    )
    .version(version)
    .exitOverride()
    .showHelpAfterError("(contactlogd --help shows what there is)");
  root
    .command("run")
    .description(
      "run the daemon until SIGTERM or SIGINT; it drains before it ends (a second signal ends it at once); SIGHUP: it reads its configuration again",
    )
    .requiredOption("--config <file>", "configuration file (JSON)")
    .option(
      "--brand <id>",
      "serve this brand only (repeatable)",
      (id: string, ids: string[]) => [...ids, id],
      [],
    )
    .option("--region <domain>", "the org's domain, in place of genesys.region")
    .option("--state <file>", "state file, in place of state.file")
    .option(
      "--dry-run",
      "everything but the post: contact logs go to standard output, nothing is kept",
      false,
    )
    .option(
      "--shadow",
      "everything but the post, on the real state file: logs are kept for comparison with what agents write",
      false,
    )
    .addOption(new Option("--log-level <level>", "in place of log.level").choices(logLevels))
    .addOption(
      new Option("--log-format <format>", "one JSON line an event, or the same for people")
        .choices(logFormats)
        .default(process.stderr.isTTY ? "pretty" : "json", "pretty on a terminal, else json"),
    )
    .exitOverride()
    .action(async ({ brand, ...flags }: Omit<RunFlags, "brands"> & { brand: string[] }) => {
      onHangup = () => reload.dispatchEvent(new Event("reload"));
      const { run } = await import("./commands/run.ts");
      await run({ ...flags, brands: brand }, { stop: stop.signal, abort: abort.signal, reload });
    });
  root
    .command("demo")
    .description("play a dozen conversations against a simulated Genesys Cloud, and show their contact logs")
    .option("--chaos", "play the worst hour: many more conversations, and everything goes wrong", false)
    .exitOverride()
    .action(async (flags: { chaos: boolean }) => {
      const { demo } = await import("./commands/demo.ts");
      await demo(flags, stop.signal);
    });
  const init = root
    .command("init")
    .description(
      "write a first configuration: by flags, and in a terminal by asking for what they leave open",
    )
    .option("--out <file>", "where to write it", "config.json")
    .option("--force", "write over a file that is there", false)
    .option("--base-url <url>", "in place of a region: a gateway, a simulator")
    .option("--queue <name>", "a queue of the brand, * for any characters (repeatable)", collect, [])
    .option("--header <name>", "header that opens it", "authorization")
    .option("--model-url <url>", "that endpoint, in place of OpenAI's")
    .exitOverride()
    .action(async (flags) => await (await import("./commands/init.ts")).init(flags, stop.signal));
  for (const { flag, takes, about } of questions) init.option(`${flag} <${takes}>`, about);
  root
    .command("check")
    .description("prove that a run would do its work, a line each with how to mend it; posts nothing")
    .requiredOption("--config <file>", "configuration file (JSON)")
    .option("--brand <id>", "look at this brand only (repeatable)", collect, [])
    .option("--json", "as JSON", false)
    .exitOverride()
    .action(async ({ brand, ...flags }: { brand: string[]; config: string; json: boolean }) => {
      const { check } = await import("./commands/check.ts");
      await check({ ...flags, brands: brand }, stop.signal);
    });
  root
    .command("status")
    .description("show what ended and what became of it: ended = posted + skipped + waiting + dead")
    .requiredOption("--config <file>", "configuration file (JSON)")
    .option("--state <file>", "state file, in place of state.file")
    .option("--json", "as JSON", false)
    .exitOverride()
    .action(async (flags) => {
      const { status } = await import("./commands/status.ts");
      await status(flags);
    });
  root
    .command("explain")
    .description("tell what happened to a conversation and why, step by step")
    .argument("<conversationId>", "its id, or the hash of it that stands in the log")
    .requiredOption("--config <file>", "configuration file (JSON)")
    .option("--state <file>", "state file, in place of state.file")
    .option("--json", "as JSON", false)
    .exitOverride()
    .action(async (conversationId, flags) => {
      const { explain } = await import("./commands/explain.ts");
      explain(conversationId, flags);
    });
  root
    .command("logs")
    .description(
      "show the daemon's log for people: from the journal, a file of JSON lines, or standard input",
    )
    .option("--follow", "go on with what is added, until SIGINT", false)
    .option("--brand <id>", "only lines of this brand")
    .option("--conversation <id>", "only lines of this conversation or contact: id, key or hash")
    .option(
      "--file <file>",
      "a file that the log was written to, also while it is rotated; - for standard input",
    )
    .option("--unit <name>", "unit in the journal", "contactlogd")
    .option("--config <file>", "configuration file (JSON): with it, an id finds its hash")
    .option("--state <file>", "state file, in place of state.file")
    .exitOverride()
    .action(async (flags) => await (await import("./commands/logs.ts")).logs(flags, stop.signal));
  root
    .command("backfill")
    .description("look through the platform's history for ends that nobody told of")
    .requiredOption("--config <file>", "configuration file (JSON)")
    .requiredOption("--from <time>", "such as 2026-11-20T08:00:00Z")
    .requiredOption("--to <time>")
    .option("--state <file>", "state file, in place of state.file")
    .exitOverride()
    .action(async (flags: { config: string; from: string; to: string; state?: string }) => {
      const { backfill } = await import("./commands/backfill.ts");
      await backfill({ ...flags, brands: [], dryRun: false }, stop.signal);
    });
  const dead = root
    .command("dead")
    .description("dead letters: contacts a person must look at")
    .exitOverride();
  const deadCommand = (name: string, description: string): Command =>
    dead
      .command(name)
      .description(description)
      .requiredOption("--config <file>", "configuration file (JSON)")
      .option("--state <file>", "state file, in place of state.file")
      .exitOverride();
  const filtered = (command: Command): Command =>
    command
      .option("--id <id>", "conversation id or key, or its hash from the log")
      .option("--brand <id>")
      .option("--reason <reason>")
      .option("--since <time>", "died at this time or later")
      .option("--until <time>", "died before this time");
  filtered(deadCommand("list", "show which there are"))
    .option("--json", "as JSON", false)
    .action(async (flags) => await (await import("./commands/dead.ts")).list(flags));
  deadCommand("show", "show one with its cause")
    .argument("<id>", "conversation id or key, or its hash from the log")
    .action(async (id, flags) => await (await import("./commands/dead.ts")).show(id, flags));
  filtered(deadCommand("replay", "send them back to where they died; what was posted stays posted"))
    .option("--all", "every one", false)
    .action(async (flags) => await (await import("./commands/dead.ts")).replay(flags));
  filtered(deadCommand("drop", "give them up for good and erase what they held"))
    .option("--all", "every one", false)
    .action(async (flags) => await (await import("./commands/dead.ts")).drop(flags));
  root
    .command("forget")
    .description("erase what is kept of an account's open and dead contacts, or of a conversation")
    .requiredOption("--config <file>", "configuration file (JSON)")
    .option("--account <id>")
    .option("--conversation <id>")
    .option("--state <file>", "state file, in place of state.file")
    .exitOverride()
    .action(async (flags) => await (await import("./commands/dead.ts")).forget(flags));
  root
    .command("feedback")
    .description("how near the logs of a shadow run come to what the agents wrote; with --file: take that")
    .requiredOption("--config <file>", "configuration file (JSON)")
    .option("--file <file>", "what agents wrote, one JSON object a line; - for standard input")
    .option("--brand <id>", "report this brand only")
    .option("--since <time>", "report logs written at this time or later")
    .option("--state <file>", "state file, in place of state.file")
    .option("--json", "as JSON", false)
    .exitOverride()
    .action(async (flags) => await (await import("./commands/feedback.ts")).feedback(flags));
  root
    .command("summarize")
    .description(
      "show what would be posted for one dialogue, beside what each sentence rests on; posts nothing",
    )
    .requiredOption("--file <file>", "a dialogue or a Genesys transcript file (JSON), - for standard input")
    .option("--config <file>", "configuration file (JSON); without it: no model, a common taxonomy")
    .option("--brand <id>", "write as this brand does")
    .option("--language <tag>", "language of the log, in place of the brand's")
    .option("--json", "as JSON", false)
    .exitOverride()
    .action(async (flags) => await (await import("./commands/summarize.ts")).summarize(flags, stop.signal));
  const list = (value: string, values: string[]): string[] => [...values, value];
  const wholeNumber = (value: string): number => {
    if (!/^[1-9]\d{0,6}$/.test(value)) throw new InvalidArgumentError("must be a whole number from 1 up.");
    return Number(value);
  };
  root
    .command("eval")
    .description(
      "measure the configured summarizer on labelled dialogues, or set two reports against each other",
    )
    .option("--data <file>", "labelled dialogues, one JSON object a line (repeatable)", list, [])
    .option("--config <file>", "configuration file (JSON); without it: the offline summarizer")
    .option("--brand <id>", "write as this brand does")
    .option(
      "--taxonomy <file>",
      "categories (JSON), or `labels` for those in the data; one, or one a --data",
      list,
      [],
    )
    .option("--form <form>", "text, asrText, textLocal or textEn (repeatable)", list, [])
    .option("--language <tag>", "language of the logs, in place of the brand's")
    .option(
      "--out <folder>",
      "where results and reports go; the same folder goes on where a run stopped",
      "eval",
    )
    .option("--concurrency <n>", "dialogues at once", wholeNumber, 4)
    .option("--limit <n>", "only the first so many of each file", wholeNumber)
    .option("--judge", "have the configured model rate each log too", false)
    .option("--calibrate", "write calibration.json, for llm.calibration", false)
    .option("--compare <reports...>", "two report.json of earlier runs")
    .exitOverride()
    .action(async ({ compare, ...flags }: EvalFlags & { compare?: string[] }) => {
      const { compareReports, evaluateFiles } = await import("./commands/eval.ts");
      if (compare === undefined) return await evaluateFiles(flags, stop.signal);
      const [a, b] = compare;
      if (a === undefined || b === undefined || compare.length > 2)
        throw new ConfigError(["--compare: takes two reports, such as a/report.json b/report.json"]);
      await compareReports(a, b, flags.out);
    });
  root
    .command("completion")
    .description("print a script that completes commands, flags and files in a shell")
    .addArgument(new Argument("<shell>", "the shell that is to evaluate it").choices(["bash", "zsh", "fish"]))
    .exitOverride()
    .action(async (shell) => {
      const { completionScript } = await import("./commands/completion.ts");
      process.stdout.write(completionScript(shell, root));
    });
  root
    .command("schema")
    .description("print the JSON Schema of the configuration file")
    .exitOverride()
    .action(async () => {
      const { configJsonSchema } = await import("./config/schema.ts");
      process.stdout.write(`${JSON.stringify(configJsonSchema(), null, 2)}\n`);
    });
  addManual(root);
  return root;
}

/** Of a flag that may be given several times. */
function collect(value: string, values: readonly string[]): string[] {
  return [...values, value];
}

/** One clear sentence a mistake, the reason as the last line, never a stack trace. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : wrongConfiguration;
  if (error instanceof ConfigError) {
    for (const problem of error.problems) process.stderr.write(`contactlogd: ${problem}\n`);
    return wrongConfiguration;
  }
  const sentence =
    error instanceof ContactlogdError ? error.message : `unforeseen error: ${nameAndPlace(error)}`;
  process.stderr.write(`contactlogd: ${sentence}\n`);
  return failed;
}

/** The kind of an error nobody foresaw and where it came from: its message may quote what must not be shown. */
function nameAndPlace(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const place = error.stack?.split("\n").find((line) => line.trim().startsWith("at "));
  return `${error.name}${place ? ` ${place.trim()}` : ""}`;
}
