import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { ran, read, root, withOurNode } from "./repository.ts";

export interface Instruction {
  readonly verb: string;
  readonly text: string;
}

/** The instructions of the Dockerfile, comments gone and lines joined. */
export function instructions(): Instruction[] {
  return read("Dockerfile")
    .replace(/^#.*\n/gm, "")
    .replace(/\\\n/g, "")
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const [verb = "", ...rest] = line.trim().split(/\s+/);
      return { verb, text: rest.join(" ") };
    });
}

const stageOf = ({ text }: Instruction): string => / AS (\w+)$/.exec(text)?.[1] ?? "final";

/**
 * What the Dockerfile makes, without a container engine: each stage is an empty directory, COPY copies what the
 * context holds, RUN runs. The build stage's `npm ci` alone is not done again: it installs what the checkout has.
 */
export class Image implements Disposable {
  readonly #place = mkdtempSync(join(tmpdir(), "contactlogd-image-"));
  readonly #build: Readonly<Record<string, string>>;
  #stage = "";
  #workdir = "/";

  /** @param only one stage that needs no other, in place of all */
  constructor(args: Readonly<Record<string, string>> = {}, only?: string) {
    this.#build = args;
    try {
      let stage = "";
      for (const instruction of instructions()) {
        if (instruction.verb === "FROM") stage = stageOf(instruction);
        if (only === undefined || stage === only) this.#do(instruction);
      }
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  /** A path of the final stage, on this machine. */
  path(inside: string): string {
    return join(this.#place, this.#stage, inside);
  }

  [Symbol.dispose](): void {
    rmSync(this.#place, { recursive: true, force: true });
  }

  #do(instruction: Instruction): void {
    const { verb, text } = instruction;
    switch (verb) {
      case "FROM":
        this.#stage = stageOf(instruction);
        mkdirSync(join(this.#place, this.#stage));
        break;
      case "WORKDIR":
        this.#workdir = text;
        mkdirSync(this.path(text), { recursive: true });
        break;
      case "COPY":
        this.#copy(text.split(" "));
        break;
      case "RUN":
        this.#run(text);
        break;
    }
  }

  #copy(words: readonly string[]): void {
    const from = words.find((word) => word.startsWith("--from="))?.slice("--from=".length);
    const paths = words.filter((word) => !word.startsWith("--"));
    const target = paths.at(-1) ?? "";
    const place = this.path(target.startsWith("/") ? target : join(this.#workdir, target));
    for (const path of paths.slice(0, -1)) {
      if (from === undefined) this.#mustBeInContext(path);
      const source = from === undefined ? join(root, path) : join(this.#place, from, path);
      mkdirSync(dirname(place), { recursive: true });
      cpSync(source, target.endsWith("/") ? join(place, basename(path)) : place, { recursive: true });
    }
  }

  /** `.dockerignore` here lets in what it names with a `!`, and nothing else. */
  #mustBeInContext(path: string): void {
    const [first, ...rest] = read(".dockerignore").trim().split("\n");
    if (first !== "*" || !rest.includes(`!${path}`)) throw new Error(`${path} is not in .dockerignore`);
  }

  #run(text: string): void {
    const cwd = this.path(this.#workdir);
    const command = text.replace(/\$(\w+)/g, (_, name: string) => this.#build[name] ?? "");
    if (command.startsWith("npm ci") && !command.includes("--omit=dev")) {
      symlinkSync(join(root, "node_modules"), join(cwd, "node_modules"));
      return;
    }
    const there = command.replace("mkdir /", `mkdir ${this.path("/")}`);
    const offline = there.startsWith("npm ci") ? `${there} --prefer-offline` : there;
    const { status, output } = ran("sh", ["-c", offline], { cwd, env: withOurNode });
    if (status !== 0) throw new Error(`RUN ${text}\n${output}`);
  }
}
