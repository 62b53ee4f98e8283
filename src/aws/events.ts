import { z } from "zod";

/** The record of one S3 object in an event notification; its key is form-encoded there. */
const records = z.object({
  Records: z
    .array(
      z.object({
        eventName: z.string(),
        s3: z.object({ bucket: z.object({ name: z.string() }), object: z.object({ key: z.string() }) }),
      }),
    )
    .max(1_000),
});

/** The same by way of EventBridge; its key is plain. */
const created = z.object({
  source: z.literal("aws.s3"),
  "detail-type": z.literal("Object Created"),
  detail: z.object({ bucket: z.object({ name: z.string() }), object: z.object({ key: z.string() }) }),
});

export interface ObjectName {
  readonly bucket: string;
  readonly key: string;
}

/** The objects an S3 event tells were created; undefined where it is no such event. */
export function readCreatedObjects(body: unknown): readonly ObjectName[] | undefined {
  const bridged = created.safeParse(body);
  if (bridged.success) {
    const { bucket, object } = bridged.data.detail;
    return [{ bucket: bucket.name, key: object.key }];
  }
  const direct = records.safeParse(body);
  if (!direct.success) return isTest(body) ? [] : undefined;
  return direct.data.Records.filter(({ eventName }) => /^(s3:)?ObjectCreated:/.test(eventName)).map(
    ({ s3 }) => ({
      bucket: s3.bucket.name,
      key: decoded(s3.object.key),
    }),
  );
}

/** S3 sends one when notifications are switched on. */
function isTest(body: unknown): boolean {
  return (body as { Event?: unknown } | null)?.Event === "s3:TestEvent";
}

function decoded(key: string): string {
  const plain = key.replaceAll("+", " ");
  try {
    return decodeURIComponent(plain);
  } catch {
    return plain;
  }
}

/** A resource's id: what follows the last slash of its ARN. */
export function idOfArn(arn: string, kind: string): string | undefined {
  return new RegExp(`[:/]${kind}/([\\w-]{1,100})$`).exec(arn)?.[1];
}

const stateChange = z.object({
  source: z.literal("aws.connect"),
  "detail-type": z.literal("Contact Lens Analysis State Change"),
  time: z.iso.datetime().optional(),
  detail: z.object({
    contact: z.string().max(500),
    instance: z.string().max(500).optional(),
    channel: z.string().max(40).optional(),
    state: z.string().max(40),
    reasonCode: z
      .string()
      .regex(/^\w{1,80}$/)
      .optional(),
  }),
});

export interface FailedAnalysis {
  readonly contactId: string;
  readonly instanceId: string | undefined;
  readonly channel: string;
  readonly code: string | undefined;
  readonly at: number | undefined;
}

/**
 * Word from Contact Lens that it could not analyse a contact, for which no file comes (admin guide, "Error
 * notifications"); undefined where it is something else.
 */
export function readFailedAnalysis(body: unknown): FailedAnalysis | undefined {
  const parsed = stateChange.safeParse(body);
  if (!parsed.success || parsed.data.detail.state !== "FAILED") return undefined;
  const { detail, time } = parsed.data;
  const contactId = idOfArn(detail.contact, "contact");
  if (contactId === undefined) return undefined;
  return {
    contactId,
    instanceId: idOfArn(detail.instance ?? "", "instance"),
    channel: detail.channel ?? "VOICE",
    code: detail.reasonCode,
    at: time === undefined ? undefined : Date.parse(time),
  };
}
