import { expect, test } from "vitest";
import { NotYet, Transient } from "../../src/errors.ts";
import type { StageTry } from "../../src/model.ts";
import { timed } from "../../src/pipeline/tools.ts";

async function tried(work: () => Promise<{ status: number }>): Promise<StageTry | undefined> {
  const told: StageTry[] = [];
  const reports = { staged: (one: StageTry) => void told.push(one) };
  const posting = { stage: "post", of: "k", destination: "main" } as const;
  await timed(reports, posting, work, ({ status }) => ({ status })).catch(() => {});
  expect(told).toHaveLength(1);
  return told[0];
}

const fails = (error: Error) => () => Promise.reject(error);

test("a try that comes off is told with what it gave, one that does not with why", async () => {
  const post = { stage: "post", of: "k", destination: "main", tookMs: expect.any(Number) };
  expect(await tried(async () => ({ status: 201 }))).toEqual({ ...post, status: 201, failed: false });
  expect(await tried(fails(new Transient("destination_error", "destination b: HTTP 503 HTTP 200")))).toEqual({
    ...post,
    reason: "destination_error",
    status: 503,
    failed: true,
  });
  expect(await tried(fails(new NotYet("transcript", "not there")))).toMatchObject({
    reason: "transcript",
    failed: false,
  });
  expect(await tried(fails(new Error("words")))).toMatchObject({ reason: "internal_error", failed: true });
  expect(await tried(fails(new DOMException("words", "AbortError")))).toMatchObject({ reason: "aborted" });
});
