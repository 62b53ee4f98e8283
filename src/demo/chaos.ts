import { styleText } from "node:util";
import { Fatal } from "../errors.ts";
import { brands, stories as dozen } from "../simulator/stories.ts";
import type { Story } from "../simulator/story.ts";
import { auditOf, type Books } from "./audit.ts";
import { createBoard } from "./board.ts";
import { queueNames } from "./cast.ts";
import { crowdOf, crowdQueues, excludedQueues } from "./crowd.ts";
import { faults as allFaults, type Fault } from "./faults.ts";
import { faultTable, picture, report } from "./hour.ts";
import { playbill, setTheStage } from "./stage.ts";
import { wrap } from "./text.ts";
import { endsOf, WorstHour } from "./worst-hour.ts";

/** How much of the hour is played; a test plays less. */
export interface ChaosOptions {
  readonly stories?: readonly Story[];
  readonly crowd?: number;
  /** Names of faults. */
  readonly faults?: readonly string[];
  /** From one fault to the next. */
  readonly everyMs?: number;
}

const usualColumns = 120;

/** An hour in half a minute: what takes minutes on a real platform takes seconds here. */
const timing = {
  heartbeatTimeoutMs: 1_500,
  pingEveryMs: 400,
  queueRefreshMs: 5_000,
  sweepEveryMs: 2_500,
  historyLagMs: 1_500,
  historyLookBackMs: 3_600_000,
  transcriptFirstMs: 700,
  transcriptGiveUpMs: 12_000,
  retryBaseMs: 150,
  retryMaxMs: 1_000,
  drainMs: 5_000,
};
const platformOptions = {
  transcriptDelayMs: 500,
  analyticsLagMs: 1_000,
  heartbeatMs: 500,
  // What an hour of 300 a minute holds.
  requestsPerMinute: 18_000,
};

/**
 * `contactlogd demo --chaos`: the same day, and everything goes wrong. At its end the daemon's books are compared with
 * what the simulator knows.
 * @throws Fatal where `ended = posted + skipped + waiting + dead` does not hold, or anything is lost or there twice
 */
export async function chaos(
  environment: Readonly<Record<string, string | undefined>>,
  out: NodeJS.WriteStream,
  signal: AbortSignal,
  options: ChaosOptions = {},
): Promise<void> {
  const { stories = dozen, crowd: size = 84, everyMs = 2_400 } = options;
  const played = allFaults.filter(({ name }) => options.faults?.includes(name) ?? true);
  const columns = (): number => out.columns ?? usualColumns;
  await using stage = await setTheStage({
    queues: [...queueNames(dozen).map((name) => ({ name })), ...crowdQueues],
    platform: platformOptions,
    config: {
      llm: { provider: "offline" },
      pipeline: { settleMs: 400 },
      timing,
      genesys: {
        requestsPerMinute: platformOptions.requestsPerMinute,
        queues: { include: ["*"], exclude: excludedQueues },
      },
    },
    environment,
  });
  const title = `the worst hour, in half a minute: ${endsOf(stories, crowdOf(size))} conversations, ${brands.length} brands, ${played.length} faults`;
  const summarizer = "offline: picks sentences (chaos asks no model)";
  out.write(`${playbill(title, stage, summarizer, columns())}\n\n`);

  const hour = new WorstHour(stage, played);
  await hour.begin(signal);
  await using curtain = new AsyncDisposableStack();
  const board = createBoard((width) => picture(hour.state(), width), out);
  curtain.defer(() => board.close());
  await hour.play({ stories, size, everyMs }, board, signal);
  const books = await hour.close(signal);
  board.close();
  if (!out.isTTY) out.write(`\n${faultTable(hour.trials, columns())}\n`);
  out.write(`\n${report(books, stage.backend.attempts.length, columns())}\n\n`);
  const broken = auditOf(books);
  if (broken.length > 0) throw new Fatal("demo", `demo: ${broken.join("; ")}`);
  const [first = "", ...rest] = wrap(summary(books, played), columns() - 3);
  out.write(`${[`${styleText("green", "✔")} ${first}`, ...rest.map((line) => `  ${line}`)].join("\n")}\n`);
}

function summary({ guests, taken }: Books, played: readonly Fault[]): string {
  return (
    `${guests.length} conversations ended and ${played.length} faults were made good: ${taken.length} contact logs, ` +
    `each posted once, ${guests.length - taken.length} skipped with a reason, none waiting, dead or lost`
  );
}
