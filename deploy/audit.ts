// npm run -s audit: known weaknesses among the packages of a deployment, from `npm audit --omit=dev --json`. Exit 1 where
// there is one; where the registry cannot be asked it says so, and that is no failure of ours.
import { readFileSync } from "node:fs";

interface Audit {
  readonly vulnerabilities?: Readonly<Record<string, { readonly severity: string; readonly range: string }>>;
  readonly message?: string;
}

const { vulnerabilities, message } = JSON.parse(readFileSync(0, "utf8")) as Audit;
if (vulnerabilities === undefined) {
  process.stdout.write(`not audited: ${message ?? "the registry gave no answer"}\n`);
} else {
  const found = Object.entries(vulnerabilities);
  for (const [name, { severity, range }] of found) process.stdout.write(`${name} ${range}: ${severity}\n`);
  process.stdout.write(`${found.length} packages with known weaknesses\n`);
  process.exitCode = found.length > 0 ? 1 : 0;
}
