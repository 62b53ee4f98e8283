import { z } from "zod";
import { NotYet, Permanent } from "../errors.ts";
import type { WrapupPlace } from "../genesys/writing.ts";
import type { Party, PartyLeg, Wrapup } from "../genesys/written.ts";
import type { ContactLog } from "../model.ts";
import { cut } from "../text.ts";
import type { Destination, DestinationContext } from "./destination.ts";
import { platformId, provePermissions } from "./genesys.ts";
import { destinationId } from "./id.ts";
import { proseOf } from "./prose.ts";

const name = "Genesys wrap-up";
/** How often it is looked whether the agent's after-call work is over. */
const workPauseMs = 15_000;
/** What the platform assigns where no agent chose: the time was over, or the work was skipped (PROTOCOL §7). */
const nobodysCodes: ReadonlySet<string> = new Set(["ININ-WRAP-UP-TIMEOUT", "ININ-WRAP-UP-SKIPPED"]);

export const wrapupSchema = z
  .strictObject({
    kind: z.literal("genesys-wrapup"),
    id: destinationId,
    code: platformId.optional().describe("Id of the wrap-up code, where codes names none."),
    codes: z
      .record(z.string().min(1), platformId)
      .refine((codes) => Object.keys(codes).length <= 99, { error: "must not name more than 99" })
      .default({})
      .describe('Ids of wrap-up codes by "category / subcategory", or by category.'),
    waitMs: z
      .int()
      .min(0)
      .max(86_400_000)
      .default(600_000)
      .describe("How long after the end the agent's own after-call work is waited for."),
    maxLength: z
      .int()
      .min(20)
      .max(10_000)
      .default(2_000)
      .describe(
        "Longer notes are cut at a word, with an ellipsis; the platform's own limit is not documented.",
      ),
  })
  .refine(({ code, codes }) => code !== undefined || Object.keys(codes).length > 0, {
    error: "needs code, or codes: the platform takes no wrap-up without one",
    path: ["code"],
  });

export type WrapupOptions = z.output<typeof wrapupSchema>;

interface Body extends Wrapup {
  readonly conversationId: string;
  readonly endedAt: string;
  /** Of the agent who spoke last. */
  readonly userId: string | undefined;
  /** Messaging: of the session's last agent leg. */
  readonly communicationId: string | undefined;
}

/**
 * A wrap-up of the last agent's communication, only where none was written: the agent's after-call work is waited for,
 * and what the agent chose is never overwritten. What was written is read back before a repeat.
 */
export function createWrapup(options: WrapupOptions, { genesys }: DestinationContext): Destination {
  const { id, code, codes, waitMs } = options;

  const legOf = async (body: Body, signal: AbortSignal): Promise<{ leg: PartyLeg; place: WrapupPlace }> => {
    const found = lastLeg(await genesys.parties(body.conversationId, signal), body);
    if (found !== undefined) return found;
    throw new Permanent(
      "no_agent_leg",
      `${name}: the conversation does not have the agent's communication any more`,
    );
  };

  return {
    id,
    name,
    ambiguous: "repeat",
    render: (log) => ({ body: JSON.stringify(bodyOf(log, options)) }),
    async post({ body }, signal) {
      const own = JSON.parse(body) as Body;
      const { leg, place } = await legOf(own, signal);
      const waitUntil = Date.parse(own.endedAt) + waitMs;
      if (leg.afterCallWork && Date.now() < waitUntil) {
        const until = Math.min(Date.now() + workPauseMs, waitUntil);
        throw new NotYet("after_call_work", `${name}: the agent has not finished after-call work`, until);
      }
      const there = await genesys.wrapup(place, signal);
      if (isSame(there, own)) return { status: 200, alreadyThere: true };
      if (isSomebodys(there)) return { status: 200, alreadyThere: false, leftOut: "wrapup_written" };
      const status = await genesys.setWrapup(place, { code: own.code, notes: own.notes }, signal);
      return { status, alreadyThere: false };
    },
    async has({ body }, signal) {
      // Before anything was rendered nothing can be told apart; `post` looks before it writes all the same.
      if (body === "") return false;
      const own = JSON.parse(body) as Body;
      return isSame(await genesys.wrapup((await legOf(own, signal)).place, signal), own);
    },
    async check(signal) {
      await provePermissions(name, genesys, ["conversation", "wrapUp", "readWrapupCodes"], signal);
      const ids = [...new Set([...(code === undefined ? [] : [code]), ...Object.values(codes)])];
      const unknown = await genesys.unknownWrapupCodes(ids, signal);
      return unknown.map((one) => `${name}: there is no wrap-up code ${one}`);
    },
    async [Symbol.asyncDispose]() {},
  };
}

/** @throws Permanent (`no_wrapup_code`) */
function bodyOf(log: ContactLog, { code, codes, maxLength }: WrapupOptions): Body {
  const { category, subcategory, conversationId, key, endedAt } = log;
  const chosen = codes[`${category} / ${subcategory}`] ?? codes[category] ?? code;
  if (chosen === undefined) {
    throw new Permanent(
      "no_wrapup_code",
      `${name}: codes has none for this log's category; add it, or give code for all others`,
    );
  }
  return {
    conversationId,
    endedAt,
    userId: log.agents.at(-1)?.userId,
    communicationId: key === conversationId ? undefined : key.slice(conversationId.length + 1),
    code: chosen,
    notes: cut(proseOf(log), maxLength),
  };
}

/** The communication that is named, or the one the last agent connected last. */
function lastLeg(
  parties: readonly Party[],
  { conversationId, userId, communicationId }: Body,
): { leg: PartyLeg; place: WrapupPlace } | undefined {
  const legs = parties
    .filter((party) => communicationId !== undefined || (userId !== undefined && party.userId === userId))
    .flatMap(({ id, legs }) => legs.map((leg) => ({ participantId: id, leg })))
    .filter(({ leg }) =>
      communicationId === undefined ? leg.connectedAt !== undefined : leg.id === communicationId,
    )
    .toSorted((a, b) => (a.leg.connectedAt ?? 0) - (b.leg.connectedAt ?? 0));
  const last = legs.at(-1);
  if (last === undefined) return undefined;
  const { participantId, leg } = last;
  return { leg, place: { conversationId, participantId, communicationId: leg.id, media: leg.media } };
}

function isSame(there: Wrapup | undefined, own: Body): boolean {
  return there?.code === own.code && there.notes === own.notes;
}

function isSomebodys(there: Wrapup | undefined): boolean {
  return there !== undefined && !(nobodysCodes.has(there.code) && there.notes === "");
}
