import { type ChildProcess, execFile, spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** The command line of this very program, as source or built. */
const cli = fileURLToPath(
  new URL(import.meta.url.endsWith(".ts") ? "../cli.ts" : "../cli.js", import.meta.url),
);

/** A line of the daemon's log, parsed. */
export type LogLine = Readonly<Record<string, unknown>>;

export interface DaemonOptions {
  readonly configFile: string;
  /** Each run adds to it. */
  readonly logFile: string;
  readonly logLevel: "info" | "debug";
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly onLine: (line: LogLine) => void;
}

export interface DaemonProcess {
  /** Resolves with its exit code (128 and more: killed by a signal). */
  readonly exited: Promise<number>;
  /** SIGTERM: drain, then exit. */
  stop(): void;
  /** SIGKILL. */
  kill(): void;
}

/** `contactlogd run` as a process of its own, its log copied to a file. */
export function startDaemon(options: DaemonOptions): DaemonProcess {
  const { configFile, logFile, logLevel, environment, onLine } = options;
  const child: ChildProcess = spawn(
    process.execPath,
    [cli, "run", "--config", configFile, "--log-format", "json", "--log-level", logLevel],
    {
      env: environment,
      stdio: ["ignore", "ignore", "pipe"],
    },
  );
  const copy = createWriteStream(logFile, { mode: 0o600, flags: "a" });
  if (child.stderr) {
    child.stderr.pipe(copy);
    createInterface({ input: child.stderr }).on("line", (text) => {
      const line = parse(text);
      if (line) onLine(line);
    });
  }
  return {
    exited: new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code) => resolve(code ?? 128));
    }),
    stop: () => void child.kill("SIGTERM"),
    kill: () => void child.kill("SIGKILL"),
  };
}

/** What another command of the program answers, as JSON. */
export async function ask(args: readonly string[], signal: AbortSignal): Promise<unknown> {
  const { stdout } = await promisify(execFile)(process.execPath, [cli, ...args], { signal });
  return JSON.parse(stdout);
}

function parse(text: string): LogLine | undefined {
  try {
    return JSON.parse(text) as LogLine;
  } catch {
    return undefined;
  }
}
