import { createHash } from "node:crypto";
import type { Conversation } from "./conversation.ts";

export interface QueueOptions {
  readonly id?: string;
  readonly name: string;
  readonly enableTranscription?: boolean;
}

export interface Queue {
  readonly id: string;
  readonly name: string;
  /** Tells whether a voice transcript is to be expected of calls in this queue. */
  readonly enableTranscription: boolean;
}

/** A UUID that is the same for the same words, so that a restarted platform is the same organisation. */
export function stableId(...words: readonly string[]): string {
  const hex = createHash("sha256").update(words.join("\0")).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** What exists whether or not anybody listens: queues, people and conversations. */
export class Organization {
  readonly id = stableId("organization");
  readonly divisionId = stableId("division", "Home");
  readonly queues: Queue[] = [];
  readonly conversations = new Map<string, Conversation>();

  addQueue(options: QueueOptions): Queue {
    const queue = {
      id: options.id ?? stableId("queue", options.name),
      name: options.name,
      enableTranscription: options.enableTranscription ?? true,
    };
    this.queues.push(queue);
    return queue;
  }

  removeQueue(name: string): void {
    this.queues.splice(this.queues.indexOf(this.queueNamed(name)), 1);
  }

  queueNamed(name: string): Queue {
    const queue = this.queues.find((candidate) => candidate.name === name);
    if (queue !== undefined) return queue;
    const known = this.queues.map((candidate) => candidate.name).join(", ");
    throw new Error(`no queue named "${name}" here; there is: ${known}`);
  }

  /** Same name, same person. */
  userId(name: string): string {
    return stableId("user", name);
  }
}
