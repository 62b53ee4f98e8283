import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** The command line of this very program, as source or built. */
const cli = fileURLToPath(
  new URL(import.meta.url.endsWith(".ts") ? "../cli.ts" : "../cli.js", import.meta.url),
);

export interface DaemonOptions {
  readonly configFile: string;
  readonly logFile: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Each line of its log, parsed. */
  readonly onLine: (line: Readonly<Record<string, unknown>>) => void;
}

export interface DaemonProcess {
  /** Resolves with its exit code (128 and more: killed by a signal). */
  readonly exited: Promise<number>;
  /** SIGTERM: drain, then exit. */
  stop(): void;
  kill(): void;
}

/** `contactlogd run` as a process of its own, its log copied to a file. */
export function startDaemon({ configFile, logFile, environment, onLine }: DaemonOptions): DaemonProcess {
  const child: ChildProcess = spawn(
    process.execPath,
    [cli, "run", "--config", configFile, "--log-format", "json"],
    {
      env: environment,
      stdio: ["ignore", "ignore", "pipe"],
    },
  );
  const copy = createWriteStream(logFile, { mode: 0o600 });
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

function parse(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
