import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type ConfigFile, openConfig } from "../src/config.ts";
import { ConfigError, NotYet, Permanent } from "../src/errors.ts";
import { needRestart, Reload } from "../src/reload.ts";
import { createSettings, InForce, type Settings, type SettingsTools } from "../src/settings.ts";
import { type Backend, startBackend } from "../src/simulator/backend.ts";
import { Alarm } from "../src/time.ts";

const never = new AbortController().signal;
const circuits: string[] = [];
const tools: SettingsTools = {
  protect() {},
  genesys: undefined as never,
  timing: { retryBaseMs: 10, retryMaxMs: 100 },
  onCircuit: (endpoint, state) => circuits.push(`${endpoint} ${state}`),
  onUnchecked() {},
};
const make = (config: Parameters<typeof createSettings>[0], before?: Settings) =>
  createSettings(config, tools, never, before);

let directory: string;
let backend: Backend;
let file: ConfigFile;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "contactlogd-settings-"));
  backend = await startBackend({ latencyMs: 100 });
  circuits.length = 0;
  put("token", "token-one");
  put("prompt.md", "The first prompt.");
  write();
  file = openConfig(join(directory, "config.json"), { brands: [], dryRun: false }, {});
});
afterEach(async () => {
  await backend[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true });
});

function put(name: string, text: string): void {
  writeFileSync(join(directory, name), text);
}

interface Brand {
  readonly headers?: object;
  readonly category?: string;
}

function write(brands: Readonly<Record<string, Brand>> = { a: {}, b: {} }, root: object = {}): void {
  const brandOf = ([id, { headers, category = "Vraag" }]: [string, Brand]): object => ({
    id,
    language: "nl",
    match: { queues: [`${id} *`] },
    prompt: "prompt.md",
    taxonomy: [{ category, subcategories: ["Overig"] }],
    eligibility: { accountAttribute: "account", authenticatedAttribute: "authenticated" },
    destination: {
      kind: "http",
      url: `${backend.url}/${id}`,
      headers: { authorization: `Bearer \${file:token}`, ...headers },
    },
  });
  const genesys = { region: "mypurecloud.de", clientId: "client", clientSecret: `\${file:token}` };
  const all = { genesys, llm: { provider: "offline" }, brands: Object.entries(brands).map(brandOf), ...root };
  put("config.json", JSON.stringify(all));
}

const destinationOf = ({ brands }: Settings, brand: string) => brands.destination(brand, "main").destination;
const post = (settings: Settings, key: string) =>
  destinationOf(settings, "a").post({ key, body: "{}" }, never);

test("what did not change is taken over as it is, what did is made anew", async () => {
  const first = await make(file.read());
  write({ a: { headers: { "x-new": "1" } }, b: { category: "Klacht" } });
  const second = await make(file.read(), first);
  expect(destinationOf(second, "a")).not.toBe(destinationOf(first, "a"));
  expect(second.brands.destination("b", "main")).toBe(first.brands.destination("b", "main"));
  expect(second.writer).toBe(first.writer);
  expect(second.modelCircuit).toBe(first.modelCircuit);
  expect(second.brands.brand("b").manner.taxonomy[0]?.category).toBe("Klacht");
  expect(first.brands.brand("b").manner.taxonomy[0]?.category).toBe("Vraag");
  await first.brands.release(second.brands);
  await second.brands.release();
});

test("work keeps the settings it began with; what only they had is closed when it is done", async () => {
  await using inForce = new InForce(await make(file.read()));
  const first = inForce.now;
  let second = first;
  await inForce.use(async (settings) => {
    write({ a: { headers: { "x-new": "1" } }, b: {} });
    second = await make(file.read(), settings);
    inForce.replace(second);
    // A third time, before the first is let go.
    write({ b: {} });
    inForce.replace(await make(file.read(), second));
    expect((await post(settings, "1")).status).toBe(201);
    expect((await post(second, "2")).status).toBe(201);
  });
  await expect.poll(async () => await post(first, "3").catch(() => "closed")).toBe("closed");
  await expect.poll(async () => await post(second, "4").catch(() => "closed")).toBe("closed");
  expect(() => inForce.now.brands.destination("a", "main")).toThrow(NotYet);
  const { destination } = inForce.now.brands.destination("b", "main");
  expect((await destination.post({ key: "5", body: "{}" }, never)).status).toBe(201);
});

test("settings that cannot be used leave those before as they were", async () => {
  const first = await make(file.read());
  write({ a: {}, b: { headers: { "x-new": "1" } } }, {});
  const config = file.read();
  const [a, b] = config.brands;
  const options = b?.destinations[0] as object;
  const broken = { ...b, destinations: [{ ...options, schema: "/nowhere/schema.json" }] };
  await expect(make({ ...config, brands: [a, broken] } as typeof config, first)).rejects.toThrow(ConfigError);
  expect((await post(first, "1")).status).toBe(201);
  await first.brands.release();
});

test("an open circuit of a destination that goes is told closed", async () => {
  const first = await make(file.read());
  const { circuit } = first.brands.destination("a", "main");
  const fail = () => Promise.reject(new Error("down"));
  for (let n = 0; n < 5; n++) await circuit.run(false, fail, () => true).catch(() => {});
  write({ b: {} });
  const second = await make(file.read(), first);
  await first.brands.release(second.brands);
  expect(circuits).toEqual(["a main open", "a main closed"]);
  await second.brands.release();
});

test("secrets can be read again alone", () => {
  const config = file.read();
  put("token", "token-two");
  put("prompt.md", "The second prompt.");
  write({ a: { category: "Klacht" } });
  const anew = file.secretsAnew(config);
  expect(anew.genesys.clientSecret).toBe("token-two");
  expect(anew.secrets).toContain("Bearer token-two");
  expect({
    ...anew,
    brands: anew.brands.map(({ id, prompts, taxonomy }) => ({ id, prompts, taxonomy })),
  }).toMatchObject({
    brands: config.brands.map(({ id, prompts, taxonomy }) => ({ id, prompts, taxonomy })),
  });
  put("token", "");
  expect(() => file.secretsAnew(anew)).toThrow(ConfigError);
  expect(file.read).toThrow(ConfigError);
});

test("what only a restart changes is named by its key", () => {
  const before = file.read();
  expect(needRestart(before, file.read())).toEqual([]);
  write({ a: {} }, { http: { port: 1, waitMs: 200 }, timing: { drainMs: 1 }, log: { level: "warn" } });
  expect(needRestart(before, file.read())).toEqual(["http.port", "http.waitMs"]);
  const genesys = { region: "mypurecloud.com", clientId: "other", clientSecret: "another-secret" };
  write({ a: {} }, { genesys, state: { file: "other.db" }, retention: { logsMs: 5 } });
  expect(needRestart(before, file.read())).toEqual([
    "state.file",
    "genesys.region",
    "genesys.clientId",
    "retention",
  ]);
});

test("a refusal is looked into once a second, and only while nothing newer is in force", async () => {
  await using inForce = new InForce(await make(file.read()));
  const told: string[] = [];
  let looks = 0;
  const reload = new Reload({
    file: {
      ...file,
      secretsAnew(config) {
        looks++;
        return file.secretsAnew(config);
      },
    },
    inForce,
    asked: new Alarm(),
    make,
    learn: (secrets) => told.push(...secrets),
    apply() {},
    renewClients() {},
    reports: { reloaded() {}, reloadRefused() {}, secretsRenewed: () => void told.push("renewed") },
  });
  const refusal = new Permanent("http_401", "HTTP 401");
  const used = inForce.now;
  expect(await reload.explain(refusal, used)).toBe(refusal);
  expect(await reload.explain(new Permanent("http_422", "no"), used)).toHaveProperty("reason", "http_422");
  expect(looks).toBe(1);
  put("token", "token-two");
  expect(await reload.explain(refusal, used)).toBe(refusal);
  expect(looks).toBe(1);
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const both = await Promise.all([reload.explain(refusal, used), reload.explain(refusal, used)]);
  expect(both).toMatchObject([{ reason: "secret_changed" }, { reason: "secret_changed" }]);
  expect(looks).toBe(2);
  expect(told).toContain("token-two");
  expect(told.filter((one) => one === "renewed")).toHaveLength(1);
  expect(await reload.explain(refusal, inForce.now)).toBe(refusal);
});
