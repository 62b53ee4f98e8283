import { runApp } from "../app.ts";
import { type Flags, loadConfig } from "../config.ts";
import { createLog, type LogFormat, type LogLevel } from "../ops/log.ts";
import { Redactor } from "../ops/redact.ts";

export interface RunFlags extends Flags {
  readonly config: string;
  readonly logLevel: LogLevel;
  readonly logFormat: LogFormat;
}

/** `contactlogd run`: the daemon, until it is told to stop. Throws ConfigError or Fatal. */
export async function run(flags: RunFlags, stop: AbortSignal, abort: AbortSignal): Promise<void> {
  const config = loadConfig(flags.config, flags);
  const redactor = new Redactor(config.secrets);
  const log = createLog({ level: flags.logLevel, format: flags.logFormat, redactor });
  const print = (line: string): void => {
    process.stdout.write(`${line}\n`);
  };
  await runApp({ config, log, redactor, print }, stop, abort);
}
