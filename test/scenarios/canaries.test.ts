import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { type ModelEndpoint, startModel } from "../../src/simulator/model.ts";
import { quickConversation } from "../../src/simulator/player.ts";
import { type Cli, cli, connected, killChildren } from "../cli.ts";
import { startWorld, until, type World } from "../harness.ts";
import { startCollector } from "../tracing/collector.ts";

/** Everything the program says or leaves behind. */
const outputs = [
  "log",
  "logs",
  "traces",
  "/metrics",
  "/status",
  "/readyz",
  "/healthz",
  "/",
  "/openapi.json",
  "/live",
  "/dead",
  "/explain",
  "dead list",
  "dead show",
  "explain",
  "status",
  "state, all settled",
  "state, with dead letters",
] as const;
type Output = (typeof outputs)[number];

/** What an operator looks at to mend a dead letter. */
const desk: readonly Output[] = ["/live", "/dead", "/explain", "dead list", "dead show", "explain"];
const state: readonly Output[] = ["state, all settled", "state, with dead letters"];

/** What goes in, and which outputs may hold it: those named, and no other. */
const canaries = {
  saidInCall: ["kanariemeterkast", []],
  saidInMessage: ["kanariebericht", []],
  // All that is needed to go again stays.
  saidInDeadCall: ["kanarieverhuizing", ["state, with dead letters"]],
  accountOfSettled: ["HLD-KANARIE-1", []],
  accountOfDead: ["HLD-KANARIE-2", ["state, with dead letters"]],
  attribute: ["kanarieattribuut", []],
  customerName: ["Kanariepiet", []],
  agentName: ["Kanarieagnes", []],
  externalContact: ["0ca0a51e-kanarie-contact", []],
  modelsError: ["kanariemodelfout", []],
  // A code is one word of an upstream's own, and tells what to mend.
  modelsCode: ["kanarie_modelcode", ["log", "logs"]],
  modelsNonsense: ["kanarieonzin", []],
  modelsRefusal: ["kanarieweigering", []],
  modelsHeader: ["kanariemodelkop", []],
  backendsError: ["kanariestoring", []],
  backendsHeader: ["kanariebackendkop", []],
  // Its complaint is what mends the log; what it quotes of the log is taken out of it.
  backendsComplaint: ["kanarieklacht", ["log", "logs", ...desk, "state, with dead letters"]],
  platformsError: ["kanarieplatformfout", []],
  platformsCode: ["kanarie.platformcode", ["log", "logs"]],
  platformsHeader: ["kanarieplatformkop", []],
  signature: ["kanariehandtekening", []],
  accessToken: ["kanarie-access-token-0123456789", []],
  clientSecret: ["kanarie-client-secret-0123456789", []],
  modelKey: ["sk-kanarie-0123456789", []],
  backendToken: ["backend-kanarie-0123456789", []],
  doorToken: ["deur-kanarie-0123456789", []],
  requestHeader: ["kanarie-cookie-0123456789", []],
  collectorsError: ["kanarieverzamelfout", []],
  collectorToken: ["verzamelaar-kanarie-0123456789", []],
  presigned: ["X-Amz", []],
  // Known when they are made: hashed in the log, as they are where a person looks.
  conversation: ["", [...desk, ...state]],
  // Kept for the next run, so that a crash loop does not use up the platform's twenty.
  channel: ["", state],
} as const satisfies Record<string, readonly [text: string, mayHold: readonly Output[]]>;
type Canary = keyof typeof canaries;
const of = (name: Canary): string => canaries[name][0];

afterEach(killChildren);

test.each(["json", "pretty"] as const)(
  "what went in comes out where it may and nowhere else (log in %s)",
  { timeout: 60_000 },
  async (format) => {
    await using model = await startModel({ apiKey: of("modelKey") });
    await using collector = await startCollector();
    collector.fault = { status: 503, body: `${of("collectorsError")} ${of("collectorToken")}` };
    await using world = await startWorld({
      platform: { clientSecret: of("clientSecret") },
      llm: { provider: "openai", baseUrl: model.baseUrl, model: "m", apiKey: `\${MODEL_KEY}` },
      edit: (file) => {
        const headers = { authorization: `Bearer \${COLLECTOR_TOKEN}` };
        Object.assign(file, { log: {}, tracing: { endpoint: collector.endpoint, headers } });
        Object.assign(file.http, { token: `\${DOOR_TOKEN}` });
      },
    });
    Object.assign(world.environment, {
      MODEL_KEY: of("modelKey"),
      BACKEND_TOKEN: of("backendToken"),
      DOOR_TOKEN: of("doorToken"),
      COLLECTOR_TOKEN: of("collectorToken"),
    });
    seedLogin(world);
    const daemon = cli(
      ["run", "--config", world.configPath, "--log-level", "trace", "--log-format", format],
      world,
    );
    await connected(daemon);

    const settled = await settle(world, model);
    const found = new Map<Output, string>();
    await until(() => !stateOf(world).includes(of("saidInMessage")), "erased text to leave the bytes");
    await new Promise((resolve) => setTimeout(resolve, 500));
    found.set("state, all settled", stateOf(world));

    collector.fault = undefined;
    const dead = await kill(world, model, daemon);
    for (const [output, text] of await asked(daemon, dead)) found.set(output, text);
    found.set("state, with dead letters", stateOf(world));
    daemon.child.kill("SIGTERM");
    expect(await daemon.exit).toBe(0);
    found.set("log", daemon.output);
    expect(collector.requests[0]?.headers.authorization).toContain(of("collectorToken"));
    const outcomes = collector.spans.map(({ attributes }) => attributes["contactlogd.outcome"]);
    expect(new Set(outcomes)).toEqual(new Set([undefined, "posted", "skipped", "dead"]));
    found.set("traces", collector.requests.map(({ text }) => text).join("\n"));
    for (const [output, text] of await told(world, daemon, dead)) found.set(output, text);

    expect([...found.keys()].sort()).toEqual([...outputs].sort());
    const channels = world.platform.requests.flatMap(
      ({ path }) => /channels\/([^/]+)\/subscriptions/.exec(path)?.[1] ?? [],
    );
    expect(channels.length).toBeGreaterThan(0);
    const leaks: string[] = [];
    const held = new Set<Canary>();
    for (const [name, [text, mayHold]] of Object.entries(canaries)) {
      const texts = name === "conversation" ? [...settled, dead] : name === "channel" ? channels : [text];
      for (const [output, said] of found) {
        if (!texts.some((one) => said.includes(one))) continue;
        held.add(name as Canary);
        if (!(mayHold as readonly Output[]).includes(output)) leaks.push(`${name} in ${output}`);
      }
    }
    expect(leaks).toEqual([]);
    // What may be held is held: the search finds what is there.
    const expected = Object.entries(canaries).filter(([, [, mayHold]]) => mayHold.length > 0);
    expect([...held].sort()).toEqual(expected.map(([name]) => name).sort());
  },
);

/** A token that is known, and that the platform then refuses. */
function seedLogin({ platform: { faults } }: World): void {
  const body = { access_token: of("accessToken"), token_type: "bearer", expires_in: 86_400 };
  faults.rest({ path: /oauth\/token$/, status: 200, body, times: 1 });
}

/** Two contacts that are posted after every upstream has quoted what it should not, and one that is skipped. */
async function settle(world: World, model: ModelEndpoint): Promise<string[]> {
  const { platform, backend } = world;
  const platformFails = {
    status: 500,
    headers: { "x-trace": of("platformsHeader"), "set-cookie": of("requestHeader") },
    body: { message: `${of("platformsError")} ${of("saidInCall")}`, code: of("platformsCode") },
    times: 1,
  };
  platform.faults.rest({ path: /^\/api\/v2\/conversations\/[^/]+$/, ...platformFails });
  platform.faults.rest({ path: /transcripturl$/, ...platformFails });
  const url = `${platform.baseUrl}/x?X-Amz-Signature=${of("signature")}&X-Amz-Expires=600`;
  platform.faults.rest({ path: /transcripturl$/, status: 200, body: { url }, times: 1 });
  platform.faults.rest({ path: /^\/x$/, ...platformFails, status: 403 });
  model.answers.push({
    status: 500,
    headers: { "x-request-id": of("modelsHeader") },
    body: { error: { message: `${of("modelsError")} ${of("saidInCall")}`, code: of("modelsCode") } },
  });
  const quoting = { error: `${of("backendsError")} ${of("saidInCall")} ${of("saidInMessage")}` };
  const headers = { "x-trace": of("backendsHeader") };
  for (const status of [503, 500]) backend.fail({ status, headers, body: quoting, times: 1 });

  const common = { customerName: of("customerName"), agent: of("agentName") };
  const attributes = (account: string) => ({
    customerNumber: account,
    authenticated: "true",
    hidden: of("attribute"),
  });
  const call = quickConversation(platform, {
    ...common,
    queue: "Helder Facturen",
    attributes: attributes(of("accountOfSettled")),
    lines: linesOf(of("saidInCall")),
    externalContactId: of("externalContact"),
  });
  await backend.waitFor(1);
  const message = quickConversation(platform, {
    ...common,
    queue: "Noordlicht Chat",
    medium: "message",
    attributes: attributes(of("accountOfSettled")),
    lines: linesOf(of("saidInMessage")),
  });
  const skipped = quickConversation(platform, {
    ...common,
    queue: "Helder Facturen",
    attributes: { hidden: of("attribute") },
    lines: linesOf(of("saidInCall")),
  });
  const accepted = await backend.waitFor(2);
  for (const said of [of("saidInCall"), of("saidInMessage"), of("accountOfSettled")])
    expect(JSON.stringify(accepted), said).toContain(said);
  expect(backend.attempts.map(({ status }) => status)).toEqual(expect.arrayContaining([503, 500]));
  expect(model.answers).toEqual([]);
  const statuses = platform.requests.map(({ path, status }) => `${path.split("/").at(-1)} ${status}`);
  expect(statuses).toEqual(expect.arrayContaining([`${call.id} 500`, "transcripturl 500", "x 403"]));
  return [call.id, message.id, skipped.id];
}

/** One that its backend refuses while quoting it, and one that the model refuses. */
async function kill({ platform, backend }: World, model: ModelEndpoint, daemon: Cli): Promise<string> {
  const complaint = {
    error: `${of("backendsComplaint")}: "omdat de ${of("saidInDeadCall")} te hoog is" of ${of("accountOfDead")} with ${of("backendToken")}`,
  };
  backend.fail({ status: 422, body: complaint, times: 1 });
  const attributes = { customerNumber: of("accountOfDead"), authenticated: "true", hidden: of("attribute") };
  const lines = linesOf(of("saidInDeadCall"));
  const { id } = quickConversation(platform, { queue: "Helder Verhuizen", attributes, lines });
  await until(
    () => daemon.output.includes("http_422"),
    "the refusal",
    30_000,
    () => daemon.output.slice(-3_000),
  );
  expect(backend.attempts.at(-1)?.text).toContain(of("saidInDeadCall"));
  model.answers.push({ content: of("modelsNonsense") }, { refusal: of("modelsRefusal") });
  quickConversation(platform, { queue: "Helder Verhuizen", attributes, lines });
  await until(() => daemon.output.includes("model_refused"), "the model's refusal");
  return id;
}

function linesOf(canary: string) {
  return [
    { says: "agent", text: "Goedemorgen, waarmee kan ik u helpen?" },
    { says: "customer", text: `Ik wil mijn termijnbedrag aanpassen omdat de ${canary} te hoog is.` },
    { says: "agent", text: `Ik heb uw termijnbedrag aangepast vanwege de ${canary}.` },
  ] as const;
}

/** Every door, as whoever has the token opens it. */
async function asked(daemon: Cli, dead: string): Promise<[Output, string][]> {
  const port =
    /contactlogd started[\s\S]*?127\.0\.0\.1:(\d+)|127\.0\.0\.1:(\d+)"[^\n]*contactlogd started/.exec(
      daemon.output,
    );
  const origin = `http://127.0.0.1:${port?.[1] ?? port?.[2]}`;
  const headers = { authorization: `Bearer ${of("doorToken")}`, cookie: of("requestHeader") };
  const paths = ["/metrics", "/status", "/readyz", "/healthz", "/", "/openapi.json", "/dead"] as const;
  const answers = paths.map(async (path): Promise<[Output, string]> => {
    const answer = await fetch(`${origin}${path}`, { headers });
    expect(answer.status, path).toBe(200);
    return [path, await answer.text()];
  });
  const explained = await fetch(`${origin}/explain/${dead}`, { headers });
  expect(explained.status).toBe(200);
  const away = new AbortController();
  const live = await fetch(`${origin}/live`, { headers, signal: away.signal });
  const first = await live.body?.getReader().read();
  away.abort();
  const events = new TextDecoder().decode(first?.value);
  expect(events).toContain("event: whole");
  return [...(await Promise.all(answers)), ["/explain", await explained.text()], ["/live", events]];
}

/** Every command that looks. */
async function told(world: World, daemon: Cli, dead: string): Promise<[Output, string][]> {
  const file = join(world.directory, "daemon.log");
  writeFileSync(file, daemon.output);
  const config = ["--config", world.configPath];
  const commands: [Output, string[]][] = [
    ["logs", ["logs", "--file", file]],
    ["dead list", ["dead", "list", ...config]],
    ["dead show", ["dead", "show", dead, ...config]],
    ["explain", ["explain", dead, ...config]],
    ["status", ["status", ...config]],
  ];
  const said: [Output, string][] = [];
  for (const [output, args] of commands) {
    const run = cli(args, world);
    expect(await run.exit, run.output).toBe(0);
    said.push([output, run.output]);
  }
  return said;
}

/** The state file's bytes, and those of what lies beside it. */
function stateOf(world: World): string {
  return ["", "-wal", "-shm", ".lock"]
    .map((suffix) => `${world.stateFile}${suffix}`)
    .filter((file) => existsSync(file))
    .map((file) => readFileSync(file).toString("latin1"))
    .join("");
}
