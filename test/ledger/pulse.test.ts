import { expect, test } from "vitest";
import { Pulse } from "../../src/ledger/pulse.ts";
import { until } from "../harness.ts";

test("tells of the last beat, and of beats that do not come, without writing", async () => {
  let writes = 0;
  let answer = async (): Promise<void> => {};
  const stop = new AbortController();
  const pulse = new Pulse({
    everyMs: 10,
    probe: async () => {
      writes++;
      await answer();
    },
  });
  const done = pulse.run(stop.signal);
  await until(() => writes > 2, "some beats");
  expect(pulse.trouble).toBeUndefined();
  answer = async () => Promise.reject(new Error("full"));
  await until(() => pulse.trouble === "the state file cannot be written", "the refusal");
  answer = async () => {};
  await until(() => pulse.trouble === undefined, "it to heal");
  const { promise, resolve } = Promise.withResolvers<void>();
  answer = () => promise;
  await until(() => pulse.trouble?.startsWith("the state file has not answered for "), "the silence");
  const before = writes;
  for (let n = 0; n < 100; n++) void pulse.trouble;
  expect(writes).toBe(before);
  stop.abort();
  resolve();
  await done;
});
