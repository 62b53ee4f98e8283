import { randomUUID } from "node:crypto";

export interface Note {
  readonly id: string;
  readonly contactId: string;
  readonly noteText: string;
  readonly createdAt: number;
}

export interface Case {
  readonly id: string;
  readonly caseplanId: string;
  readonly externalContactId: string;
  readonly conversationId: string | undefined;
  readonly summary: string;
  readonly intake: readonly unknown[];
  readonly createdAt: number;
}

/** A data action: what a backend behind it does with an input. */
export type Action = (input: Readonly<Record<string, unknown>>) => unknown;

/** What is kept beside conversations. Nothing here keeps two of the same apart: neither does the platform. */
export class Records {
  /** Ids of the external contacts there are. */
  readonly contacts = new Set<string>();
  readonly notes: Note[] = [];
  readonly cases: Case[] = [];
  readonly actions = new Map<string, Action>();
  /** Every execution that came to its action, in order. */
  readonly executions: { readonly actionId: string; readonly input: Readonly<Record<string, unknown>> }[] =
    [];
  /** Ids of the wrap-up codes there are, with their names. */
  readonly wrapupCodes = new Map<string, string>();
  /** What the client's only role allows, as `domain:entity:action`. */
  permissions: readonly string[] = ["*:*:*"];

  note(contactId: string, noteText: string, createdAt: number): Note {
    const note = { id: randomUUID(), contactId, noteText, createdAt };
    this.notes.push(note);
    return note;
  }

  open(opening: Omit<Case, "id">): Case {
    const opened = { id: randomUUID(), ...opening };
    this.cases.push(opened);
    return opened;
  }

  execute(actionId: string, action: Action, input: Readonly<Record<string, unknown>>): unknown {
    this.executions.push({ actionId, input });
    return action(input);
  }
}
