import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import type { Destination } from "../destinations/destination.ts";
import type { LedgerReader } from "../ledger/ledger.ts";
import type { Health } from "../ops/health.ts";
import type { Metrics } from "../ops/metrics.ts";
import type { Spending } from "../pipeline/spending.ts";

/** What is not counted as it happens, but looked up when somebody asks. */
export interface Gauged {
  readonly reader: LedgerReader;
  readonly spending: Pick<Spending, "status">;
  readonly health: Health;
  /** When each channel was heard last (epoch milliseconds). */
  readonly lastHeard: () => readonly (number | undefined)[];
  /** How far this machine's clock is ahead of the platform's, in milliseconds; undefined until it is known. */
  readonly clockAheadMs: () => number | undefined;
  /** Undefined in a run that keeps nothing. */
  readonly stateFile: string | undefined;
  /** By brand and destination. */
  readonly endpoints: () => ReadonlyMap<string, { readonly destination: Destination }>;
}

/** Sets the gauges. Rejects where the state file cannot be read. */
export async function setGauges(metrics: Metrics, gauged: Gauged): Promise<void> {
  const { reader, spending, health, lastHeard, clockAheadMs, stateFile, endpoints } = gauged;
  for (const [stage, rows] of Object.entries(reader.depths())) metrics.ledger.set({ stage }, rows);
  metrics.budgetSpent.set(spending.status().budgetSpent ? 1 : 0);
  metrics.ready.set(health.unready() === undefined ? 1 : 0);
  metrics.gapOpen.set(secondsSince(reader.gapOpenSince() ?? Date.now()));
  for (const [channel, at] of lastHeard().entries())
    if (at !== undefined) metrics.channelHeard.set({ channel }, secondsSince(at));
  const aheadMs = clockAheadMs();
  if (aheadMs !== undefined) metrics.clockAhead.set(aheadMs / 1_000);
  metrics.certificateEnds.reset();
  for (const [endpoint, { destination }] of endpoints())
    if (destination.certificateEndsAt !== undefined)
      metrics.certificateEnds.set({ endpoint }, destination.certificateEndsAt / 1_000);
  if (stateFile !== undefined) await setDisk(metrics, dirname(stateFile));
}

/** What the disk of the state file holds; left as it was where it cannot be asked. */
async function setDisk({ diskFree, diskSize }: Metrics, folder: string): Promise<void> {
  const found = await statfs(folder).catch(() => undefined);
  if (found === undefined) return;
  diskFree.set(found.bsize * found.bavail);
  diskSize.set(found.bsize * found.blocks);
}

function secondsSince(at: number): number {
  return Math.max(0, Date.now() - at) / 1_000;
}
