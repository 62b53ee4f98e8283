import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { World } from "../harness.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const keptChars = 4_000;

/** None of them outlives this process, however it ends. */
const running = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** The daemon as a process of its own, as its user runs it. */
export class DaemonProcess {
  readonly #child: ChildProcess;
  readonly exit: Promise<number | null>;
  #tail = "";
  #told = false;
  #code: number | null | undefined;

  constructor(world: World) {
    const args = ["run", "--config", world.configPath, "--log-format", "json", "--log-level", "warn"];
    this.#child = spawn(process.execPath, [join(root, "src/cli.ts"), ...args], {
      cwd: world.directory,
      env: { PATH: process.env.PATH, ...world.environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    running.add(this.#child);
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on("data", (chunk: Buffer) => {
        this.#tail = (this.#tail + chunk.toString()).slice(-keptChars);
      });
    }
    this.exit = new Promise((resolve) =>
      this.#child.once("close", (code) => {
        running.delete(this.#child);
        this.#code = code;
        resolve(code);
      }),
    );
  }

  /** Undefined while it runs, or where it was told to end. */
  get endedByItself(): string | undefined {
    if (this.#told || this.#code === undefined) return undefined;
    return `exit ${this.#code}: ${this.#tail.trim().split("\n").at(-1) ?? ""}`;
  }

  get tail(): string {
    return this.#tail;
  }

  /** Stops or goes on; neither ends it. */
  signal(signal: "SIGSTOP" | "SIGCONT"): void {
    this.#child.kill(signal);
  }

  async end(signal: "SIGKILL" | "SIGTERM"): Promise<number | null> {
    this.#told ||= this.#code === undefined;
    this.#child.kill(signal);
    return await this.exit;
  }
}
