import { type Command, Option } from "commander";
import { questions } from "../commands/questions.ts";
import type { RunFlags, Signals } from "../commands/run.ts";
import { logFormats, logLevels } from "../ops/log.ts";
import { collect } from "./values.ts";

/** Signals as the commands hear them. */
export interface CommandSignals extends Signals {
  /** From here on a hangup asks to read the configuration again; until then it ends the process. */
  readonly reloadOnHangup: () => void;
}

/** Adds what a first day takes: `run`, `demo`, `init`, `check`. */
export function addBeginning(root: Command, { stop, abort, reload, reloadOnHangup }: CommandSignals): void {
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
      reloadOnHangup();
      const { run } = await import("../commands/run.ts");
      await run({ ...flags, brands: brand }, { stop, abort, reload });
    });
  root
    .command("demo")
    .description("play a dozen conversations against a simulated Genesys Cloud, and show their contact logs")
    .option("--chaos", "play the worst hour: many more conversations, and everything goes wrong", false)
    .exitOverride()
    .action(async (flags: { chaos: boolean }) => {
      const { demo } = await import("../commands/demo.ts");
      await demo(flags, stop);
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
    .action(async (flags) => await (await import("../commands/init.ts")).init(flags, stop));
  for (const { flag, takes, about } of questions) init.option(`${flag} <${takes}>`, about);
  root
    .command("check")
    .description("prove that a run would do its work, a line each with how to mend it; posts nothing")
    .requiredOption("--config <file>", "configuration file (JSON)")
    .option("--brand <id>", "look at this brand only (repeatable)", collect, [])
    .option("--json", "as JSON", false)
    .exitOverride()
    .action(async ({ brand, ...flags }: { brand: string[]; config: string; json: boolean }) => {
      const { check } = await import("../commands/check.ts");
      await check({ ...flags, brands: brand }, stop);
    });
}
