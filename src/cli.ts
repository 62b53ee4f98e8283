#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { Command, CommanderError, Option } from "commander";
import { demo } from "./commands/demo.ts";
import { type RunFlags, run } from "./commands/run.ts";
import { configJsonSchema } from "./config.ts";
import { ConfigError, ContactlogdError } from "./errors.ts";
import { logFormats, logLevels } from "./ops/log.ts";

/** sysexits.h: EX_CONFIG. */
const wrongConfiguration = 78;
const failed = 1;

const stop = new AbortController();
const abort = new AbortController();
for (const signal of ["SIGTERM", "SIGINT"] as const) {
  // The first asks to drain, the second not to.
  process.on(signal, () => (stop.signal.aborted ? abort : stop).abort());
}
// A reader of our output that went away (`| head`) is not an error of ours.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});

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
    .showHelpAfterError("(contactlogd --help shows what there is)")
    .addHelpText(
      "after",
      "\nExit codes: 0 done · 1 failed at run time, the last line says why · 78 wrong configuration or arguments",
    );
  root
    .command("run")
    .description(
      "run the daemon until SIGTERM or SIGINT; it drains before it ends (a second signal ends it at once)",
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
    .addOption(new Option("--log-level <level>").choices(logLevels).default("info"))
    .addOption(
      new Option("--log-format <format>", "one JSON line an event, or the same for people")
        .choices(logFormats)
        .default(process.stderr.isTTY ? "pretty" : "json", "pretty on a terminal, else json"),
    )
    .exitOverride()
    .action(async ({ brand, ...flags }: Omit<RunFlags, "brands"> & { brand: string[] }) => {
      await run({ ...flags, brands: brand }, stop.signal, abort.signal);
    });
  root
    .command("demo")
    .description("play a dozen conversations against a simulated Genesys Cloud, and show their contact logs")
    .exitOverride()
    .action(async () => await demo(stop.signal));
  root
    .command("schema")
    .description("print the JSON Schema of the configuration file")
    .exitOverride()
    .action(() => {
      process.stdout.write(`${JSON.stringify(configJsonSchema(), null, 2)}\n`);
    });
  return root;
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
