import { NotYet, Transient } from "../errors.ts";
import type { Ledger, Standing } from "../ledger/ledger.ts";
import type { Ends, LookContext } from "../media/medium.ts";
import { type ContactLog, forceableSkips, type LogAnswer, type LogRequest } from "../model.ts";
import { sleep } from "../time.ts";
import { answerOf, failureOf, lastOf } from "./answer.ts";
import type { Tools } from "./tools.ts";

const source = "request";
/** How often a waiting caller's contact is looked up, and the platform asked again that did not answer. */
const pollMs = 50;
const lookAgainMs = 1_000;

export interface OnRequestOptions {
  readonly tools: Pick<Tools, "media" | "rules" | "reports" | "settleMs"> & {
    readonly ledger: Pick<Ledger, "requests" | "keysOf">;
  };
  /** Notes that the conversation belongs to a case; false where it belongs to as many as are kept. */
  readonly link: (conversationId: string, caseId: string) => Promise<boolean>;
  /** Something is due. */
  readonly wake: () => void;
  readonly waitMs: number;
  readonly maxWaiting: number;
  /** What ended longer ago may have been posted and forgotten. */
  readonly keysKeptMs: number;
  readonly stopping: AbortSignal;
}

/** One caller, while it is served. */
interface Caller {
  readonly request: LogRequest;
  /** Aborts when the wait is over, the caller has gone, or the process stops. */
  readonly over: AbortSignal;
  /** Logs of this conversation written meanwhile, by key. */
  readonly logs: Map<string, ContactLog>;
}

/**
 * Contact logs that somebody asks for: the same pipeline as for what a source heard, whose outcome is waited for. The
 * platform is asked first, so that what it does not know or what goes on leaves nothing behind; from then on the
 * request is a row, and honoured whatever becomes of the caller or of this process.
 */
export class OnRequest {
  readonly #options: OnRequestOptions;
  readonly #callers = new Map<string, Caller>();

  constructor(options: OnRequestOptions) {
    this.#options = options;
  }

  /** One caller a conversation at a time. Throws what the ledger throws. @param gone aborts when nobody listens any more */
  async ask(request: LogRequest, gone: AbortSignal): Promise<LogAnswer> {
    const { stopping, maxWaiting, waitMs } = this.#options;
    const { conversationId } = request;
    if (stopping.aborted) return { kind: "stopping" };
    if (this.#callers.has(conversationId)) return { kind: "running" };
    if (this.#callers.size >= maxWaiting) return { kind: "full" };
    const over = AbortSignal.any([gone, stopping, AbortSignal.timeout(waitMs)]);
    const caller: Caller = { request, over, logs: new Map() };
    this.#callers.set(conversationId, caller);
    try {
      return (await this.#begin(caller)) ?? (await this.#outcome(caller));
    } finally {
      this.#callers.delete(conversationId);
    }
  }

  /** How far a conversation is; begins nothing. */
  standing(conversationId: string): LogAnswer {
    return answerOf(this.#standing(conversationId), (key) => this.#kept(key));
  }

  /** Hands a log that was just written to whoever waits for it: once posted its words are erased. */
  readonly onLog = (log: ContactLog): void => {
    this.#callers.get(log.conversationId)?.logs.set(log.key, log);
  };

  /** Sees to it that the work is under way. @returns why it is not to be */
  async #begin({ request, over }: Caller): Promise<LogAnswer | undefined> {
    const { ledger } = this.#options.tools;
    const { conversationId, caseId } = request;
    const seen = isFinal(this.#standing(conversationId)) ? "known" : await this.#see(request, over);
    if (typeof seen === "object") return seen;
    if (caseId !== undefined && !(await this.#options.link(conversationId, caseId)))
      return { kind: "too_many_cases" };
    if (seen === "ended" || this.#isForced(request)) await this.#record(request);
    else await ledger.requests.askAtOnce(conversationId);
    this.#options.wake();
    return undefined;
  }

  async #record({ conversationId, force }: LogRequest): Promise<void> {
    const { ledger, reports } = this.#options.tools;
    await ledger.requests.ask({ conversationId, source, heardAt: Date.now() }, force);
    reports.noticed(conversationId, source);
  }

  /** A gate refused it that this request may pass over. */
  #isForced({ conversationId, force }: LogRequest): boolean {
    const last = lastOf(this.#standing(conversationId));
    if (!force || last?.stage !== "skipped") return false;
    const brand = this.#options.tools.rules.brands.find(({ id }) => id === last.brand);
    return brand?.allowsForce === true && forceableSkips.some((reason) => reason === last.reason);
  }

  /** What the platform says: something ended that is not recorded, nothing new did, or why there is nothing to do. */
  async #see(request: LogRequest, over: AbortSignal): Promise<"ended" | "known" | LogAnswer> {
    const ends = await this.#look(request, over);
    if (ends !== undefined && "kind" in ends) return ends;
    // As it is now: an event may have told of it meanwhile.
    const standing = this.#standing(request.conversationId);
    const isKnown = lastOf(standing) !== undefined;
    const forgottenBefore = Date.now() - this.#options.keysKeptMs;
    // Word of it has come already: the platform's answers lag behind its events.
    if (ends === undefined)
      return isKnown || standing.noticeDueAt !== undefined ? "known" : { kind: "unknown" };
    if (ends.found.some(({ contact }) => contact.endedAt < forgottenBefore)) {
      return { kind: "skipped", reason: "too_old" };
    }
    if (ends.found.length > 0 || ends.rest === "closing" || ends.rest === "settling") return "ended";
    return isKnown ? "known" : { kind: "not_ended" };
  }

  /** Asks the platform, as long as the caller waits; what fails at the end is the answer. */
  async #look(
    { conversationId, wait }: LogRequest,
    over: AbortSignal,
  ): Promise<Ends | undefined | LogAnswer> {
    const { ledger, media, settleMs } = this.#options.tools;
    for (let reason = "timeout"; ; ) {
      const now = Date.now();
      const known = await ledger.keysOf(conversationId);
      const context: LookContext = { heardAt: now, now, settleMs, known, live: true };
      try {
        return await media.look(conversationId, context, over);
      } catch (error) {
        if (error instanceof NotYet || error instanceof Transient) reason = error.reason;
        else if (!over.aborted) throw error;
      }
      if (this.#options.stopping.aborted) return { kind: "stopping" };
      if (!wait || over.aborted) return { kind: "failed", upstream: "genesys", reason };
      await sleep(lookAgainMs, over).catch(() => {});
    }
  }

  /** What became of it, or how far it is when the wait is over. */
  async #outcome({ request, over, logs }: Caller): Promise<LogAnswer> {
    const { conversationId, wait } = request;
    for (;;) {
      const standing = this.#standing(conversationId);
      const answer = answerOf(standing, (key) => logs.get(key) ?? this.#kept(key));
      if (answer.kind !== "waiting" || !wait) return answer;
      if (over.aborted) return (!this.#options.stopping.aborted && failureOf(standing)) || answer;
      await sleep(pollMs, over).catch(() => {});
    }
  }

  #standing(conversationId: string): Standing {
    return this.#options.tools.ledger.requests.standing(conversationId);
  }

  #kept(key: string): ContactLog | undefined {
    const text = this.#options.tools.ledger.requests.log(key);
    return text === undefined ? undefined : (JSON.parse(text) as ContactLog);
  }
}

/** Nothing more can end in it: a call is one contact. A chat that was closed may have been opened again. */
function isFinal(standing: Standing): boolean {
  return (lastOf(standing)?.medium ?? "message") !== "message";
}
