import { randomUUID } from "node:crypto";
import { type Fake, jsonOf, Refusal, restJsonError, startFake } from "./fake.ts";

export interface FakeCases extends Fake {
  readonly domainId: string;
  /** Makes a case. */
  open(caseId: string): void;
  /** Bodies of a case's comments, oldest first. */
  comments(caseId: string): readonly string[];
  /** A comment somebody else made. */
  comment(caseId: string, text: string): void;
}

/**
 * Amazon Connect Cases by REST JSON: CreateRelatedItem for comments, SearchRelatedItems in pages. What is not as the
 * service's model says is a ValidationException.
 */
export async function startCases(): Promise<FakeCases> {
  const domainId = "dad5efb6-8485-4a55-8241-98a88EXAMPLE";
  const cases = new Map<string, string[]>();

  function find(path: string): { comments: string[]; operation: string } {
    const [, domain, caseId = "", operation = ""] =
      /^\/domains\/([^/]+)\/cases\/([^/]+)\/(related-items\/|related-items-search)$/.exec(path) ?? [];
    if (operation === "") throw new Refusal("UnknownOperationException", "no such operation", 404);
    const comments = cases.get(decodeURIComponent(caseId));
    if (domain !== domainId || comments === undefined) {
      throw new Refusal("ResourceNotFoundException", "no such case", 404);
    }
    return { comments, operation };
  }

  function create(comments: string[], input: Record<string, unknown>): object {
    const { type, content } = input as { type?: string; content?: { comment?: Record<string, string> } };
    const { body = "", contentType } = content?.comment ?? {};
    if (type !== "Comment" || Object.keys(content ?? {}).join() !== "comment") throw invalid("content");
    if (contentType !== "Text/Plain") throw invalid("contentType");
    if (body.length < 1 || body.length > 15_000) throw invalid("body must be 1 to 15000 characters");
    comments.push(body);
    const relatedItemId = randomUUID();
    return { relatedItemId, relatedItemArn: `arn:aws:cases:eu-central-1:1:related-item/${relatedItemId}` };
  }

  function search(comments: readonly string[], input: Record<string, unknown>): object {
    const { maxResults, nextToken = "0", filters } = input as Record<string, never>;
    if (typeof maxResults !== "number" || maxResults < 1 || maxResults > 25) throw invalid("maxResults");
    if (JSON.stringify(filters) !== '[{"comment":{}}]') throw invalid("filters");
    const from = Number(nextToken);
    const next = from + maxResults;
    return {
      relatedItems: comments.slice(from, next).map((body, index) => ({
        relatedItemId: `item-${from + index}`,
        type: "Comment",
        associationTime: "2026-03-12T10:15:30Z",
        content: { comment: { body, contentType: "Text/Plain" } },
      })),
      ...(next < comments.length ? { nextToken: String(next) } : {}),
    };
  }

  const fake = await startFake({
    name: "cases",
    error: restJsonError,
    answer({ method, path, headers, body }) {
      if (method !== "POST" || headers["content-type"] !== "application/json") throw invalid("not JSON");
      const { comments, operation } = find(path);
      const input = jsonOf(body);
      const output = operation === "related-items/" ? create(comments, input) : search(comments, input);
      return { status: 200, headers: { "content-type": "application/json" }, body: JSON.stringify(output) };
    },
  });
  return Object.assign(fake, {
    domainId,
    open: (caseId: string) => void cases.set(caseId, []),
    comments: (caseId: string) => cases.get(caseId) ?? [],
    comment: (caseId: string, text: string) => void cases.get(caseId)?.push(text),
  });
}

function invalid(what: string): Refusal {
  return new Refusal("ValidationException", `The request isn't valid: ${what}`);
}
