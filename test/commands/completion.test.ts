import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cli, killChildren } from "../cli.ts";

const run = promisify(execFile);
const has = async (shell: string): Promise<boolean> =>
  await run(shell, ["--version"]).then(
    () => true,
    () => false,
  );
const installed = { zsh: await has("zsh"), fish: await has("fish") };
let directory: string;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "contactlogd-completion-"));
  writeFileSync(join(directory, "config one.json"), "{}");
  for (const shell of ["bash", "zsh", "fish"]) {
    const printed = cli(["completion", shell]);
    expect(await printed.exit).toBe(0);
    writeFileSync(join(directory, shell), printed.output);
  }
});
afterAll(() => {
  killChildren();
  rmSync(directory, { recursive: true, force: true });
});

/** What bash offers after these words, the last of which is being typed. */
async function offered(...words: string[]): Promise<string[]> {
  const script = `
    . ./bash
    COMP_WORDS=("$@"); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
    _contactlogd
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = await run("bash", ["--norc", "-c", script, "bash", "contactlogd", ...words], {
    cwd: directory,
  });
  return stdout.split("\n").filter((line) => line !== "");
}

test("bash knows who completes contactlogd", async () => {
  const { stdout } = await run("bash", ["--norc", "-c", ". ./bash; complete -p contactlogd"], {
    cwd: directory,
  });
  expect(stdout.trim()).toBe("complete -F _contactlogd contactlogd");
});

describe("bash offers", () => {
  test.each<[what: string, words: string[], expected: string[]]>([
    ["commands by how they begin", ["ch"], ["check"]],
    ["commands of a command", ["dead", "re"], ["replay"]],
    ["flags of a command", ["status", "--j"], ["--json"]],
    ["flags of a command's command", ["dead", "list", "--rea"], ["--reason"]],
    ["flags after other flags and their values", ["run", "--config", "x.json", "--sha"], ["--shadow"]],
    ["the values a flag takes", ["run", "--log-format", ""], ["json", "pretty"]],
    ["files where a file is wanted", ["check", "--config", "conf"], ["config one.json"]],
    ["nothing where nobody can know", ["check", "--brand", ""], []],
    ["the shells", ["completion", ""], ["bash", "zsh", "fish", "--help"]],
    ["nothing for what it does not know", ["nonsense", "xyz"], []],
  ])("%s", async (_what, words, expected) => {
    expect((await offered(...words)).sort()).toEqual([...expected].sort());
  });

  test("every command the help names", async () => {
    const help = cli(["--help"]);
    await help.exit;
    const commands = await offered("");
    expect(commands).toEqual(
      expect.arrayContaining(["run", "check", "init", "status", "explain", "dead", "eval"]),
    );
    for (const command of commands.filter((one) => !one.startsWith("-")))
      expect(help.output).toContain(command);
  });
});

test.skipIf(!installed.zsh)("zsh takes its script", async () => {
  await run("zsh", ["-n", "./zsh"], { cwd: directory });
});

test.skipIf(!installed.fish)("fish takes its script", async () => {
  await run("fish", ["--no-execute", "./fish"], { cwd: directory });
});

test("another shell is refused with those there are", async () => {
  const refused = cli(["completion", "tcsh"]);
  expect(await refused.exit).toBe(78);
  expect(refused.output).toContain("Allowed choices are bash, zsh, fish");
});
