import { Permanent } from "../errors.ts";
import { awsError } from "./errors.ts";
import { clientOptions, requirePackage } from "./load.ts";
import type { AwsPlace } from "./place.ts";

/** CommentContent.body: 1 to 15,000 characters (API reference of Connect Cases). */
export const maxCommentChars = 15_000;

/** SearchRelatedItems gives no more at once. */
const pageSize = 25;
const maxPages = 80;

export interface CasesOptions extends AwsPlace {
  readonly domainId: string;
  readonly timeoutMs: number;
}

/** Comments on the cases of one Amazon Connect Cases domain (REST JSON). */
export interface Cases {
  /** CreateRelatedItem; the call has no client token: sent twice, it is there twice. Throws Ambiguous on a lost reply. */
  comment(caseId: string, text: string, signal: AbortSignal): Promise<void>;
  /** Whether a comment of the case passes `test`, by SearchRelatedItems. Throws Permanent where there are too many. */
  hasComment(caseId: string, test: (text: string) => boolean, signal: AbortSignal): Promise<boolean>;
  close(): void;
}

/** The client is made at the first call. Throws Fatal at once where the package is not installed. */
export function openCases(options: CasesOptions, what: string): Cases {
  requirePackage("@aws-sdk/client-connectcases", what);
  const { domainId, timeoutMs } = options;
  const domain = `case domain ${domainId}`;
  let connecting: ReturnType<typeof connect> | undefined;
  const connected = () => {
    connecting ??= connect(options);
    return connecting;
  };
  let closed = false;
  return {
    async comment(caseId, text, signal) {
      const { client, CreateRelatedItemCommand } = await connected();
      const command = new CreateRelatedItemCommand({
        domainId,
        caseId,
        type: "Comment",
        content: { comment: { body: text, contentType: "Text/Plain" } },
      });
      try {
        requireOpen();
        await client.send(command, {
          abortSignal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
        });
      } catch (error) {
        signal.throwIfAborted();
        throw awsError(error, {
          what: domain,
          action: "cases:CreateRelatedItem",
          changes: true,
          sent: [text, caseId],
        });
      }
    },
    async hasComment(caseId, test, signal) {
      const { client, SearchRelatedItemsCommand } = await connected();
      let nextToken: string | undefined;
      for (let page = 0; page < maxPages; page++) {
        const command = new SearchRelatedItemsCommand({
          domainId,
          caseId,
          maxResults: pageSize,
          filters: [{ comment: {} }],
          ...(nextToken === undefined ? {} : { nextToken }),
        });
        try {
          requireOpen();
          const deadline = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
          const answer = await client.send(command, { abortSignal: deadline });
          if (answer.relatedItems?.some((item) => test(item?.content?.comment?.body ?? ""))) return true;
          nextToken = answer.nextToken;
        } catch (error) {
          signal.throwIfAborted();
          throw awsError(error, { what: domain, action: "cases:SearchRelatedItems", changes: false });
        }
        if (nextToken === undefined || nextToken === "") return false;
      }
      throw new Permanent(
        "too_many_comments",
        `${domain}: a case has more than ${maxPages * pageSize} comments, ours cannot be looked for`,
      );
    },
    close() {
      closed = true;
      connecting?.then(
        ({ client }) => client.destroy(),
        () => {},
      );
    },
  };

  function requireOpen(): void {
    if (closed) throw new Error("this client is closed");
  }
}

async function connect(options: CasesOptions) {
  const { ConnectCasesClient, CreateRelatedItemCommand, SearchRelatedItemsCommand } = await import(
    "@aws-sdk/client-connectcases"
  );
  const client = new ConnectCasesClient(clientOptions(options, options.timeoutMs));
  return { client, CreateRelatedItemCommand, SearchRelatedItemsCommand };
}
