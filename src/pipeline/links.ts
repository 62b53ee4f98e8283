import type { Destination } from "../destinations/destination.ts";
import { Fatal, NotYet, Permanent } from "../errors.ts";
import type { CaseLedger, Cursor, DeadLetter, Holding, Meeting, ToSend } from "../ledger/ledger.ts";
import type { CaseLink, ContactLog } from "../model.ts";
import { Alarm } from "../time.ts";
import type { Reports, Tools } from "./tools.ts";

/** How often it is looked whether a held log's time is over. */
const lapseEveryMs = 1_000;
/** How often links and held logs are brought together though nothing told of either: a dead letter was replayed. */
const meetEveryMs = 30_000;

export interface LinksOptions {
  readonly cases: CaseLedger;
  readonly destination: Tools["destination"];
  readonly reports: Pick<Reports, "dead" | "skipped" | "internalError" | "ledgerFailed">;
  /** Deliveries are due. */
  readonly wake: () => void;
}

/** How many links were new, known, or of a contact that belongs to too many cases already. */
export interface LinksTaken {
  readonly recorded: number;
  readonly known: number;
  readonly full: number;
}

/** Brings case links and held logs together, whichever comes first, and ends the wait of logs that no link comes for. */
export class Links {
  readonly #options: LinksOptions;
  readonly #alarm = new Alarm();

  constructor(options: LinksOptions) {
    this.#options = options;
  }

  /**
   * Notes which contacts belong to which cases, and gives each case the logs that wait for it. Resolves once the links
   * are durable; what cannot be delivered now is delivered later. Throws what the ledger throws.
   */
  async take(links: readonly CaseLink[]): Promise<LinksTaken> {
    // In one turn, so that they share one commit.
    const taken = await Promise.all(links.map((link) => this.#options.cases.link(link)));
    for (const contactId of new Set(links.map((link) => link.contactId))) {
      await this.#meet(contactId).catch(this.#failed);
    }
    const count = (kind: (typeof taken)[number]) => taken.filter((one) => one === kind).length;
    return { recorded: count("recorded"), known: count("known"), full: count("full") };
  }

  /** Also what a process that died, or one that did not serve the destination, has left. Throws Fatal. */
  async run(signal: AbortSignal): Promise<void> {
    let metAt = Number.NEGATIVE_INFINITY;
    while (!signal.aborted) {
      try {
        if (performance.now() - metAt >= meetEveryMs) {
          await this.#meet();
          metAt = performance.now();
        }
        await this.#lapse();
      } catch (error) {
        this.#failed(error);
      }
      await this.#alarm.wait(lapseEveryMs, signal);
    }
  }

  readonly #failed = (error: unknown): void => {
    if (error instanceof Fatal) throw error;
    this.#options.reports.ledgerFailed(error);
  };

  async #meet(contactId?: string): Promise<void> {
    const { cases, reports, wake } = this.#options;
    let among: string | Cursor | undefined = contactId;
    do {
      const { made, dead, next } = await cases.meet(this.#render, among);
      if (made > 0) wake();
      for (const { key, brand, reason, message } of dead) reports.dead(key, brand, reason, message);
      among = next;
    } while (among !== undefined);
  }

  async #lapse(): Promise<void> {
    const { cases, reports } = this.#options;
    for (;;) {
      const lapsed = await cases.lapse(Date.now());
      for (const { key, brand, medium, end, letter } of lapsed) {
        if (end === "dead") reports.dead(key, brand, letter.reason, letter.message);
        if (end === "skipped") reports.skipped({ key, medium }, brand, "no_case_link");
      }
      if (lapsed.length === 0) return;
    }
  }

  /** Leaves for another time what this run does not serve. */
  readonly #render = ({ key, brand, destination: id, log, link }: Meeting): ToSend | undefined => {
    try {
      const { destination } = this.#options.destination(brand, id);
      return destination.perCase && renderFor(destination, log, link);
    } catch (error) {
      if (!(error instanceof NotYet)) this.#options.reports.internalError(key, error);
      return undefined;
    }
  };
}

/**
 * A log as those of these destinations that write to cases have it held.
 * @param onRefused told of each case, of those that are known already, that the log can never be sent to
 */
export function holdingsOf(
  destinations: readonly Destination[],
  log: ContactLog,
  onRefused: (letter: DeadLetter) => void = () => {},
): Holding[] {
  return destinations.flatMap((destination) => {
    const { id, perCase } = destination;
    if (perCase === undefined) return [];
    const render = (link: CaseLink): ToSend => {
      const toSend = renderFor(destination, log, link);
      if ("reason" in toSend) onRefused(toSend);
      return toSend;
    };
    return [{ ...perCase, destination: id, log, render }];
  });
}

/** What to send to one case; where the log cannot be told there, that is its dead letter, and not the other cases'. */
function renderFor(destination: Destination, log: ContactLog, link: CaseLink): ToSend {
  try {
    return destination.render(log, link);
  } catch (error) {
    if (!(error instanceof Permanent)) throw error;
    return { reason: error.reason, message: error.message };
  }
}
