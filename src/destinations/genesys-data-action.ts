import { z } from "zod";
import { Transient } from "../errors.ts";
import type { ContactLog } from "../model.ts";
import type { Destination, DestinationContext } from "./destination.ts";
import { platformId, provePermissions } from "./genesys.ts";
import { destinationId } from "./id.ts";
import { fieldsSchema, mapLog, usesCase } from "./mapping.ts";
import { perCaseOf, perCaseShape } from "./per-case.ts";

const name = "Genesys data action";

export const dataActionSchema = z.strictObject({
  kind: z.literal("genesys-data-action"),
  id: destinationId,
  actionId: platformId.describe("The data action that is executed with each contact log."),
  fields: fieldsSchema.optional(),
  lookupActionId: platformId
    .optional()
    .describe(
      'A data action that takes {"key"} and answers {"found": true or false}: asked before a repeat of unknown outcome.',
    ),
  ambiguous: z
    .enum(["repeat", "park"])
    .optional()
    .describe(
      "Where an execution may have happened and there is no lookup: repeat it, or wait for a person.",
    ),
  ...perCaseShape,
});

export type DataActionOptions = z.output<typeof dataActionSchema>;

/** What the action that looks up is to answer. */
const found = z.object({ found: z.boolean() });

/**
 * Executes a data action of the organisation with each contact log: the platform's own way to a CRM behind it. Whether
 * the same input twice does harm is the action's affair, so without a lookup a lost answer is `ambiguous`.
 */
export function createDataAction(
  options: DataActionOptions,
  { ambiguous, genesys }: DestinationContext,
): Destination {
  const { id, actionId, lookupActionId, fields } = options;
  const what = `${name} ${actionId}`;
  return {
    id,
    name: what,
    ambiguous: options.ambiguous ?? ambiguous,
    perCase: usesCase(fields) ? perCaseOf(options) : undefined,
    render: (log, link) => ({
      body: JSON.stringify(fields === undefined ? flat(log) : mapLog(fields, { ...log, ...caseOf(link) })),
    }),
    async post({ body }, signal) {
      const { status } = await genesys.execute(actionId, JSON.parse(body) as object, signal);
      return { status, alreadyThere: false };
    },
    has:
      lookupActionId === undefined
        ? undefined
        : async ({ key }, signal) => {
            const answer = found.safeParse(await genesys.query(lookupActionId, { key }, signal));
            if (answer.success) return answer.data.found;
            throw new Transient(
              "lookup_failed",
              `${what}: the action that looks up does not answer {"found"}`,
            );
          },
    async check(signal) {
      await provePermissions(what, genesys, ["readAction", "executeAction"], signal);
      const asked = [actionId, ...(lookupActionId === undefined ? [] : [lookupActionId])];
      const there = await Promise.all(asked.map((one) => genesys.hasAction(one, signal)));
      const absent = asked.filter((_, index) => !there[index]);
      return absent.map((one) => `${name} ${one}: there is no such action, or it is not published`);
    },
    async [Symbol.asyncDispose]() {},
  };
}

function caseOf(link: { readonly caseId: string } | undefined): { readonly caseId?: string } {
  return link === undefined ? {} : { caseId: link.caseId };
}

/** The contact log without its inner objects: contracts of data actions are flat as a rule. */
function flat({ agents, actionItems, review, provenance, ...log }: ContactLog): Record<string, unknown> {
  return {
    ...log,
    agentIds: agents.map(({ userId }) => userId),
    actionItems: actionItems.map(({ text }) => text),
    reviewNeeded: review.needed,
    model: provenance.model,
    createdAt: provenance.createdAt,
  };
}
