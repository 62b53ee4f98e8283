import type { AwsCall } from "./errors.ts";
import { awsError } from "./errors.ts";
import { clientOptions, requirePackage } from "./load.ts";
import type { AwsPlace } from "./place.ts";

/** SQS gives no more at once. */
const batch = 10;
/** The longest poll there is. */
const waitSeconds = 20;
const timeoutMs = 30_000;

export interface QueueOptions extends AwsPlace {
  readonly queueUrl: string;
}

export interface QueueMessage {
  readonly id: string;
  /** What deletes it, of this delivery alone. */
  readonly receipt: string;
  readonly body: string;
}

/** An SQS queue (AWS JSON 1.0). Whatever is received and not removed comes again when `hiddenSeconds` are over. */
export interface Queue {
  /** Account and queue, for people. */
  readonly name: string;
  /** Waits up to 20 s for messages, 10 at most. Throws Transient, Permanent, or the signal's reason. */
  receive(signal: AbortSignal): Promise<readonly QueueMessage[]>;
  /** Deletes messages; one that cannot be deleted comes again. Throws as `receive`. */
  remove(messages: readonly QueueMessage[]): Promise<void>;
  close(): void;
}

/**
 * @param what the place in the configuration that needs it
 * @throws Fatal where the package is not installed
 */
export async function openQueue(options: QueueOptions, hiddenSeconds: number, what: string): Promise<Queue> {
  requirePackage("@aws-sdk/client-sqs", what);
  const { SQSClient, ReceiveMessageCommand, DeleteMessageBatchCommand } = await import("@aws-sdk/client-sqs");
  const { queueUrl: QueueUrl } = options;
  const client = new SQSClient(clientOptions(options, timeoutMs));
  const name = `queue ${new URL(QueueUrl).pathname.slice(1)}`;
  const call = (action: string): AwsCall => ({ what: name, action, changes: false });
  return {
    name,
    async receive(signal) {
      const command = new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: batch,
        WaitTimeSeconds: waitSeconds,
        VisibilityTimeout: hiddenSeconds,
      });
      try {
        const { Messages = [] } = await client.send(command, { abortSignal: signal });
        return Messages.map(({ MessageId = "", ReceiptHandle = "", Body = "" }) => ({
          id: MessageId,
          receipt: ReceiptHandle,
          body: Body,
        }));
      } catch (error) {
        signal.throwIfAborted();
        throw awsError(error, call("sqs:ReceiveMessage"));
      }
    },
    async remove(messages) {
      if (messages.length === 0) return;
      const Entries = messages.map(({ receipt }, index) => ({ Id: String(index), ReceiptHandle: receipt }));
      try {
        await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
      } catch (error) {
        throw awsError(error, call("sqs:DeleteMessage"));
      }
    },
    close: () => client.destroy(),
  };
}
