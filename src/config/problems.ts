import type { z } from "zod";

/** What was found wrong, a sentence each: where, and what (the messages of `inWords`). */
export function describeIssue(issue: z.core.$ZodIssue): string[] {
  const path = issue.path.join(".");
  if (issue.code === "unrecognized_keys") {
    const sentences = issue.message.split("\n");
    return issue.keys.map((key, index) => `${path === "" ? key : `${path}.${key}`}: ${sentences[index]}`);
  }
  return [`${path === "" ? "" : `${path}: `}${issue.message}`];
}
