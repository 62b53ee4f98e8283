import type { Command } from "commander";
import { wholeNumber } from "./values.ts";

/** Adds what keeps a daemon well: `status`, `explain`, `logs`, `backfill`, `dead`, `forget`. */
export function addKeeping(root: Command, stop: AbortSignal): void {
  root
    .command("status")
    .description("show what ended and what became of it: ended = posted + skipped + waiting + dead")
    .requiredOption("--config <file>", "configuration file (JSON)")
    .option("--state <file>", "state file, in place of state.file")
    .option("--hours <n>", "each of the last so many hours (UTC) too", wholeNumber)
    .option("--json", "as JSON", false)
    .exitOverride()
    .action(async (flags) => {
      const { status } = await import("../commands/status.ts");
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
      const { explain } = await import("../commands/explain.ts");
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
    .action(async (flags) => await (await import("../commands/logs.ts")).logs(flags, stop));
  root
    .command("backfill")
    .description("look through the platform's history for ends that nobody told of")
    .requiredOption("--config <file>", "configuration file (JSON)")
    .requiredOption("--from <time>", "such as 2026-11-20T08:00:00Z")
    .requiredOption("--to <time>", "not in the future")
    .option("--state <file>", "state file, in place of state.file")
    .exitOverride()
    .action(async (flags: { config: string; from: string; to: string; state?: string }) => {
      const { backfill } = await import("../commands/backfill.ts");
      await backfill({ ...flags, brands: [], dryRun: false }, stop);
    });
  addDead(root);
  root
    .command("forget")
    .description("erase what is kept of an account's open and dead contacts, or of a conversation")
    .requiredOption("--config <file>", "configuration file (JSON)")
    .option("--account <id>", "what is kept of this customer's account")
    .option("--conversation <id>", "what is kept of this conversation")
    .option("--state <file>", "state file, in place of state.file")
    .exitOverride()
    .action(async (flags) => await (await import("../commands/dead.ts")).forget(flags));
}

function addDead(root: Command): void {
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
      .option("--brand <id>", "of this brand")
      .option("--reason <reason>", "died of this, such as http_422")
      .option("--since <time>", "died at this time or later")
      .option("--until <time>", "died before this time");
  filtered(deadCommand("list", "show which there are"))
    .option("--json", "as JSON", false)
    .action(async (flags) => await (await import("../commands/dead.ts")).list(flags));
  deadCommand("show", "show one with its cause")
    .argument("<id>", "conversation id or key, or its hash from the log")
    .action(async (id, flags) => await (await import("../commands/dead.ts")).show(id, flags));
  filtered(deadCommand("replay", "send them back to where they died; what was posted stays posted"))
    .option("--all", "every one", false)
    .action(async (flags) => await (await import("../commands/dead.ts")).replay(flags));
  filtered(deadCommand("drop", "give them up for good and erase what they held"))
    .option("--all", "every one", false)
    .action(async (flags) => await (await import("../commands/dead.ts")).drop(flags));
}
