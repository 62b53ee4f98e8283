/**
 * `node test/faults/run.ts [name] [--size N] [--seed N]`: the fault suite at full size, or one case of it. Exits 1
 * where a case misses its bar.
 */
import { parseArgs } from "node:util";
import { cases } from "./cases.ts";

// What is under way is undone at once: processes by `exit`, directories by name.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { size: { type: "string" }, seed: { type: "string", default: "1" } },
});
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const names = positionals.length > 0 ? positionals : Object.keys(cases);
let passed = true;
const lines: string[] = [];
for (const name of names) {
  const one = cases[name];
  if (one === undefined) throw new Error(`no case ${name}; there is: ${Object.keys(cases).join(", ")}`);
  const startedAt = performance.now();
  const size = Number(values.size ?? one.fullSize);
  const figures = await one.run({ size, seed: Number(values.seed), say });
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  lines.push(`${figures.line}${figures.passed ? "" : " – MISSED"}`);
  say(`${lines.at(-1)} (${seconds} s)`);
  passed &&= figures.passed;
}
if (lines.length > 1) say(`\n${lines.join("\n")}`);
process.exitCode = passed ? 0 : 1;
