import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));
export const read = (file: string): string => readFileSync(join(root, file), "utf8");

/** The environment, with the Node that runs the tests in front. */
export const withOurNode = {
  ...process.env,
  PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}`,
};

export interface Ran {
  readonly status: number | null;
  /** Both streams. */
  readonly output: string;
  readonly stdout: string;
}

/** Runs a program to its end, without a shell; `status` is null where it is not on this machine. */
export function ran(
  program: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv; input?: string } = {},
): Ran {
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd: root,
    encoding: "utf8",
    timeout: 120_000,
    maxBuffer: 2 ** 26,
    ...options,
  });
  return { status, output: `${stdout ?? ""}${stderr ?? ""}`, stdout: stdout ?? "" };
}

export function isInstalled(program: string): boolean {
  return ran(program, ["--version"]).status === 0;
}
