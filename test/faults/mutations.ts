import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { CaseOptions, Figures } from "./figures.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const copied = ["src", "test", "prompts", "package.json", "tsconfig.json"];

interface Mutation {
  readonly name: string;
  readonly file: string;
  readonly edits: readonly { readonly from: string; readonly to: string }[];
  /** The case that has to see it, and the size it needs for that. */
  readonly seenBy: readonly [name: string, size: number];
}

/** Each takes away one thing the promise rests on; the suite has to notice. */
const mutations: readonly Mutation[] = [
  {
    name: "synchronous=OFF",
    file: "src/ledger/database.ts",
    edits: [{ from: "PRAGMA synchronous=FULL", to: "PRAGMA synchronous=OFF" }],
    seenBy: ["powercut", 20],
  },
  {
    name: "posting written after the post",
    file: "src/pipeline/deliver.ts",
    edits: [
      { from: "        if (!(await ledger.markPosting(work))) return undefined;\n", to: "" },
      {
        from: "return await timed(reports, posting, send, ({ status }) => ({ status }));",
        to: `const taken = await timed(reports, posting, send, ({ status }) => ({ status }));
        await ledger.markPosting(work);
        return taken;`,
      },
    ],
    seenBy: ["kill", 400],
  },
  {
    name: "dedupe key dropped",
    file: "src/ledger/admissions.ts",
    edits: [
      {
        from: "admissions.filter((admission) => insert(admission, dueAtOf))",
        to: `admissions
          .map((one) => ({ ...one, contact: { ...one.contact, key: one.contact.key + "#" + Math.random() } }))
          .filter((admission) => insert(admission, dueAtOf))`,
      },
    ],
    seenBy: ["kill", 150],
  },
  {
    name: "a key an attempt",
    file: "src/destinations/http.ts",
    edits: [
      { from: '"idempotency-key": inHeader(key),', to: '"idempotency-key": key + "#" + Math.random(),' },
    ],
    seenBy: ["kill", 150],
  },
];

/** `size` is how many of the mutations are tried, in order. Red is what is wanted here. */
export async function mutate({ size, seed, say }: CaseOptions): Promise<Figures> {
  const tried = mutations.slice(0, size);
  let seen = 0;
  for (const mutation of tried) {
    const [name, caseSize] = mutation.seenBy;
    const { code, line } = await runMutated(mutation, [
      name,
      "--size",
      String(caseSize),
      "--seed",
      String(seed),
    ]);
    // Red is a bar that was missed, not a suite that does not start.
    const red = code === 1 && line.startsWith(`${name}: `) && line.includes("MISSED");
    if (red) seen++;
    say(`  ${red ? "red  " : "GREEN"} ${mutation.name}: ${line}`);
  }
  return { line: `mutations: ${tried.length} tried, ${seen} seen`, passed: seen === tried.length };
}

/** The file as it is after the mutation. Throws where the code has moved on and an edit no longer fits it. */
function mutated({ name, file, edits }: Mutation): string {
  return edits.reduce(
    (text, { from, to }) => {
      if (text.split(from).length !== 2)
        throw new Error(`mutation "${name}": ${file} does not hold once: ${from}`);
      return text.replace(from, () => to);
    },
    readFileSync(join(root, file), "utf8"),
  );
}

/** Names of the mutations; throws where one no longer fits the code. */
export function mutationNames(): string[] {
  return mutations.map((mutation) => {
    mutated(mutation);
    return mutation.name;
  });
}

async function runMutated(
  mutation: Mutation,
  args: readonly string[],
): Promise<{ code: number | null; line: string }> {
  const { file } = mutation;
  const directory = mkdtempSync(join(tmpdir(), "contactlogd-mutation-"));
  try {
    for (const part of copied) cpSync(join(root, part), join(directory, part), { recursive: true });
    symlinkSync(join(root, "node_modules"), join(directory, "node_modules"));
    writeFileSync(join(directory, file), mutated(mutation));
    const child = spawn(process.execPath, [join(directory, "test/faults/run.ts"), ...args], {
      cwd: directory,
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => {
        output += chunk.toString();
      });
    }
    const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
    return { code, line: output.trim().split("\n").at(-1) ?? "" };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
