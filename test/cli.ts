import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { until, type World } from "./harness.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const children: ChildProcess[] = [];

/** Ends whatever a test left running. */
export function killChildren(): void {
  for (const child of children.splice(0)) child.kill("SIGKILL");
}

export function watchChild(child: ChildProcess): void {
  children.push(child);
}

export interface Cli {
  readonly child: ChildProcess;
  readonly exit: Promise<number | null>;
  output: string;
}

/** The command line as its user runs it, in a process of its own. */
export function cli(args: readonly string[], world?: World, environment: Record<string, string> = {}): Cli {
  const child = spawn(process.execPath, [join(root, "src/cli.ts"), ...args], {
    cwd: world?.directory ?? root,
    env: { PATH: process.env.PATH, ...world?.environment, ...environment },
  });
  watchChild(child);
  const run: Cli = {
    child,
    output: "",
    exit: new Promise((resolve) => child.once("close", (code) => resolve(code))),
  };
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk: Buffer) => {
      run.output += chunk.toString();
    });
  }
  return run;
}

export const lastLine = ({ output }: Cli): string => output.trim().split("\n").at(-1) ?? "";

export function runDaemon(world: World, ...flags: string[]): Cli {
  return cli(["run", "--config", world.configPath, "--log-format", "json", ...flags], world);
}

export const connected = (daemon: Cli): Promise<unknown> =>
  until(
    () => daemon.output.includes("channel connected"),
    "the daemon to connect",
    30_000,
    () => daemon.output,
  );
