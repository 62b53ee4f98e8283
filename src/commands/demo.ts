import { styleText } from "node:util";
import { demoEnvironment } from "../config/environment.ts";
import { type Board, createBoard, picture, sentenceOf } from "../demo/board.ts";
import { type Act, brokenPromises, castOf, isSettled, queueNames } from "../demo/cast.ts";
import { chaos } from "../demo/chaos.ts";
import type { LogLine } from "../demo/daemon.ts";
import { finale } from "../demo/finale.ts";
import { playbill, type StagedDaemon, setTheStage } from "../demo/stage.ts";
import { wrap } from "../demo/text.ts";
import { Fatal } from "../errors.ts";
import type { ContactLog } from "../model.ts";
import type { Backend } from "../simulator/backend.ts";
import type { Platform } from "../simulator/platform.ts";
import { play } from "../simulator/player.ts";
import { brands, showpiece, stories } from "../simulator/stories.ts";
import { Alarm, sleep } from "../time.ts";

/** Play time of one step, and between the starts of two conversations. */
const stepMs = 170;
const staggerMs = 350;
/** From the end of the last conversation; a real model needs longer than sentences that are only picked. */
const settleDeadlineMs = { offline: 6_000, model: 60_000 };
/** What lines of the daemon's log say of a conversation. */
const outcomes = new Map<string, "skipped" | "dead" | "waits">([
  ["contact skipped", "skipped"],
  ["contact is a dead letter", "dead"],
  ["contact postponed", "waits"],
]);
/** Of a pipe. */
const usualColumns = 120;

/**
 * `contactlogd demo`: a simulated Genesys Cloud and a contact-log backend on this machine, the real daemon as a
 * process of its own between them, and a dozen conversations; with `chaos` many more, and the worst hour.
 * @throws Fatal when what the demo promises did not happen, or the signal aborted
 */
export async function demo(flags: { readonly chaos: boolean }, signal: AbortSignal): Promise<void> {
  try {
    if (flags.chaos) await chaos(demoEnvironment().environment, process.stdout, signal);
    else await perform(signal);
  } catch (error) {
    // The signal reaches a terminal's daemon too, whose end is then no failure.
    if (signal.aborted) throw new Fatal("demo", "demo: stopped before its end");
    throw error;
  }
}

async function perform(signal: AbortSignal): Promise<void> {
  const { stdout: out } = process;
  const { model, environment } = demoEnvironment();
  await using stage = await setTheStage({
    queues: queueNames(stories).map((name) => ({ name })),
    platform: { transcriptDelayMs: 600 },
    config: {
      llm: model.llm,
      pipeline: { settleMs: 500 },
      timing: { transcriptFirstMs: 700, retryBaseMs: 200 },
    },
    environment,
  });
  const { platform, backend } = stage;
  const columns = (): number => out.columns ?? usualColumns;
  const title = `${stories.length} conversations, ${brands.length} brands`;
  out.write(`${playbill(title, stage, model.says, columns())}\n\n`);

  const cast = castOf(stories);
  const changed = new Alarm();
  await using curtain = new AsyncDisposableStack();
  const board = createBoard((width) => picture(cast, width), out);
  curtain.defer(() => board.close());
  const daemon = stage.run({
    logLevel: "info",
    onLine(line) {
      noteOutcome(cast, line, board);
      changed.wake();
    },
  });
  await daemon.connected(signal);

  const playing = Promise.all(cast.map((act, index) => playAct(platform, act, index, board, signal)));
  const collecting = collect(cast, backend, board, changed, playing, settleDeadlineMs[model.kind], signal);
  await Promise.race([Promise.all([playing, collecting]), daemon.failed]);
  board.close();
  out.write(`\n${finale(cast, showpiece, columns())}\n\n`);
  await end(daemon, cast, backend);
  const [first = "", ...rest] = wrap(summary(cast, backend), columns() - 3);
  out.write(`${[`${styleText("green", "✔")} ${first}`, ...rest.map((line) => `  ${line}`)].join("\n")}\n`);
}

async function playAct(
  platform: Platform,
  act: Act,
  index: number,
  board: Board,
  signal: AbortSignal,
): Promise<void> {
  await sleep(index * staggerMs, signal);
  act.state = "talking";
  board.say("begins", sentenceOf(act));
  const playing = play(platform, act.story, { stepMs, signal });
  // It has begun, and the newest conversation is this one.
  act.conversationId = [...platform.conversations.keys()].at(-1);
  act.events = (await playing).events;
  if (act.state === "talking") {
    act.state = "ended";
    board.say("ended", sentenceOf(act));
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
      taken++;
      const act = cast.find(({ conversationId }) => conversationId === log.conversationId);
      if (!act) continue;
      const latencyMs = at - Date.parse(log.endedAt);
      Object.assign(act, { state: "posted", log, taken: act.taken + 1, latencyMs, reason: undefined });
      board.say("contact log", sentenceOf(act));
    }
  }
  // The last event of a story comes after its contact log may have.
  await playing;
}

/** What the daemon's log says of a conversation: it is skipped, a dead letter, or waits after a failure. */
function noteOutcome(cast: readonly Act[], line: LogLine, board: Board): void {
  const outcome = outcomes.get(String(line.msg));
  if (outcome === undefined) return;
  const contact = String(line.key ?? line.id);
  const act = cast.find(
    ({ conversationId }) => conversationId !== undefined && contact.startsWith(conversationId),
  );
  if (!act || isSettled(act)) return;
  const isNews = act.reason !== line.reason;
  act.reason = String(line.reason);
  if (outcome !== "waits") act.state = outcome;
  if (isNews) board.say(outcome, sentenceOf(act));
}

/** SIGTERM, a clean exit, and a last look at what was promised. */
async function end(daemon: StagedDaemon, cast: readonly Act[], backend: Backend): Promise<void> {
  const code = await daemon.stop();
  const broken = brokenPromises(cast);
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
