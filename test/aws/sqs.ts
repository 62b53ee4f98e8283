import { createHash, randomUUID } from "node:crypto";
import { type Fake, jsonOf, Refusal, startFake } from "./fake.ts";

export interface FakeQueue extends Fake {
  readonly queueUrl: string;
  /** @returns the message's id */
  send(body: unknown): string;
  /** Messages that were not deleted. */
  left(): readonly { readonly id: string; readonly received: number }[];
  /** Bodies of messages that were deleted. */
  readonly deleted: string[];
  /** What is hidden can be received again, as when its visibility timeout is over. */
  showAll(): void;
}

interface Message {
  readonly id: string;
  readonly body: string;
  receipt: string;
  hiddenUntil: number;
  received: number;
}

/** Amazon SQS by AWS JSON 1.0: ReceiveMessage with long polls and visibility timeouts, DeleteMessageBatch. */
export async function startSqs(): Promise<FakeQueue> {
  let messages: Message[] = [];
  const deleted: string[] = [];
  let arrived = Promise.withResolvers<void>();
  const wake = (): void => {
    arrived.resolve();
    arrived = Promise.withResolvers();
  };
  let queueUrl = "";

  async function receive(input: Record<string, unknown>, gone: AbortSignal): Promise<object> {
    const most = within(input, "MaxNumberOfMessages", 1, 10);
    const waitMs = within(input, "WaitTimeSeconds", 0, 20) * 1_000;
    const hiddenMs = within(input, "VisibilityTimeout", 0, 43_200) * 1_000;
    const end = performance.now() + waitMs;
    for (;;) {
      const found = messages.filter(({ hiddenUntil }) => hiddenUntil <= performance.now()).slice(0, most);
      const left = end - performance.now();
      if (found.length === 0 && left > 0 && !gone.aborted) {
        await Promise.race([
          arrived.promise,
          new Promise((resolve) => {
            setTimeout(resolve, Math.min(left, 50)).unref();
          }),
        ]);
        continue;
      }
      // Whoever hung up got nothing.
      if (gone.aborted) return {};
      for (const message of found) {
        message.hiddenUntil = performance.now() + hiddenMs;
        message.receipt = randomUUID();
        message.received++;
      }
      return found.length === 0 ? {} : { Messages: found.map(told) };
    }
  }

  function remove(input: Record<string, unknown>): object {
    const entries = input.Entries as { Id: string; ReceiptHandle: string }[] | undefined;
    if (!Array.isArray(entries) || entries.length === 0) {
      throw new Refusal("AWS.SimpleQueueService.EmptyBatchRequest", "no entries");
    }
    if (entries.length > 10)
      throw new Refusal("AWS.SimpleQueueService.TooManyEntriesInBatchRequest", "too many");
    if (new Set(entries.map(({ Id }) => Id)).size < entries.length) {
      throw new Refusal("AWS.SimpleQueueService.BatchEntryIdsNotDistinct", "ids");
    }
    for (const { ReceiptHandle } of entries) {
      const found = messages.find(({ receipt }) => receipt === ReceiptHandle);
      if (found) deleted.push(found.body);
      messages = messages.filter((one) => one !== found);
    }
    return { Successful: entries.map(({ Id }) => ({ Id })), Failed: [] };
  }

  const fake = await startFake({
    name: "sqs",
    error: (code, message) => ({
      headers: { "content-type": "application/x-amz-json-1.0" },
      body: JSON.stringify({ __type: `com.amazonaws.sqs#${code}`, message }),
    }),
    async answer({ method, headers, body }, gone) {
      if (method !== "POST" || headers["content-type"] !== "application/x-amz-json-1.0") {
        throw new Refusal("UnknownOperationException", "not AWS JSON 1.0");
      }
      const input = jsonOf(body);
      if (input.QueueUrl !== queueUrl) throw new Refusal("QueueDoesNotExist", "no such queue");
      const target = headers["x-amz-target"];
      const output =
        target === "AmazonSQS.ReceiveMessage"
          ? await receive(input, gone)
          : target === "AmazonSQS.DeleteMessageBatch"
            ? remove(input)
            : undefined;
      if (output === undefined) throw new Refusal("UnknownOperationException", "no such operation");
      return {
        status: 200,
        headers: { "content-type": "application/x-amz-json-1.0" },
        body: JSON.stringify(output),
      };
    },
  });
  queueUrl = `${fake.endpoint}/123456789012/contacts`;
  return Object.assign(fake, {
    queueUrl,
    deleted,
    send(body: unknown): string {
      const id = randomUUID();
      const text = typeof body === "string" ? body : JSON.stringify(body);
      messages.push({ id, body: text, receipt: "", hiddenUntil: 0, received: 0 });
      wake();
      return id;
    },
    left: () => messages.map(({ id, received }) => ({ id, received })),
    showAll() {
      for (const message of messages) message.hiddenUntil = 0;
      wake();
    },
  });
}

function told({ id, body, receipt }: Message) {
  return {
    MessageId: id,
    ReceiptHandle: receipt,
    Body: body,
    MD5OfBody: createHash("md5").update(body).digest("hex"),
  };
}

function within(input: Record<string, unknown>, name: string, least: number, most: number): number {
  const value = input[name];
  if (typeof value !== "number" || value < least || value > most) {
    throw new Refusal("InvalidParameterValue", `${name} must be ${least} to ${most}`);
  }
  return value;
}
