import type { IncomingMessage, ServerResponse } from "node:http";
import { type Loopback, listen, readBody } from "../../src/simulator/loopback.ts";
import type { Json } from "./change.ts";

/** What the platform answers about one conversation; undefined where it does not know it (yet). */
export interface Told {
  readonly rest: () => Json;
  readonly messages: (ids: readonly string[]) => Json;
  readonly transcript: (communicationId: string) => Json;
  /** Its row in the history, and whether it is closed. */
  readonly history: () => { readonly row: Json; readonly closed: boolean } | undefined;
}

const pageSize = 100;

/**
 * Stands before the simulated platform and answers in its place whatever concerns the conversations it is given; what
 * is asked beside (login, channels, queues) goes through.
 */
export class Front implements AsyncDisposable {
  readonly conversations = new Map<string, Told>();
  readonly #behind: string;
  #loopback: Loopback | undefined;

  constructor(behind: string) {
    this.#behind = behind;
  }

  get url(): string {
    return this.#loopback?.url ?? "";
  }

  static async start(behind: string): Promise<Front> {
    const front = new Front(behind);
    front.#loopback = await listen((request, response) => {
      front.#answer(request, response).catch(() => response.destroy());
    });
    return front;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#loopback?.[Symbol.asyncDispose]();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request);
    const path = (request.url ?? "/").split("?", 1)[0] ?? "/";
    const own = this.#own(path, body);
    if (own === undefined) return await this.#pass(request, body, response);
    const found = own.value !== undefined;
    const text = JSON.stringify(found ? own.value : { code: "not.found", message: "", status: 404 });
    response.writeHead(found ? 200 : 404, { "content-type": "application/json" }).end(text);
  }

  /** @returns undefined where it is none of ours */
  #own(path: string, body: Buffer): { readonly value: Json } | undefined {
    const api = "^/api/v2/";
    const of = (pattern: string): string[] | undefined =>
      new RegExp(`${api}${pattern}$`).exec(path)?.slice(1);
    const told = (id: string | undefined): Told | undefined =>
      this.conversations.get(id?.toLowerCase() ?? "");
    const [id] = of("conversations/([^/]+)") ?? [];
    if (id !== undefined) return { value: told(id)?.rest() };
    const [chat] = of("conversations/messages/([^/]+)/messages/bulk") ?? [];
    if (chat !== undefined) return { value: told(chat)?.messages(JSON.parse(String(body))) };
    const [call, leg] =
      of("speechandtextanalytics/conversations/([^/]+)/communications/([^/]+)/transcripturl") ?? [];
    if (call !== undefined) {
      const there = told(call)?.transcript(leg as string) !== undefined;
      return { value: there ? { url: `${this.url}/file/${call}/${leg}` } : undefined };
    }
    const [, file, part] = /^\/file\/([^/]+)\/([^/]+)$/.exec(path) ?? [];
    if (file !== undefined) return { value: told(file)?.transcript(part as string) };
    if (of("analytics/conversations/details/query"))
      return { value: this.#history(JSON.parse(String(body))) };
    return of("speechandtextanalytics/transcripts/search")
      ? { value: { results: [], pageCount: 0 } }
      : undefined;
  }

  #history({ conversationFilters, paging }: Json): Json {
    const closed = conversationFilters[0].predicates[0].operator === "exists";
    const rows = [...this.conversations.values()]
      .flatMap((one) => one.history() ?? [])
      .filter((one) => one.closed === closed)
      .map(({ row }) => row)
      .toSorted((a, b) => String(b.conversationEnd ?? "").localeCompare(String(a.conversationEnd ?? "")));
    const from = (paging.pageNumber - 1) * pageSize;
    return { conversations: rows.slice(from, from + pageSize), totalHits: rows.length };
  }

  async #pass(request: IncomingMessage, body: Buffer, response: ServerResponse): Promise<void> {
    const { authorization, "content-type": type } = request.headers;
    const answer = await fetch(`${this.#behind}${request.url}`, {
      method: request.method as string,
      headers: { ...(authorization ? { authorization } : {}), ...(type ? { "content-type": type } : {}) },
      ...(body.length > 0 ? { body: new Uint8Array(body) } : {}),
    });
    const { status } = answer;
    response.writeHead(status, { "content-type": answer.headers.get("content-type") ?? "text/plain" });
    response.end(Buffer.from(await answer.arrayBuffer()));
  }
}
