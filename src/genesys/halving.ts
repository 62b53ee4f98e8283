/** Requests one subscription may cost; beyond it something else is wrong than a topic or two. */
const mostRequests = 60;

/** What the platform made of a list of topics. */
export type Put =
  | { readonly kind: "done"; readonly rejected: readonly string[] }
  | { readonly kind: "gone" }
  /** A topic among them does not exist for it, and it took none (PROTOCOL §1.5). */
  | { readonly kind: "invalid"; readonly error: Error };

/**
 * Subscribes a channel to these topics in place of all others. One topic that the platform calls invalid fails the whole
 * request and is not named: the list is halved until such a topic stands alone, so that the others are heard.
 * @param ask `replace` drops what the channel had, `add` does not
 * @returns the topics that were refused; undefined where the channel is gone. Throws the refusal where too many are invalid.
 */
export async function subscribeAll(
  topics: readonly string[],
  ask: (how: "replace" | "add", topics: readonly string[]) => Promise<Put>,
): Promise<string[] | undefined> {
  const waiting: (readonly string[])[] = [topics];
  const refused: string[] = [];
  let how: "replace" | "add" = "replace";
  let requests = 0;
  for (let list = waiting.pop(); list; list = waiting.pop()) {
    const answer = await ask(how, list);
    requests++;
    if (answer.kind === "gone") return undefined;
    if (answer.kind === "done") {
      how = "add";
      refused.push(...answer.rejected);
    } else if (requests >= mostRequests) {
      throw answer.error;
    } else if (list.length <= 1) {
      refused.push(...list);
    } else {
      const middle = Math.ceil(list.length / 2);
      waiting.push(list.slice(middle), list.slice(0, middle));
    }
  }
  return refused;
}
