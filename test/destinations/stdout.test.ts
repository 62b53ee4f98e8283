import { PassThrough, Writable } from "node:stream";
import { expect, test } from "vitest";
import { createStdout, stdoutSchema } from "../../src/destinations/stdout.ts";
import { contactLog, context, outgoing } from "./contract.ts";

const never = new AbortController().signal;
const options = stdoutSchema.parse({ kind: "stdout" });

test("each contact log is one line of JSON", async () => {
  const out = new PassThrough();
  await using destination = createStdout(options, context, out);
  const sent = outgoing(destination);
  expect(await destination.post(sent, never)).toEqual({ status: 200, alreadyThere: false });
  await destination.post({ key: "b", body: '{"key":"b"}' }, never);
  expect(String(out.read())).toBe(`${sent.body}\n{"key":"b"}\n`);
  const { evidence: _, ...provenance } = contactLog.provenance;
  expect(JSON.parse(sent.body)).toEqual({ ...contactLog, provenance });
});

test("it counts once the reader's side has it, not before", async () => {
  let take = (): void => {};
  const out = new Writable({
    write(_chunk, _encoding, done) {
      take = done;
    },
  });
  await using destination = createStdout(options, context, out);
  let settled = false;
  const posting = destination.post({ key: "a", body: "{}" }, never).then(() => {
    settled = true;
  });
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(settled).toBe(false);
  take();
  await posting;
});

test("a reader that went away is Transient", async () => {
  const out = new Writable({
    write: (_chunk, _encoding, done) => done(Object.assign(new Error("write EPIPE"), { code: "EPIPE" })),
  });
  out.on("error", () => {});
  await using destination = createStdout(options, context, out);
  await expect(destination.post({ key: "a", body: "{}" }, never)).rejects.toMatchObject({
    name: "Transient",
    reason: "stdout_closed",
    message: expect.stringContaining("EPIPE"),
  });
});

test("a reader that does not read is waited for no longer than the signal says", async () => {
  await using destination = createStdout(options, context, new Writable({ write() {} }));
  const stop = new AbortController();
  const posting = destination.post({ key: "a", body: "{}" }, stop.signal);
  const reason = new Error("the daemon stops");
  stop.abort(reason);
  await expect(posting).rejects.toBe(reason);
});
