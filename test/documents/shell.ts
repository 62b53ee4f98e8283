import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { watchChild } from "../cli.ts";
import { root } from "./pages.ts";

/** A command that ran, or runs. */
export interface Command {
  readonly exit: Promise<number | null>;
  stdout: string;
  /** Both streams. */
  output: string;
  /** As Ctrl-C does: to whatever runs in the terminal. */
  interrupt(): void;
}

export interface Place {
  /** A folder for what the shell itself needs. */
  readonly home: string;
  /** The checkout, where left out. */
  readonly cwd?: string;
  readonly environment?: NodeJS.ProcessEnv;
  /** What stands for what, such as a folder of the test for `/etc/contactlogd`. */
  readonly replaced: Readonly<Record<string, string>>;
}

/**
 * Runs commands of a document one after the other as a person types them into a terminal: what one exports the next
 * has. `contactlogd` is the program of this checkout.
 */
export class Shell {
  readonly #place: Place;
  readonly #exported: string;
  readonly #environment: NodeJS.ProcessEnv;

  constructor(place: Place) {
    const { home, environment } = place;
    this.#place = place;
    this.#exported = join(home, "exported");
    mkdirSync(join(home, "bin"), { recursive: true });
    const program = `#!/bin/sh\nexec '${process.execPath}' '${join(root, "src/cli.ts")}' "$@"\n`;
    writeFileSync(join(home, "bin/contactlogd"), program, { mode: 0o755 });
    const paths = [join(home, "bin"), join(root, "node_modules/.bin"), process.env.PATH];
    this.#environment = { PATH: paths.join(delimiter), HOME: home, ...environment };
  }

  /** The same where further names stand for something. */
  with(replaced: Place["replaced"]): Shell {
    return new Shell({ ...this.#place, replaced: { ...this.#place.replaced, ...replaced } });
  }

  /** The command as it is run here. */
  meant(command: string): string {
    return Object.entries(this.#place.replaced).reduce(
      (text, [from, to]) => text.replaceAll(from, to),
      command,
    );
  }

  /** Runs it; throws where it names a place that is not the test's: nothing here may touch the machine. */
  start(command: string): Command {
    const left = Object.keys(this.#place.replaced).reduce(
      (text, from) => text.replaceAll(from, "mapped"),
      command,
    );
    if (/(?:^|[\s='":])\/\w/.test(left)) throw new Error(`names a place of the machine: ${command}`);
    const exported = `'${this.#exported}'`;
    const before = existsSync(this.#exported) ? `. ${exported}\n` : "";
    const script = `trap : INT\n${before}${this.meant(command)}\ncode=$?\nexport -p > ${exported}\nexit $code`;
    const child = spawn("sh", ["-c", script], {
      cwd: this.#place.cwd ?? root,
      env: this.#environment,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    return watched(child);
  }

  /** @returns what it wrote; throws where it does not exit 0 */
  async run(command: string): Promise<Command> {
    const run = this.start(command);
    const code = await run.exit;
    if (code !== 0) throw new Error(`exit ${code}: ${this.meant(command)}\n${run.output}`);
    return run;
  }
}

function watched(child: ChildProcess): Command {
  // With whatever the command started.
  child.kill = (signal) =>
    child.exitCode === null && child.signalCode === null && process.kill(-(child.pid as number), signal);
  watchChild(child);
  const run: Command = {
    stdout: "",
    output: "",
    exit: new Promise((resolve) => child.once("close", (code) => resolve(code))),
    interrupt: () => process.kill(-(child.pid as number), "SIGINT"),
  };
  child.stdout?.on("data", (chunk: Buffer) => {
    run.stdout += chunk.toString();
    run.output += chunk.toString();
  });
  child.stderr?.on("data", (chunk: Buffer) => {
    run.output += chunk.toString();
  });
  return run;
}

/** Has a written configuration listen on a port that is free here: the document's may be taken. */
export function onFreePort(config: string): void {
  const file = JSON.parse(readFileSync(config, "utf8"));
  writeFileSync(config, JSON.stringify({ ...file, http: { ...file.http, port: 0 } }));
}
