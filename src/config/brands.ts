import { z } from "zod";
import { destinationSchema } from "../destinations/index.ts";
import { isTooSlow } from "../redaction/keep.ts";
import { redactionKinds } from "../redaction/kinds.ts";
import { globs, reportRepeats } from "./fields.ts";
import { taxonomy } from "./taxonomies.ts";

const redaction = z
  .strictObject({
    ...(Object.fromEntries(redactionKinds.map((kind) => [kind, z.boolean().default(true)])) as Record<
      (typeof redactionKinds)[number],
      z.ZodDefault<z.ZodBoolean>
    >),
    keep: z
      .array(
        z
          .string()
          .min(1)
          .refine(isPattern, { error: "is not a regular expression", abort: true })
          .refine((source) => !isTooSlow(new RegExp(source, "u")), {
            error: "takes too long on a text of 40 characters: repeat no part that holds a repeated part",
          }),
      )
      .default([])
      .describe("Regular expressions; what matches one in full stays: the brand's own reference numbers."),
  })
  .prefault({})
  .describe(
    "What is taken out of a dialogue before the model reads it, and out of what it wrote; all of it by default.",
  );

/** Whose contacts they are, how their logs are written, and where they go. */
export const brand = z
  .strictObject({
    id: z.string().regex(/^[\w-]{1,60}$/, "must be letters, digits, - or _"),
    language: z
      .string()
      .regex(/^[a-z]{2,3}(-[\w]+)*$/i, "must be a language tag such as nl")
      .describe("Language of the logs."),
    timeZone: z
      .string()
      .refine(isTimeZone, { error: "is not a time zone such as Europe/Amsterdam" })
      .default("Europe/Amsterdam")
      .describe("Where the customers are: tells which day a conversation was on."),
    match: z.strictObject({
      queues: globs.describe("Queues of this brand, by name; the last agent's queue decides."),
    }),
    prompt: z
      .string()
      .min(1)
      .optional()
      .describe("A prompt file; default: the program's own for the language."),
    taxonomy: taxonomy.describe("The closed list of categories a log may carry."),
    redaction,
    unsupported: z
      .enum(["cut", "flag"])
      .default("cut")
      .describe(
        "What the conversation does not carry, once the model was asked to mend it: leave it out, or mark it.",
      ),
    samples: z
      .union([z.literal(1), z.literal(2)])
      .default(1)
      .describe("Answers bought for each contact; 2 cost twice, and their agreement tells doubt better."),
    eligibility: z.strictObject({
      accountAttribute: z.string().min(1).describe("Participant attribute with the customer's account."),
      authenticatedAttribute: z.string().min(1),
      authenticatedValues: z
        .array(z.string().min(1))
        .min(1)
        .default(["true"])
        .describe("Upper and lower case are the same."),
    }),
    onRequest: z
      .strictObject({
        force: z
          .boolean()
          .default(false)
          .describe(
            "Whoever asks for a contact log may pass over excluded_queue, no_account and not_authenticated.",
          ),
      })
      .prefault({}),
    destination: destinationSchema.optional(),
    destinations: z
      .array(destinationSchema)
      .min(1)
      .optional()
      .describe("Several, each settled on its own; each needs an id."),
    ambiguous: z
      .enum(["repeat", "park"])
      .default("repeat")
      .describe(
        "A post that may have arrived, at a destination without lookup: repeat it, or wait for a person.",
      ),
  })
  .superRefine(({ destination, destinations }, context) => {
    if ((destination === undefined) === (destinations === undefined)) {
      context.addIssue({
        code: "custom",
        path: ["destination"],
        message: "is required (or destinations, not both)",
      });
    }
    reportRepeats(
      (destinations ?? []).map(({ id }) => id),
      "destination id",
      context,
      ["destinations"],
    );
  });

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}

function isPattern(source: string): boolean {
  try {
    return new RegExp(source, "u") !== undefined;
  } catch {
    return false;
  }
}
