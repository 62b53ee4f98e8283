import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { styleText } from "node:util";
import { type DemoModel, demoEnvironment } from "../config.ts";
import { type Board, createBoard } from "../demo/board.ts";
import { type Act, brokenPromises, castOf, isSettled } from "../demo/cast.ts";
import { type DaemonProcess, startDaemon } from "../demo/daemon.ts";
import { finale } from "../demo/finale.ts";
import { Fatal } from "../errors.ts";
import type { ContactLog } from "../model.ts";
import { type Backend, startBackend } from "../simulator/backend.ts";
import { type Platform, startPlatform } from "../simulator/platform.ts";
import { play } from "../simulator/player.ts";
import { brands, showpiece, stories } from "../simulator/stories.ts";
import type { Story } from "../simulator/story.ts";
import { Alarm, sleep } from "../time.ts";

/** Play time of one step, and between the starts of two conversations. */
const stepMs = 170;
const staggerMs = 350;
const startDeadlineMs = 10_000;
/** From the end of the last conversation; a real model needs longer than sentences that are only picked. */
const settleDeadlineMs = { offline: 6_000, model: 60_000 };

/**
 * `contactlogd demo`: a simulated Genesys Cloud and a contact-log backend on this machine, the real daemon as a
 * process of its own between them, and a dozen conversations.
 * @throws Fatal when what the demo promises did not happen
 */
export async function demo(signal: AbortSignal): Promise<void> {
  await using resources = new AsyncDisposableStack();
  const directory = mkdtempSync(join(tmpdir(), "contactlogd-demo-"));
  resources.defer(() => rmSync(directory, { recursive: true, force: true }));
  const token = crypto.randomUUID();
  const platform = resources.use(
    await startPlatform({ queues: queueNames(stories).map((name) => ({ name })), transcriptDelayMs: 600 }),
  );
  const backend = resources.use(await startBackend({ token }));
  const { model, environment } = demoEnvironment();
  const configFile = join(directory, "config.json");
  writeFileSync(configFile, JSON.stringify(configOf(platform, backend, model), null, 2), { mode: 0o600 });

  const { stdout: out } = process;
  out.write(
    `${styleText("bold", "contactlogd demo")}: ${stories.length} conversations, ${brands.length} brands\n`,
  );
  out.write(`  Genesys Cloud  ${platform.baseUrl} (simulated: REST and notification channel)\n`);
  out.write(`  backend        ${backend.url}\n`);
  out.write(`  summarizer     ${model.says}\n\n`);

  const cast = castOf(stories);
  const changed = new Alarm();
  const board = createBoard(cast, out);
  resources.defer(() => board.close());
  const connected = Promise.withResolvers<void>();
  const daemon = startDaemon({
    configFile,
    logFile: join(directory, "contactlogd.log"),
    environment: {
      ...environment,
      GENESYS_CLIENT_ID: platform.clientId,
      GENESYS_CLIENT_SECRET: platform.clientSecret,
      BACKEND_TOKEN: token,
    },
    onLine(line) {
      if (line.msg === "channel connected") connected.resolve();
      if (line.msg === "contact skipped" || line.msg === "contact is a dead letter")
        noteOutcome(cast, line, board);
      changed.wake();
    },
  });
  resources.defer(() => daemon.kill());
  const failure = daemon.exited.then((code) => {
    throw new Fatal(
      "demo",
      `demo: the daemon ended with exit code ${code}\n${tail(join(directory, "contactlogd.log"))}`,
    );
  });
  failure.catch(() => {});
  await Promise.race([connected.promise, failure, late("the daemon to connect", startDeadlineMs, signal)]);

  const playing = Promise.all(cast.map((act, index) => perform(platform, act, index, board, signal)));
  const collecting = collect(cast, backend, board, changed, playing, settleDeadlineMs[model.kind], signal);
  await Promise.race([Promise.all([playing, collecting]), failure]);
  board.close();
  out.write(`\n${finale(cast, showpiece, out.columns ?? 80)}\n\n`);
  await end(daemon, cast, backend);
  out.write(`${styleText("green", "✔")} ${summary(cast, backend)}\n`);
}

async function perform(
  platform: Platform,
  act: Act,
  index: number,
  board: Board,
  signal: AbortSignal,
): Promise<void> {
  await sleep(index * staggerMs, signal);
  act.state = "talking";
  board.changed(act, "begins");
  const played = await play(platform, act.story, { stepMs, signal });
  act.conversationId = played.conversationId;
  act.events = played.events;
  if (act.state === "talking") {
    act.state = "ended";
    board.changed(act, "ended");
  }
}

/** Takes in what the backend receives, until everything is settled or too long after the last word. */
async function collect(
  cast: readonly Act[],
  backend: Backend,
  board: Board,
  changed: Alarm,
  playing: Promise<unknown>,
  settleMs: number,
  signal: AbortSignal,
): Promise<void> {
  let deadline = Infinity;
  playing.then(
    () => {
      deadline = performance.now() + settleMs;
    },
    () => {},
  );
  let taken = 0;
  while (!cast.every(isSettled) && performance.now() < deadline) {
    signal.throwIfAborted();
    await changed.wait(50, signal);
    for (const { body, at } of backend.accepted.slice(taken)) {
      const log = body as ContactLog;
      const act = cast.find(({ conversationId }) => conversationId === log.conversationId);
      // Its story is still being told: the last step's pause has not passed.
      if (!act) break;
      taken++;
      Object.assign(act, {
        state: "posted",
        log,
        taken: act.taken + 1,
        latencyMs: at - Date.parse(log.endedAt),
      });
      board.changed(act, "contact log");
    }
  }
}

function noteOutcome(cast: readonly Act[], line: Readonly<Record<string, unknown>>, board: Board): void {
  const key = String(line.key ?? line.id);
  const look = (): boolean => {
    const act = cast.find(
      ({ conversationId }) => conversationId !== undefined && key.startsWith(conversationId),
    );
    if (!act) return false;
    act.state = "skipped";
    act.reason = String(line.reason);
    board.changed(act, "skipped");
    return true;
  };
  // The daemon can be quicker than the story's own end.
  if (!look()) setTimeout(() => look() || setTimeout(look, stepMs * 4).unref(), stepMs * 2).unref();
}

/** SIGTERM, a clean exit, and a last look at what was promised. */
async function end(daemon: DaemonProcess, cast: readonly Act[], backend: Backend): Promise<void> {
  daemon.stop();
  const code = await daemon.exited;
  const broken = brokenPromises(cast, brandOf);
  const doubles = backend.accepted.length - new Set(backend.accepted.map(({ key }) => key)).size;
  if (doubles > 0) broken.push(`${doubles} contact logs were taken twice`);
  if (code !== 0) broken.push(`the daemon ended with exit code ${code} after SIGTERM`);
  if (broken.length > 0) throw new Fatal("demo", `demo: ${broken.join("; ")}`);
}

function summary(cast: readonly Act[], backend: Backend): string {
  const events = cast.reduce((sum, act) => sum + act.events, 0);
  const skipped = cast.filter(({ state }) => state === "skipped").length;
  return (
    `${cast.length} conversations ended, told in ${events} events: ${backend.accepted.length} contact logs, ` +
    `each posted once, ${skipped} skipped with a reason, none lost`
  );
}

function configOf(platform: Platform, backend: Backend, model: DemoModel): object {
  return {
    genesys: {
      region: "mypurecloud.de",
      baseUrl: platform.baseUrl,
      clientId: `\${GENESYS_CLIENT_ID}`,
      clientSecret: `\${GENESYS_CLIENT_SECRET}`,
    },
    llm: model.llm,
    brands: brands.map(({ id, language, queues, taxonomy }) => ({
      id,
      language,
      match: { queues },
      taxonomy,
      eligibility: { accountAttribute: "customerNumber", authenticatedAttribute: "authenticated" },
      destination: {
        kind: "http",
        url: `${backend.url}/${id}/contact-logs`,
        headers: { authorization: `Bearer \${BACKEND_TOKEN}` },
      },
    })),
    pipeline: { settleMs: 500 },
    timing: { transcriptFirstMs: 700, retryBaseMs: 200 },
    http: { port: 0 },
  };
}

function queueNames(all: readonly Story[]): string[] {
  const named = all.flatMap(({ steps }) =>
    steps.flatMap((step) =>
      "queue" in step ? [step.queue] : "transfersTo" in step ? [step.transfersTo] : [],
    ),
  );
  return [...new Set(named)];
}

/** The brand whose queue the story's last agent answered from. */
function brandOf({ steps }: Story): string {
  let queue = "";
  for (const step of steps) {
    if ("queue" in step) queue = step.queue;
    if ("transfersTo" in step) queue = step.transfersTo;
  }
  return (
    brands.find(({ queues }) => queues.some((glob) => queue.startsWith(glob.replace(/\*$/, ""))))?.id ?? ""
  );
}

async function late(what: string, ms: number, signal: AbortSignal): Promise<never> {
  await sleep(ms, signal);
  throw new Fatal("demo", `demo: waited ${ms} ms in vain for ${what}`);
}

function tail(file: string): string {
  return readFileSync(file, "utf8").trim().split("\n").slice(-5).join("\n");
}
