import { type CheckResult, runChecks } from "../checks/check.ts";
import { createChecks } from "../checks/index.ts";
import { createScene } from "../checks/scene.ts";
import { type Config, loadConfig } from "../config.ts";
import { ConfigError, Fatal } from "../errors.ts";
import { Redactor } from "../ops/redact.ts";
import { visibleLines } from "../ops/shown.ts";

export interface CheckFlags {
  readonly config: string;
  readonly brands: readonly string[];
  readonly json: boolean;
}

/** What a mistake of the configuration is about, by the words `loadConfig` tells it with. */
const subjects: readonly [id: string, pattern: RegExp][] = [
  ["secrets", /: the (?:environment variable \S+ is|file .+ (?:is empty$|cannot be read))/],
  ["prompts", /^the prompt file /],
];
const idWidth = 30;

/**
 * `contactlogd check`: proves that a run would do its work, one line each. Posts nothing, and changes nothing but for
 * a notification channel that is made and forgotten.
 * @throws ConfigError where the configuration cannot be read, Fatal where something is not well
 */
export async function check(flags: CheckFlags, signal: AbortSignal): Promise<void> {
  const results: CheckResult[] = [];
  let clean = (line: string): string => line;
  const tell = (result: CheckResult): void => {
    results.push(result);
    if (!flags.json) process.stdout.write(`${visibleLines(clean(lineOf(result)))}\n`);
  };
  try {
    const config = readConfig(flags, tell);
    const redactor = new Redactor(config.secrets);
    clean = redactor.clean;
    await using scene = createScene(config, redactor);
    for await (const result of runChecks(createChecks(scene), signal)) tell(result);
  } finally {
    if (flags.json) process.stdout.write(`${clean(JSON.stringify(results, null, 2))}\n`);
  }
  if (signal.aborted) throw new Fatal("stopped", "stopped before every check was done");
  const wrong = results.filter(({ ok }) => ok === false).length;
  if (wrong > 0)
    throw new Fatal("check_failed", `${wrong} of ${results.length} checks found something wrong`);
}

function readConfig({ config: file, brands }: CheckFlags, tell: (result: CheckResult) => void): Config {
  const startedAt = performance.now();
  const ms = (): number => Math.round(performance.now() - startedAt);
  try {
    const config = loadConfig(file, { brands, dryRun: false });
    const summary = `${file}: brands ${config.served.join(", ")}`;
    tell({ id: "config", ok: true, summary, ms: ms() });
    return config;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const problem of error.problems) {
      const id = subjects.find(([, pattern]) => pattern.test(problem))?.[0] ?? "config";
      tell({ id, ok: false, summary: problem, mend: mendOf(id, file), ms: ms() });
    }
    throw new ConfigError([`${file}: mend this first; nothing else was looked at`]);
  }
}

function mendOf(id: string, file: string): string {
  return id === "secrets"
    ? "set it for the user the daemon runs as"
    : `mend it in ${file}; contactlogd schema tells each key`;
}

function lineOf({ id, ok, summary, mend }: CheckResult): string {
  const sign = ok === null ? "–" : ok ? "✔" : "✘";
  const line = `${sign} ${id.padEnd(idWidth)} ${summary}`;
  return mend === undefined ? line : `${line}\n  ${" ".repeat(idWidth)} → ${mend}`;
}
