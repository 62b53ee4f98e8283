import { readFileSync } from "node:fs";
import { Argument, Command } from "commander";
import { addManual } from "../commands/manual.ts";
import { addBeginning, type CommandSignals } from "./beginning.ts";
import { addKeeping } from "./keeping.ts";
import { addMeasuring } from "./measuring.ts";

/** The command line; each command is imported when it is called, so that a signal finds its handler in place. */
export function createProgram(signals: CommandSignals): Command {
  const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
    version: string;
  };
  const root = new Command("contactlogd")
    .description(
      "Writes the contact log of every finished Genesys Cloud conversation and posts it to the right backend.",
    )
    .version(version)
    .exitOverride()
    .showHelpAfterError("(contactlogd --help shows what there is)");
  addBeginning(root, signals);
  addKeeping(root, signals.stop);
  addMeasuring(root, signals.stop);
  root
    .command("completion")
    .description("print a script that completes commands, flags and files in a shell")
    .addArgument(new Argument("<shell>", "the shell that is to evaluate it").choices(["bash", "zsh", "fish"]))
    .exitOverride()
    .action(async (shell) => {
      const { completionScript } = await import("../commands/completion.ts");
      process.stdout.write(completionScript(shell, root));
    });
  root
    .command("schema")
    .description("print the JSON Schema of the configuration file")
    .exitOverride()
    .action(async () => {
      const { configJsonSchema } = await import("../config/schema.ts");
      process.stdout.write(`${JSON.stringify(configJsonSchema(), null, 2)}\n`);
    });
  addManual(root);
  return root;
}
