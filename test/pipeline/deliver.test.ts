import { expect, test } from "vitest";
import type { Destination } from "../../src/destinations/destination.ts";
import { Permanent, Transient } from "../../src/errors.ts";
import type { DeliveryWork } from "../../src/ledger/ledger.ts";
import { Circuit } from "../../src/pipeline/circuit.ts";
import { deliver } from "../../src/pipeline/deliver.ts";
import type { Tools } from "../../src/pipeline/tools.ts";

const work: DeliveryWork = {
  kind: "delivery",
  id: "delivery c1 crm",
  key: "c1",
  route: "crm",
  destination: "crm",
  caseId: undefined,
  brand: "helder",
  medium: "voice",
  endedAt: 0,
  source: "notification",
  stage: "written",
  body: "{}",
  target: undefined,
  attempts: 0,
  failingSince: undefined,
  uncertainSince: undefined,
  looks: 0,
};

/** A destination that takes everything, and a ledger whose named method fails as often as `failures` says. */
function scene(method: "settle" | "markPosting", failures: readonly Error[]) {
  const done: string[] = [];
  const left = [...failures];
  const step = (name: string) => async () => {
    const failure = name === method ? left.shift() : undefined;
    if (failure !== undefined) throw failure;
    done.push(name);
    return true;
  };
  const destination = {
    name: "crm",
    ambiguous: "repeat",
    post: async () => {
      done.push("post");
      return { status: 201, alreadyThere: false };
    },
  } as unknown as Destination;
  const circuit = new Circuit("crm", { retryBaseMs: 10, retryMaxMs: 100 });
  const tools = {
    ledger: { settle: step("settle"), markPosting: step("markPosting") },
    reports: { staged: () => {}, posted: () => done.push("told"), ledgerFailed: () => done.push("alarm") },
    destination: () => ({ destination, circuit }),
  } as unknown as Tools;
  return { done, circuit, tools };
}

const full = () => new Transient("disk_full", "state.file: the disk is full");

test("I2 what was taken while the ledger cannot be written is settled when it can, and not posted again", async () => {
  const { done, tools } = scene("settle", [full(), full()]);
  await deliver(work, tools, new AbortController().signal);
  expect(done).toEqual(["markPosting", "post", "alarm", "alarm", "settle", "told"]);
});

test("a ledger that is broken for good is not waited for", async () => {
  const broken = new Permanent("state_broken", "it is gone");
  const { done, tools } = scene("settle", [broken]);
  await expect(deliver(work, tools, new AbortController().signal)).rejects.toBe(broken);
  expect(done).toEqual(["markPosting", "post"]);
});

test("a stop ends the wait; the row stays as it is, so that the next run asks", async () => {
  const stop = new AbortController();
  const { done, tools } = scene("settle", Array.from({ length: 100 }, full));
  const delivered = deliver(work, tools, stop.signal);
  setTimeout(() => stop.abort(new Error("stopped")), 20);
  await expect(delivered).rejects.toThrow();
  expect(done).not.toContain("settle");
});

test("a full disk of our own does not open the destination's circuit, and nothing leaves before it is written", async () => {
  const { done, tools, circuit } = scene("markPosting", Array.from({ length: 8 }, full));
  for (let n = 0; n < 8; n++) {
    await expect(deliver(work, tools, new AbortController().signal)).rejects.toThrow("disk is full");
  }
  expect(circuit.state).toBe("closed");
  expect(done).toEqual([]);
});
