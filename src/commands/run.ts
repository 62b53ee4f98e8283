import { runApp } from "../app.ts";
import { supervisorOf } from "../config/environment.ts";
import type { Flags } from "../config/flags.ts";
import { openConfig } from "../config.ts";
import { createLog, type LogFormat, type LogLevel } from "../ops/log.ts";
import { Redactor } from "../ops/redact.ts";

export interface RunFlags extends Flags {
  readonly config: string;
  readonly logLevel?: LogLevel | undefined;
  readonly logFormat: LogFormat;
}

/** What is asked of a daemon that runs: to drain, not to drain any longer, to read its configuration again (`reload`). */
export interface Signals {
  readonly stop: AbortSignal;
  readonly abort: AbortSignal;
  readonly reload: EventTarget;
}

/** `contactlogd run`: the daemon, until it is told to stop. Throws ConfigError or Fatal. */
export async function run(flags: RunFlags, { stop, abort, reload }: Signals): Promise<void> {
  const file = openConfig(flags.config, flags);
  const config = file.read();
  const redactor = new Redactor(config.secrets);
  const log = createLog({ level: config.log.level, format: flags.logFormat, redactor });
  const print = (line: string): void => {
    process.stdout.write(`${line}\n`);
  };
  const files = { config, file, reload };
  await runApp({ ...files, log, redactor, print, supervisor: supervisorOf() }, stop, abort);
}
