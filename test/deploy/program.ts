import { spawn } from "node:child_process";
import { type Cli, watchChild } from "../cli.ts";
import type { World } from "../harness.ts";

/** What the daemon is started with in a world. */
export const runArguments = (world: World): string[] => [
  "run",
  "--config",
  world.configPath,
  "--log-format",
  "json",
];

/** Starts a program in an environment that has the world's secrets and little else; ended by `killChildren`. */
export function startProgram([program = "", ...args]: readonly string[], world: World, cwd?: string): Cli {
  const child = spawn(program, args, {
    cwd: cwd ?? world.directory,
    env: { PATH: process.env.PATH, ...world.environment },
  });
  watchChild(child);
  const started: Cli = {
    child,
    output: "",
    exit: new Promise((resolve) => child.once("close", (code) => resolve(code))),
  };
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => {
      started.output += chunk.toString();
    });
  return started;
}
