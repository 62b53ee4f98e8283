import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { type CheckResult, runChecks } from "../../src/checks/check.ts";
import { createChecks } from "../../src/checks/index.ts";
import { createScene } from "../../src/checks/scene.ts";
import { loadConfig } from "../../src/config.ts";
import { Redactor } from "../../src/ops/redact.ts";
import { listen } from "../../src/simulator/loopback.ts";
import { type ModelEndpoint, startModel } from "../../src/simulator/model.ts";
import { type QuickOptions, quickConversation } from "../../src/simulator/player.ts";
import { cli, killChildren, lastLine } from "../cli.ts";
import { startWorld, type World, type WorldOptions } from "../harness.ts";
import { startCollector } from "../tracing/collector.ts";

const attributes = { customerNumber: "HLD-1", authenticated: "true" };
const said = "I have a question about the canary invoice.";
const lines = [
  { says: "agent", text: "Good morning, how can I help you?" },
  { says: "customer", text: said },
  { says: "agent", text: "I have corrected it." },
] as const;
afterAll(killChildren);

interface Scene {
  readonly world: World;
  readonly model: ModelEndpoint;
}

// biome-ignore lint/suspicious/noExplicitAny: tests put into it whatever a person may write
type File = any;

interface Broken {
  readonly world?: Omit<WorldOptions, "edit">;
  readonly edit?: (file: File) => void;
  /** The one that history has. */
  readonly conversation?: QuickOptions;
  readonly after?: (scene: Scene) => void | Promise<void>;
  readonly environment?: Record<string, string>;
}

interface Told {
  readonly results: readonly CheckResult[];
  readonly secrets: readonly string[];
}

/** A model, a platform and a backend, of which something is broken, and what the checks say of them. */
async function broke({ environment, ...how }: Broken): Promise<Told> {
  await using scene = await startScene(how);
  const { world } = scene;
  const config = loadConfig(
    world.configPath,
    { brands: [], dryRun: false },
    { ...world.environment, ...environment },
  );
  await using looked = createScene(config, new Redactor(config.secrets));
  const results: CheckResult[] = [];
  for await (const result of runChecks(createChecks(looked), AbortSignal.timeout(15_000)))
    results.push(result);
  expect(world.backend.attempts.filter(({ method }) => method !== "GET")).toEqual([]);
  return { results, secrets: [...config.secrets, said] };
}

async function startScene({ world: options, edit, conversation, after }: Omit<Broken, "environment">) {
  const model = await startModel();
  const world = await startWorld({
    ...options,
    llm: { provider: "openai", baseUrl: model.baseUrl, model: "gpt-4.1-mini", timeoutMs: 3_000 },
    edit: (file: File) => {
      for (const brand of file.brands) brand.destination.timeoutMs = 5_000;
      edit?.(file);
    },
  });
  const endedAt = world.platform.now() - 1_000;
  quickConversation(world.platform, {
    queue: "Helder Facturen",
    attributes,
    lines,
    endedAt,
    ...conversation,
  });
  await after?.({ world, model });
  return {
    world,
    model,
    async [Symbol.asyncDispose]() {
      await world[Symbol.asyncDispose]();
      await model[Symbol.asyncDispose]();
    },
  };
}

test("where all is well every line has its tick, nothing is posted, and the exit is 0", async () => {
  await using collector = await startCollector();
  await using scene = await startScene({
    edit: (file) => {
      file.tracing = { endpoint: collector.endpoint };
    },
  });
  const { world } = scene;
  const run = cli(["check", "--config", world.configPath], world);
  const code = await run.exit;
  expect(run.output).not.toMatch(/[✘–→]/);
  expect(code).toBe(0);
  for (const line of [
    /✔ config +.*config\.json: brands helder, noordlicht/,
    /✔ secrets +read: GENESYS_CLIENT_SECRET, BACKEND_TOKEN/,
    /✔ state .*made at the first start, \d+ MB free/,
    /✔ brand\.helder +Helder Facturen, Helder Verhuizen, Helder Storingen/,
    /✔ topics +the topics of 5 queues are taken/,
    /✔ topics\.calls +2 of 2/,
    /✔ transcription +on in 5 of 5/,
    /✔ conversation +voice, 3 turns read: a contact log of helder would be written/,
    /✔ model +answers in shape: gpt-4\.1-mini.* tokens in/,
    /✔ tracing +127\.0\.0\.1:\d+ takes traces/,
    /✔ destination\.noordlicht\.main +127\.0\.0\.1:\d+\/noordlicht\/contact-logs: it can be connected to/,
  ]) {
    expect(run.output).toMatch(line);
  }
  for (const secret of [...Object.values(world.environment).slice(1), said]) {
    expect(run.output).not.toContain(secret);
  }
  expect(collector).toMatchObject({ requests: [{ text: '{"resourceSpans":[]}' }], problems: [] });
  expect(world.backend.attempts).toEqual([]);
  expect(existsSync(world.stateFile)).toBe(false);
});

test("what is wrong exits 1 with its line, what hangs on it is not looked at", async () => {
  await using scene = await startScene({});
  const { world } = scene;
  const environment = { GENESYS_CLIENT_SECRET: "another-secret-canary" };
  const run = cli(["check", "--config", world.configPath, "--brand", "helder"], world, environment);
  expect(await run.exit).toBe(1);
  expect(run.output).toMatch(
    /✘ login .*refused the OAuth client's credentials \(HTTP 40[01]\)\n +→ check genesys/,
  );
  expect(run.output).toMatch(/– permission\.queues +not looked at: it needs login/);
  expect(run.output).toMatch(/✔ destination\.helder\.main/);
  expect(run.output).not.toMatch(/noordlicht\.main|canary/);
  expect(lastLine(run)).toMatch(/^contactlogd: 1 of \d+ checks found something wrong$/);
});

test("--json is a list of id, ok, summary, mend and ms, whatever is wrong", async () => {
  await using scene = await startScene({});
  const { world } = scene;
  const run = cli(["check", "--config", world.configPath, "--json"], world, { BACKEND_TOKEN: "" });
  expect(await run.exit).toBe(78);
  const [list = ""] = /^\[[\s\S]*?\n\]/.exec(run.output) ?? [];
  const results = JSON.parse(list) as CheckResult[];
  expect(results).toHaveLength(2);
  for (const one of results) {
    expect(one).toEqual({
      id: "secrets",
      ok: false,
      summary: expect.stringMatching(/authorization: the environment variable BACKEND_TOKEN is empty/),
      mend: expect.any(String),
      ms: expect.any(Number),
    });
  }
});

test("transcription may be off where only messages are seen, and a verdict to skip is no fault", async () => {
  const { results } = await broke({
    world: { platform: { queues: [{ name: "Helder Chat", enableTranscription: false }] } },
    edit: (file) => {
      file.brands.pop();
    },
    conversation: { medium: "message", queue: "Helder Chat", attributes: { authenticated: "true" } },
  });
  const said = (id: string) => results.find((one) => one.id === id);
  expect(results.filter(({ ok }) => ok !== true)).toEqual([]);
  expect(said("transcription")?.summary).toBe(
    "on in 0 of 1 queues of brands; off where only messages were seen: Helder Chat",
  );
  expect(said("conversation")?.summary).toBe("the latest 1: 1 skipped as no_account");
});

test("a file that cannot be read exits 78", async () => {
  const run = cli(["check", "--config", "/nonexistent/config.json"]);
  expect(await run.exit).toBe(78);
  expect(run.output).toMatch(/✘ config .*cannot be read \(ENOENT\)/);
});

test("the state of a daemon that runs is left as it is", async () => {
  await using scene = await startScene({});
  const { world } = scene;
  await world.start().connected();
  const run = cli(["check", "--config", world.configPath], world);
  expect(await run.exit).toBe(0);
  expect(run.output).toMatch(/✔ state .*: schema \d+, \d+ MB free/);
  expect(run.output).toMatch(/✔ channel .*the client had \d+ of 20/);
});

test("the port of a daemon that runs is well", async () => {
  const free = await listen(() => {});
  const port = Number(new URL(free.url).port);
  await free[Symbol.asyncDispose]();
  await using scene = await startScene({
    edit: (file) => {
      file.http.port = port;
    },
  });
  await scene.world.start().connected();
  const run = cli(["check", "--config", scene.world.configPath], scene.world);
  expect(await run.exit).toBe(0);
  expect(run.output).toContain(`127.0.0.1:${port}: the daemon answers there`);
});

const broken: readonly [what: string, ids: readonly string[], says: RegExp, how: Broken][] = [
  [
    "a client secret that is wrong",
    ["login"],
    /refused the OAuth client's credentials \(HTTP 40[01]\).*→ check genesys\.clientId/,
    { environment: { GENESYS_CLIENT_SECRET: "another-secret-canary" } },
  ],
  [
    "a token that is refused",
    ["login"],
    /the token it was given is refused/,
    { after: ({ world }) => world.platform.faults.rest({ path: /^\/api\//, status: 401, times: 1_000 }) },
  ],
  [
    "a port that something else has",
    ["http"],
    /127\.0\.0\.1:\d+ \(it is in use\) → set http\.port/,
    {
      after: ({ world, model }) => {
        const file = JSON.parse(readFileSync(world.configPath, "utf8"));
        file.http.port = Number(new URL(model.baseUrl).port);
        writeFileSync(world.configPath, JSON.stringify(file));
      },
    },
  ],
  [
    "an admin host that is not this machine's",
    ["http"],
    /192\.0\.2\.1:\d+ \(EADDRNOTAVAIL\) → set http\.host/,
    {
      edit: (file) => {
        file.http.host = "192.0.2.1";
      },
    },
  ],
  [
    "a host that is down",
    ["login"],
    /cannot be reached \(ECONNREFUSED\).*→ check genesys\.region/,
    {
      edit: (file) => {
        file.genesys.baseUrl = "http://127.0.0.1:9";
      },
    },
  ],
  ...(
    [
      ["queues", /^\/api\/v2\/routing\/queues$/, /routing:queue:view/],
      ["conversations", /^\/api\/v2\/conversations\/[^/]+$/, /conversation:communication:view/],
      ["messages", /\/messages\/bulk$/, /conversation:message:view/],
      ["transcripts", /\/transcripturl$/, /speechAndTextAnalytics:data:view/],
      ["history", /\/details\/query$/, /analytics:conversationDetail:view/],
      ["transcript-search", /\/transcripts\/search$/, /recording:recording:view/],
    ] as const
  ).map(([id, path, says]): (typeof broken)[number] => [
    `no permission for ${id}`,
    [`permission.${id}`],
    new RegExp(`HTTP 403.*→ give .*${says.source}`),
    { after: ({ world }) => world.platform.faults.rest({ path, status: 403, body: {}, times: 1_000 }) },
  ]),
  [
    "a channel that cannot be made",
    ["channel"],
    /HTTP 500/,
    {
      after: ({ world }) =>
        world.platform.faults.rest({
          method: "POST",
          path: /\/notifications\/channels$/,
          status: 500,
          times: 9,
        }),
    },
  ],
  [
    "a further client whose secret is wrong",
    ["login.client2"],
    /refused the OAuth client's credentials/,
    {
      edit: (file) => {
        file.genesys.additionalClients = [{ clientId: "another", clientSecret: "another-secret-canary" }];
      },
    },
  ],
  [
    "a topic that is refused",
    ["topics"],
    /the topics of 1 of 5 queues are refused: Helder Storingen/,
    {
      after: ({ world }) => {
        const queue = world.platform.queues.find(({ name }) => name === "Helder Storingen");
        world.platform.faults.denyTopics(new RegExp(queue?.id ?? "none"));
      },
    },
  ],
  [
    "a brand's glob that matches no queue",
    ["brand.noordlicht"],
    /no queue matches "Nordlicht \*"/,
    {
      edit: (file) => {
        file.brands[1].match.queues = ["Nordlicht *"];
      },
    },
  ],
  [
    "a queue that transcribes nothing",
    ["transcription"],
    /transcription is off in Helder Storingen/,
    {
      world: {
        platform: {
          queues: [
            { name: "Helder Facturen" },
            { name: "Helder Verhuizen" },
            { name: "Helder Storingen", enableTranscription: false },
            { name: "Noordlicht Service" },
            { name: "Noordlicht Chat" },
          ],
        },
      },
    },
  ],
  [
    "a model that is down",
    ["model"],
    /cannot be reached \(ECONNREFUSED\).*→ check llm\.baseUrl/,
    {
      edit: (file) => {
        file.llm.baseUrl = "http://127.0.0.1:61999/v1";
      },
    },
  ],
  [
    "a model that answers off shape",
    ["model"],
    /→/,
    {
      after: ({ model }) =>
        void model.answers.push(...Array.from({ length: 9 }, () => ({ content: "Hello there." }))),
    },
  ],
  [
    "a model that never answers",
    ["model"],
    /no answer in time|not done within/,
    {
      edit: (file) => {
        file.llm.timeoutMs = 300;
      },
      after: ({ model }) =>
        void model.answers.push(...Array.from({ length: 9 }, () => ({ hang: true }) as const)),
    },
  ],
  [
    "a destination that is down",
    ["destination.helder.main"],
    /127\.0\.0\.1:9 cannot be reached \(ECONNREFUSED\)/,
    {
      edit: (file) => {
        file.brands[0].destination.url = "http://127.0.0.1:9/logs";
      },
    },
  ],
  [
    "a mapping that names a field the backend does not have",
    ["destination.helder.main"],
    /fields\.subjekt: the schema has no such field/,
    {
      edit: (file) => {
        file.brands[0].destination.fields = { subjekt: "description" };
        file.brands[0].destination.schema = "schema.json";
      },
      after: ({ world }) => {
        const schema = {
          type: "object",
          properties: { subject: { type: "string" } },
          additionalProperties: false,
        };
        writeFileSync(join(world.directory, "schema.json"), JSON.stringify(schema));
      },
    },
  ],
  [
    "a look-up that knows everything",
    ["destination.helder.main"],
    /its look-up says it has a log nobody posted/,
    {
      edit: (file) => {
        // Anything that answers GET with 200 will do.
        file.brands[0].destination.lookup = `${file.genesys.baseUrl}/api/v2/{key}`;
      },
      after: ({ world }) =>
        world.platform.faults.rest({
          method: "GET",
          path: /^\/api\/v2\/[0-9a-f-]{36}$/,
          status: 200,
          times: 9,
        }),
    },
  ],
  [
    "a folder of the state file that is none",
    ["state"],
    /state\.file/,
    {
      after: ({ world }) => writeFileSync(dirname(world.stateFile), "not a folder"),
    },
  ],
  [
    "a state file of another program",
    ["state"],
    /state\.file: .* cannot be used/,
    {
      after: ({ world }) => {
        mkdirSync(dirname(world.stateFile));
        writeFileSync(world.stateFile, "this is no database, however long it may be ".repeat(50));
      },
    },
  ],
  [
    "a collector of traces that is down",
    ["tracing"],
    /collector 127\.0\.0\.1:9: 127\.0\.0\.1:9 cannot be reached \(ECONNREFUSED\)/,
    {
      edit: (file) => {
        file.tracing = { endpoint: "http://127.0.0.1:9/v1/traces" };
      },
    },
  ],
  [
    "an endpoint that is no collector",
    ["tracing"],
    /collector 127\.0\.0\.1:\d+: HTTP 404/,
    {
      edit: (file) => {
        file.tracing = { endpoint: `${file.genesys.baseUrl}/v1/traces` };
      },
    },
  ],
  [
    "a clock that is wrong",
    ["clock"],
    /this machine's clock is \d+ s fast/,
    {
      after: ({ world }) => {
        const date = new Date(Date.now() - 3_600_000).toUTCString();
        world.platform.faults.rest({
          path: /\/tokens\/me$/,
          status: 200,
          headers: { date },
          body: {},
          times: 9,
        });
      },
    },
  ],
];

describe("of all that can be broken, check names", () => {
  test.each(broken)("%s, and nothing else", async (_what, ids, says, how) => {
    const { results, secrets } = await broke(how);
    const wrong = results.filter(({ ok }) => ok === false);
    expect(wrong.map(({ id }) => id)).toEqual(ids);
    expect(`${wrong[0]?.summary} → ${wrong[0]?.mend}`).toMatch(says);
    expect(wrong[0]?.mend).toBeTruthy();
    for (const secret of secrets) expect(JSON.stringify(results)).not.toContain(secret);
  });
});
