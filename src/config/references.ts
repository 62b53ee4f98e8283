import { resolve } from "node:path";
import { causeOf } from "../errors.ts";
import type { Calibration } from "../summarizers/doubt.ts";
import type { Prompts } from "../summarizers/summarizer.ts";
import { calibrationSchema } from "./calibration.ts";
import { processEnvironment } from "./environment.ts";
import { readText } from "./files.ts";
import { describeIssue } from "./problems.ts";
import { promptFiles } from "./prompts.ts";
import { inWords } from "./sentences.ts";

/** Where secrets stand. */
const secretPath = /secret|key|token|password|passphrase|headers/i;
/** Where they stand or what goes with them: who we are. */
const credentialPath = /secret|key|token|password|passphrase|headers|\bauth\b|clientId/i;
/** What a shell would take for a variable, as a word of its own; a reference that is not closed. */
const bareVariable = /(?:^|[\s:=])\$([A-Z_a-z]\w*)(?=$|\s)/;
const unclosed = /\$\{([^}]*)$/;

/** However small the questions are: some three times our own prompts. */
const leastPromptTokens = 8_000;
/** Of a prompt in any of our languages: near enough to tell a prompt from a pasted manual. */
const charsAToken = 4;

/** Everything the file refers to: variables, secret files, prompts. Collects problems instead of throwing. */
export class References {
  readonly problems: string[] = [];
  /** Of prompts and calibrations. */
  readonly fileProblems: string[] = [];
  /** Paths whose value could not be looked up: nothing more is to be said of them. */
  readonly unset = new Set<string>();
  readonly secrets: string[] = [];
  readonly secretNames = new Set<string>();
  readonly #directory: string;
  readonly #environment: NodeJS.ProcessEnv;

  constructor(directory: string, environment: NodeJS.ProcessEnv) {
    this.#directory = directory;
    this.#environment = environment;
  }

  /** `${NAME}` becomes the variable, `${file:/path}` the file's text, `$${` a plain `${`. */
  interpolate(value: unknown, path: readonly (string | number)[]): unknown {
    if (typeof value === "string") {
      if (credentialPath.test(path.join("."))) this.#reportLiteral(value, path.join("."));
      return value.replace(/\$\$\{|\$\{([^}]*)\}/g, (whole, name?: string) =>
        name === undefined ? (whole === "$${" ? "${" : whole) : this.#lookUp(name.trim(), path.join(".")),
      );
    }
    if (Array.isArray(value)) return value.map((item, index) => this.interpolate(item, [...path, index]));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, this.interpolate(item, [...path, key])]),
    );
  }

  /** @param maxInputTokens of dialogue in one question: a prompt of the brand's own that is longer leaves it no room */
  prompts(own: unknown, language: unknown, maxInputTokens: number): Prompts {
    const files = promptFiles(typeof language === "string" ? language : "");
    const isOwn = typeof own === "string" && own !== "";
    const file = isOwn ? resolve(this.#directory, own) : files.log;
    const log = this.#prompt(file);
    const most = Math.max(maxInputTokens, leastPromptTokens);
    const tokens = Math.ceil(log.length / charsAToken);
    if (isOwn && tokens > most) {
      this.fileProblems.push(
        `the prompt file ${file} is too long: about ${tokens} tokens leave the dialogue no room; shorten it to ${most} (llm.maxInputTokens)`,
      );
    }
    return { log, part: this.#prompt(files.part), join: this.#prompt(files.join) };
  }

  #prompt(file: string): string {
    try {
      const text = readText(file);
      if (text.trim() === "") this.fileProblems.push(`the prompt file ${file} is empty`);
      return text;
    } catch (error) {
      this.fileProblems.push(`the prompt file ${file} cannot be read (${causeOf(error)})`);
      return "";
    }
  }

  calibration(name: string | undefined): Calibration | undefined {
    if (name === undefined) return undefined;
    const file = resolve(this.#directory, name);
    try {
      const read = calibrationSchema.safeParse(JSON.parse(readText(file)), { error: inWords });
      if (read.success) return read.data;
      const problems = read.error.issues.flatMap(describeIssue);
      this.fileProblems.push(`llm.calibration: ${file} is no calibration (${problems.join("; ")})`);
    } catch (error) {
      const why = error instanceof SyntaxError ? "it is not JSON" : causeOf(error);
      this.fileProblems.push(`llm.calibration: the file ${file} cannot be read (${why})`);
    }
    return undefined;
  }

  /** A variable that would go out as it is written. */
  #reportLiteral(value: string, path: string): void {
    const name = bareVariable.exec(value)?.[1];
    if (name !== undefined && (/^[A-Z][A-Z\d_]+$/.test(name) || this.#environment[name] !== undefined)) {
      this.problems.push(
        `${path}: $${name} would be sent as it stands; write \${${name}} for the environment variable (a value that begins like one can stand in a variable or a file)`,
      );
    }
    if (unclosed.test(value.replaceAll("$${", "")))
      this.problems.push(`${path}: \${ is not closed; write \${NAME}, or $\${ for a plain \${`);
  }

  #lookUp(name: string, path: string): string {
    const value = name.startsWith("file:")
      ? this.#secretFile(name.slice(5), path)
      : this.#variable(name, path);
    // A region or a URL may come from the environment too, and has to stay legible.
    if (value !== "" && (name.startsWith("file:") || secretPath.test(path))) {
      this.secrets.push(value);
      this.secretNames.add(name);
    }
    if (value === "") this.unset.add(path);
    return value === "" ? "unset" : value;
  }

  #variable(name: string, path: string): string {
    const value = this.#environment[name];
    if (value === undefined) this.problems.push(`${path}: the environment variable ${name} is not set`);
    else if (value === "") this.problems.push(`${path}: the environment variable ${name} is empty`);
    return value ?? "";
  }

  #secretFile(name: string, path: string): string {
    const file = resolve(this.#directory, name);
    try {
      const value = readText(file).trim();
      if (value === "") this.problems.push(`${path}: the file ${file} is empty`);
      return value;
    } catch (error) {
      this.problems.push(`${path}: the file ${file} cannot be read (${causeOf(error)})`);
      return "";
    }
  }
}

/**
 * The value of a reference such as `${NAME}` or `${file:/path}`; undefined where there is none to be had.
 * @param directory where relative paths start
 */
export function lookUp(
  reference: string,
  directory: string,
  environment: NodeJS.ProcessEnv = processEnvironment(),
): string | undefined {
  const references = new References(directory, environment);
  const value = references.interpolate(reference, []);
  return references.problems.length > 0 ? undefined : String(value);
}
