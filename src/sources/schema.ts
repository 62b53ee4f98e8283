import { z } from "zod";
import { placeShape } from "../aws/place.ts";

const dayMs = 86_400_000;

const sqs = z.strictObject({
  queueUrl: z
    .url({ protocol: /^https?$/, error: "must be the URL of an SQS queue" })
    .describe("The queue; this daemon is the only one that reads it."),
  ...placeShape,
  deleteUnreadable: z
    .boolean()
    .default(false)
    .describe("Delete a message nobody can read; otherwise the queue's redrive policy moves it away."),
});

const contactLens = z
  .strictObject({
    folder: z.string().min(1).optional().describe("A folder in which analysis files appear, at any depth."),
    pollMs: z
      .int()
      .min(50)
      .max(3_600_000)
      .default(10_000)
      .describe("How often the folder is looked through."),
    maxAgeMs: z
      .int()
      .min(1)
      .max(60 * dayMs)
      .default(30 * dayMs)
      .describe("Files in the folder that are older are left alone."),
    sqs: sqs.optional().describe("The queue that S3, or EventBridge, tells of new analysis files."),
    s3: z.strictObject(placeShape).prefault({}).describe("Where the bucket is."),
    redacted: z
      .enum(["prefer", "require", "never"])
      .default("prefer")
      .describe(
        "Which of a contact's two files is read: the redacted one if it comes, that one alone, or never.",
      ),
    redactedWaitMs: z
      .int()
      .min(0)
      .max(3_600_000)
      .default(60_000)
      .describe("How long prefer waits for the redacted file."),
    maxFileBytes: z
      .int()
      .min(1_024)
      .max(2 ** 28)
      .default(2 ** 25)
      .describe("A larger file is not read."),
    brands: z
      .array(
        z.strictObject({
          brand: z.string().min(1).describe("Id of the brand."),
          instances: z
            .array(z.string().min(1))
            .min(1)
            .optional()
            .describe("Ids of its Amazon Connect instances; left out: any."),
          accountPath: z
            .string()
            .regex(/^[^.]+(\.[^.]+)*$/, "must be keys with dots between them")
            .describe("Where in the file the customer's account stands, such as CustomerMetadata.ContactId."),
          assumeAuthenticated: z
            .boolean()
            .default(false)
            .describe(
              "The file cannot tell whether the customer was authenticated; true answers for all of them.",
            ),
          summary: z
            .enum(["ours", "theirs"])
            .default("ours")
            .describe("Write a log from the transcript, or carry on Connect's own post-contact summary."),
        }),
      )
      .min(1)
      .describe("The first that takes a contact's instance gets its log."),
  })
  .refine((value) => (value.folder === undefined) !== (value.sqs === undefined), {
    path: ["folder"],
    error: "give either folder or sqs",
  });

/** What is heard beside the platform's own channels; each is left out where it is not wanted. */
export const sourcesSchema = z
  .strictObject({
    eventbridge: z
      .strictObject({ sqs })
      .optional()
      .describe("Ends of conversations, by Genesys' EventBridge integration."),
    contactLens: contactLens.optional().describe("Contacts of Amazon Connect, analysed by Contact Lens."),
    connectCases: z
      .strictObject({ sqs })
      .optional()
      .describe("Contacts that are added to Amazon Connect cases."),
  })
  .prefault({})
  .superRefine(({ eventbridge, contactLens: lens, connectCases }, context) => {
    const queues = [eventbridge?.sqs, lens?.sqs, connectCases?.sqs].flatMap((one) => one?.queueUrl ?? []);
    if (new Set(queues).size === queues.length) return;
    context.addIssue({ code: "custom", message: "must not read one queue twice: a message has one reader" });
  });

export type SourcesOptions = z.output<typeof sourcesSchema>;
