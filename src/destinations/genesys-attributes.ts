import { z } from "zod";
import { Permanent } from "../errors.ts";
import type { ContactLog } from "../model.ts";
import { cut } from "../text.ts";
import type { Destination, DestinationContext } from "./destination.ts";
import { conversationOf, customersOf, provePermissions } from "./genesys.ts";
import { destinationId } from "./id.ts";
import { actionOf } from "./prose.ts";

const name = "Genesys participant attributes";

/** What of a contact log an attribute can hold, and how: attributes are strings. */
const values = {
  description: (log) => log.description,
  note: (log) => log.note,
  category: (log) => log.category,
  subcategory: (log) => log.subcategory,
  actionItems: (log) => log.actionItems.map((item) => actionOf(item, log)).join("; "),
  sentiment: (log) => log.sentiment,
  resolved: (log) => log.resolved,
} satisfies Record<string, (log: ContactLog) => string>;

type Told = keyof typeof values;
const told = Object.keys(values) as [Told, ...Told[]];

export const attributesSchema = z.strictObject({
  kind: z.literal("genesys-attributes"),
  id: destinationId,
  prefix: z
    .string()
    .regex(/^[A-Za-z][\w.-]{0,49}$/, "must be a letter, then letters, digits, _, - or .")
    .default("contactlog_")
    .describe("Stands before each attribute's name, so that none of a flow's own is overwritten."),
  attributes: z
    .array(z.enum(told))
    .min(1)
    .default(told)
    .describe("What is written, beside the key and the end of the contact."),
  maxLength: z
    .int()
    .min(20)
    .max(10_000)
    .default(2_000)
    .describe(
      "A longer value is cut at a word, with an ellipsis; the platform's own limit is not documented.",
    ),
});

export type AttributesOptions = z.output<typeof attributesSchema>;

interface Body {
  readonly conversationId: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/**
 * Attributes of the customer's participant: strings under a prefix, merged into what is there. The same values twice
 * are the same, so a repeat does no harm. Of several sessions of one conversation the latest stays.
 */
export function createAttributes(options: AttributesOptions, { genesys }: DestinationContext): Destination {
  const { id, prefix, attributes, maxLength } = options;
  const [keyName, endName] = [`${prefix}key`, `${prefix}endedAt`];

  const customer = async (conversationId: string, signal: AbortSignal) =>
    customersOf(await genesys.parties(conversationId, signal))[0];

  return {
    id,
    name,
    ambiguous: "repeat",
    render: (log) => {
      const texts = attributes.map((one) => [`${prefix}${one}`, cut(values[one](log), maxLength)] as const);
      const body: Body = {
        conversationId: log.conversationId,
        attributes: { ...Object.fromEntries(texts), [keyName]: log.key, [endName]: log.endedAt },
      };
      return { body: JSON.stringify(body) };
    },
    async post({ body }, signal) {
      const { conversationId, attributes } = JSON.parse(body) as Body;
      const party = await customer(conversationId, signal);
      if (party === undefined)
        throw new Permanent("no_customer", `${name}: the conversation has no customer`);
      // Both are ISO 8601 in UTC, so that their order is that of their letters.
      if ((party.attributes[endName] ?? "") > (attributes[endName] ?? "")) {
        return { status: 200, alreadyThere: false, leftOut: "later_session_there" };
      }
      const status = await genesys.setAttributes(conversationId, party.id, attributes, signal);
      return { status, alreadyThere: false };
    },
    async has({ key }, signal) {
      const party = await customer(conversationOf(key), signal);
      return party?.attributes[keyName] === key;
    },
    async check(signal) {
      await provePermissions(name, genesys, ["conversation"], signal);
      return [];
    },
    async [Symbol.asyncDispose]() {},
  };
}
