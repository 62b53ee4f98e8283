import type { z } from "zod";

/** What zod found wrong, a sentence each: where, and what. */
export function describeIssue(issue: z.core.$ZodIssue): string[] {
  const path = issue.path.join(".");
  const at = path === "" ? "" : `${path}: `;
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => `${path === "" ? key : `${path}.${key}`}: unknown key`);
  }
  if (issue.code === "invalid_type" && issue.message.endsWith("received undefined"))
    return [`${at}is required`];
  return [`${at}${issue.message}`];
}
