import type { Command } from "commander";
import type { EvalFlags } from "../commands/eval.ts";
import { ConfigError } from "../errors.ts";
import { collect, wholeNumber } from "./values.ts";

/** Adds what shows how good contact logs are: `feedback`, `summarize`, `eval`. */
export function addMeasuring(root: Command, stop: AbortSignal): void {
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
    .action(async (flags) => await (await import("../commands/feedback.ts")).feedback(flags));
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
    .action(async (flags) => await (await import("../commands/summarize.ts")).summarize(flags, stop));
  root
    .command("eval")
    .description(
      "measure the configured summarizer on labelled dialogues, or set two reports against each other",
    )
    .option("--data <file>", "labelled dialogues, one JSON object a line (repeatable)", collect, [])
    .option("--config <file>", "configuration file (JSON); without it: the offline summarizer")
    .option("--brand <id>", "write as this brand does")
    .option(
      "--taxonomy <file>",
      "categories (JSON), or `labels` for those in the data; one, or one a --data",
      collect,
      [],
    )
    .option("--form <form>", "text, asrText, textLocal or textEn (repeatable)", collect, [])
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
      const { compareReports, evaluateFiles } = await import("../commands/eval.ts");
      if (compare === undefined) return await evaluateFiles(flags, stop);
      const [a, b] = compare;
      if (a === undefined || b === undefined || compare.length > 2)
        throw new ConfigError(["--compare: takes two reports, such as a/report.json b/report.json"]);
      await compareReports(a, b, flags.out);
    });
}
