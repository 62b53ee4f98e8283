import type { Destination, DestinationContext } from "../../src/destinations/destination.ts";
import type { GenesysApi } from "../../src/genesys/api.ts";
import type { ContactLog, Receipt } from "../../src/model.ts";
import type { Conversation } from "../../src/simulator/conversation.ts";
import type { Platform } from "../../src/simulator/platform.ts";
import { type QuickOptions, quickConversation } from "../../src/simulator/player.ts";
import { type Place, startPlace } from "../place.ts";

export const never = new AbortController().signal;
export const contactId = "54e1e41b-0000-4000-8000-0000000000e1";

/** A platform with a client logged in to it, as the daemon's is. */
export class Ground implements AsyncDisposable {
  readonly #place: Place;

  constructor(place: Place) {
    this.#place = place;
  }

  get platform(): Platform {
    return this.#place.platform;
  }

  get api(): GenesysApi {
    return this.#place.api;
  }

  /** What destinations are made with. */
  get context(): DestinationContext {
    return { ambiguous: "repeat", protect: () => {}, genesys: this.api.writing };
  }

  /** A conversation that is over, with a recognised customer unless said otherwise. */
  ended(options: QuickOptions = {}): Conversation {
    return quickConversation(this.platform, { externalContactId: contactId, ...options });
  }

  /** Requests so far of a method whose path matches. */
  asked(method: string, path: RegExp): number {
    return this.platform.requests.filter((one) => one.method === method && path.test(one.path)).length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#place[Symbol.asyncDispose]();
  }
}

export async function startGround(): Promise<Ground> {
  return new Ground(await startPlace());
}

/** The contact log of a conversation of the simulator. */
export function logOf(conversation: Conversation, change: Partial<ContactLog> = {}): ContactLog {
  const agent = conversation.legs.findLast(({ purpose }) => purpose === "agent");
  return {
    key: conversation.id,
    conversationId: conversation.id,
    brand: "helder",
    medium: "voice",
    startedAt: new Date(conversation.startTime).toISOString(),
    endedAt: new Date(conversation.endTime ?? Date.now()).toISOString(),
    accountId: "ACC-4711",
    agents: agent?.userId === undefined ? [] : [{ userId: agent.userId, queueId: agent.queueId ?? null }],
    language: "nl",
    description: "Klant vraagt om een nieuwe jaarnota.",
    note: "Mevrouw Jansen kreeg de jaarnota niet.\nDe nota gaat vandaag opnieuw uit.",
    category: "Facturen",
    subcategory: "Jaarnota",
    actionItems: [
      { text: "Jaarnota opnieuw sturen", owner: "company", due: "2026-03-12" },
      { text: "Meterstand doorgeven", owner: "customer", due: null },
    ],
    sentiment: "neutral",
    resolved: "yes",
    confidence: 0.9,
    review: { needed: false, reasons: [] },
    provenance: {
      model: "offline-extractive",
      promptVersion: "1",
      transcriptSha256: "0".repeat(64),
      createdAt: "2026-03-11T10:00:00.000Z",
    },
    ...change,
  };
}

/** Renders and posts, as the pipeline does. */
export async function post(destination: Destination, log: ContactLog): Promise<Receipt> {
  return await destination.post({ key: log.key, ...destination.render(log) }, never);
}

/** What may be in no message. */
export const canaries = ["Jansen", "jaarnota", "ACC-4711", "Meterstand", contactId];
