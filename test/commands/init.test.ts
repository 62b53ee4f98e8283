import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { looksSecret } from "../../src/commands/first-config.ts";
import { readTaxonomy, readTaxonomyFile } from "../../src/commands/taxonomy-csv.ts";
import { loadConfig } from "../../src/config.ts";
import { ConfigError } from "../../src/errors.ts";
import { startPlatform } from "../../src/simulator/platform.ts";
import { cli, killChildren, lastLine, watchChild } from "../cli.ts";
import { startWorld } from "../harness.ts";

const program = fileURLToPath(new URL("../../src/cli.ts", import.meta.url));
const environment = {
  GENESYS_CLIENT_ID: "client-id",
  GENESYS_CLIENT_SECRET: "client-secret",
  HELDER_TOKEN: "token",
  OPENAI_API_KEY: "key",
};
let directory: string;
let out: string;
let csv: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "contactlogd-init-"));
  out = join(directory, "config.json");
  csv = join(directory, "categories.csv");
  writeFileSync(csv, "Categorie;Subcategorie\nFacturen;Nota\n;Termijnbedrag\nStoring;Cv-ketel\n");
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));
afterAll(killChildren);

function flagsOf(changes: Record<string, string | undefined> = {}): string[] {
  const flags = {
    out,
    region: "mypurecloud.de",
    brand: "helder",
    queue: "Helder *",
    taxonomy: csv,
    destination: "https://crm.example.com/helder/contact-logs",
    "header-from": "HELDER_TOKEN",
    model: "gpt-4.1-mini",
    "model-key-from": "OPENAI_API_KEY",
    ...changes,
  };
  return Object.entries(flags).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, value]));
}

test("what flags say is a configuration that loads, and that its owner alone can read", async () => {
  const run = cli(["init", ...flagsOf(), "--queue", "Verhuizen"]);
  expect(await run.exit).toBe(0);
  expect(lastLine(run).trim()).toBe(`contactlogd check --config ${out}`);
  expect(statSync(out).mode & 0o777).toBe(0o600);
  const text = readFileSync(out, "utf8");
  for (const secret of Object.values(environment)) expect(text).not.toContain(`"${secret}"`);
  const { genesys, llm, brands } = loadConfig(out, { brands: [], dryRun: false }, environment);
  expect(genesys).toMatchObject({
    region: "mypurecloud.de",
    clientId: "client-id",
    clientSecret: "client-secret",
  });
  expect(llm).toMatchObject({ provider: "openai", model: "gpt-4.1-mini", apiKey: "key" });
  expect(brands).toMatchObject([
    {
      id: "helder",
      language: "nl",
      match: { queues: ["Helder *", "Verhuizen"] },
      taxonomy: [
        { category: "Facturen", subcategories: ["Nota", "Termijnbedrag"] },
        { category: "Storing", subcategories: ["Cv-ketel"] },
      ],
      eligibility: { accountAttribute: "customerNumber", authenticatedAttribute: "authenticated" },
      destinations: [
        { url: "https://crm.example.com/helder/contact-logs", headers: { authorization: "Bearer token" } },
      ],
    },
  ]);
});

test("a file that is there stays as it is, but for --force", async () => {
  writeFileSync(out, "mine", { mode: 0o644 });
  const refused = cli(["init", ...flagsOf()]);
  expect(await refused.exit).toBe(78);
  expect(lastLine(refused)).toMatch(/is there already; name another file, or give --force$/);
  expect(readFileSync(out, "utf8")).toBe("mine");
  const forced = cli(["init", ...flagsOf({ model: undefined }), "--force"]);
  expect(await forced.exit).toBe(0);
  expect(JSON.parse(readFileSync(out, "utf8")).llm).toEqual({ provider: "offline" });
  expect(statSync(out).mode & 0o777).toBe(0o600);
});

test("without a terminal every flag that is missing is named at once", async () => {
  const run = cli(["init", "--out", out]);
  expect(await run.exit).toBe(78);
  for (const flag of ["--region", "--brand", "--taxonomy", "--destination", "--queue"]) {
    expect(run.output).toContain(`contactlogd: ${flag}: is required`);
  }
});

test("a folder that cannot be written to is named before anything else", async () => {
  const run = cli(["init", "--out", join(directory, "nowhere", "config.json")]);
  expect(await run.exit).toBe(78);
  expect(run.output.trim()).toMatch(
    /^contactlogd: --out .+: .+nowhere cannot be written to \(ENOENT\); make the folder$/,
  );
});

test.each([
  ["region", "api.mypurecloud.de"],
  ["language", ""],
  ["account-attribute", " "],
  ["queue", ""],
  ["header", "X API Key"],
])("--%s %j is refused under its own name", async (flag, value) => {
  const run = cli(["init", ...flagsOf({ [flag]: value })]);
  expect(await run.exit).toBe(78);
  expect(run.output).toMatch(new RegExp(`^contactlogd: --${flag}: must `));
});

describe("a secret is refused, not written and not said again", () => {
  test.each<[what: string, flag: string, value: string]>([
    ["a bearer token for a variable", "header-from", "Bearer canary-1234567890"],
    ["a client's secret for a variable", "client-secret-from", "kQ8canary7f3XyZ0aB1cD2eF3gH4iJ5kL6mN7oP8qR"],
    ["a key that is spelled like a variable", "model-key-from", "AKIACANARY3EXAMPLE77"],
    ["a client's id for a variable", "client-id-from", "2f7bf00a-0fc2-4d6a-9b56-92238191433e"],
    ["a password in a URL", "destination", "https://me:canary-pass@crm.example.com/logs"],
    [
      "a function's key in a URL",
      "destination",
      "https://x.example.com/logs?code=aB3canaryD4eF5gH6iJ7kL8mN9oP0==",
    ],
    ["a key among the queues", "queue", "sk-canary1234567890abcdef"],
  ])("%s", async (_what, flag, value) => {
    const run = cli(["init", ...flagsOf({ [flag]: value })]);
    expect(await run.exit).toBe(78);
    expect(run.output).toMatch(/secret/);
    expect(run.output).not.toContain(value);
    expect(() => statSync(out)).toThrow();
  });

  test.each([
    "https://crm.example.com/tenants/2f7bf00a-0fc2-4d6a-9b56-92238191433e/contact-logs",
    "Helder Klantenservice 2e lijn",
    "https://integration-gateway.example.com/ContactLogsIntegrationService/v2",
    "customerAuthenticationLevelAttribute",
  ])("%s is none", (text) => expect(looksSecret(text)).toBe(false));
});

test("what init wrote, check finds well", async () => {
  await using world = await startWorld();
  const url = `${world.backend.url}/helder/contact-logs`;
  const made = cli([
    "init",
    ...flagsOf({ region: undefined, "base-url": world.platform.baseUrl, destination: url, model: undefined }),
  ]);
  expect(await made.exit).toBe(0);
  const run = cli(["check", "--config", out], world, { ...world.environment, HELDER_TOKEN: "token" });
  expect(await run.exit, run.output).toBe(0);
  expect(run.output).toMatch(/✔ brand\.helder +Helder Facturen, Helder Verhuizen, Helder Storingen/);
});

/** util-linux: gives a program a terminal of its own. */
const hasScript = spawnSync("script", ["--version"]).stdout?.includes("util-linux") === true;

test.skipIf(!hasScript)(
  "in a terminal it asks, lists the queues there are, and asks again for what cannot be used",
  async () => {
    await using platform = await startPlatform({
      queues: ["Support", "Billing", "Helder Facturen"].map((name) => ({ name })),
    });
    const command = `${process.execPath} ${program} init --out ${out} --base-url ${platform.baseUrl} --header authorization`;
    const child = spawn("script", ["-qec", command, "/dev/null"], {
      env: {
        ...process.env,
        GENESYS_CLIENT_ID: platform.clientId,
        GENESYS_CLIENT_SECRET: platform.clientSecret,
      },
    });
    watchChild(child);
    let shown = "";
    const answers: readonly [question: RegExp, answer: string][] = [
      [/client's id \[GENESYS_CLIENT_ID\]: $/, ""],
      [/its secret \[GENESYS_CLIENT_SECRET\]: $/, "Bearer abcdefgh12345678"],
      [/looks like a secret[\s\S]*its secret \[GENESYS_CLIENT_SECRET\]: $/, ""],
      [/name for the brand: $/, "helder"],
      [/Language .*: $/, ""],
      [/categories .*: $/, join(directory, "nowhere.csv")],
      [/cannot be read \(ENOENT\)[\s\S]*: $/, csv],
      [/customer's account .*: $/, "klantnummer"],
      [/authenticated customer .*: $/, ""],
      [/posted \(URL\): $/, "https://crm.example.com/logs"],
      [/token it wants .*: $/, ""],
      [/Model .*: $/, ""],
      [/1 {2}Billing\r\n {2}2 {2}Helder Facturen\r\n {2}3 {2}Support\r\n[\s\S]*between them: $/, "9"],
      [/there is no 9 in the list[\s\S]*between them: $/, "1-2, Supp*"],
    ];
    let next = 0;
    child.stdout.on("data", (chunk: Buffer) => {
      shown += chunk.toString();
      const [question, answer] = answers[next] ?? [];
      if (question?.test(shown)) {
        next++;
        shown = "";
        child.stdin.write(`${answer}\n`);
      }
    });
    const code = await new Promise((resolve) => child.once("close", resolve));
    expect([next, shown]).toEqual([
      answers.length,
      expect.stringContaining(`contactlogd check --config ${out}`),
    ]);
    expect(code).toBe(0);
    const [brand] = loadConfig(out, { brands: [], dryRun: false }, environment).brands;
    expect(brand).toMatchObject({
      match: { queues: ["Billing", "Helder Facturen", "Supp*"] },
      eligibility: { accountAttribute: "klantnummer" },
      destinations: [{ headers: {} }],
    });
  },
);

describe("a table of categories", () => {
  const nota = [{ category: "Facturen", subcategories: ["Nota", "Termijn, bedrag"] }];
  test.each<[what: string, csv: string]>([
    ["with semicolons and no heading", "Facturen;Nota\nFacturen;Termijn, bedrag"],
    [
      "with commas, quotes and a heading",
      'category,subcategory\r\nFacturen,Nota\r\nFacturen,"Termijn, bedrag"\r\n',
    ],
    ["with tabs and empty lines", "Facturen\tNota\n\nFacturen\tTermijn, bedrag\n\n"],
    [
      "with a byte-order mark, white space and what is said twice",
      "\uFEFFHoofdcategorie;Sub\n Facturen ; Nota \nFacturen;Nota\n;Termijn, bedrag",
    ],
    ["with a separator a spreadsheet is told of", "sep=;\r\nFacturen;Nota\r\nFacturen;Termijn, bedrag"],
    [
      "with further columns, in another order",
      "Nr;Subcategorie;Categorie;Uitleg\n1;Nota;Facturen;de nota\n2;Termijn, bedrag;Facturen;",
    ],
    ["with one category in two spellings", "Facturen;Nota\nfacturen;nota\nFACTUREN;Termijn, bedrag"],
    ["with a quoted cell over two lines", 'Facturen;"Nota"\nFacturen;"Termijn,\nbedrag"'],
  ])("%s", (_what, text) => expect(readTaxonomy(text, "t.csv")).toEqual(nota));

  const energie = [{ category: "Financiën", subcategories: ["Één nota"] }];
  test.each<[what: string, bytes: Buffer]>([
    ["Windows-1252, as a spreadsheet's CSV is", Buffer.from("Financiën;Één nota\r\n", "latin1")],
    ["UTF-16, as its Unicode text is", Buffer.from("\uFEFFFinanciën\tÉén nota\r\n", "utf16le")],
    ["UTF-8", Buffer.from("Financiën;Één nota\r\n")],
  ])("in %s", (_what, bytes) => {
    writeFileSync(csv, bytes);
    expect(readTaxonomyFile(csv)).toEqual(energie);
  });

  test("that is a workbook is to be saved as CSV", () => {
    writeFileSync(csv, Buffer.from("PK\x03\x04\0\0workbook"));
    expect(() => readTaxonomyFile(csv)).toThrow(
      new ConfigError([`${csv}: is no text; save the table as CSV`]),
    );
  });

  test("doubled quotes are one", () => {
    expect(readTaxonomy('A;"zei ""nee"""', "t.csv")).toEqual([
      { category: "A", subcategories: ['zei "nee"'] },
    ]);
  });

  test.each<[what: string, csv: string, says: string]>([
    ["nothing in it", "category;subcategory\n", "t.csv: holds no category"],
    ["no subcategory", "A;b\nB\n", "t.csv: line 2 has no subcategory"],
    ["no category to begin with", "\n;b\n", "t.csv: line 2 has no category"],
  ])("is refused with %s", (_what, text, says) => {
    expect(() => readTaxonomy(text, "t.csv")).toThrow(new ConfigError([says]));
  });
});
