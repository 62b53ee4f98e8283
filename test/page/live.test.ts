import type { ServerResponse } from "node:http";
import { connect } from "node:net";
import { expect, test } from "vitest";
import { Live } from "../../src/page/live.ts";
import { listen as serve } from "../../src/simulator/loopback.ts";
import { until } from "../harness.ts";
import { listen } from "./events.ts";

test("one that does not read is let go, and the others do not notice", async () => {
  let n = 0;
  let size = 12_000_000;
  let unread = 0;
  const answers = new Set<ServerResponse>();
  const read = () => {
    unread = Math.max(unread, ...[...answers].map((answer) => answer.writableLength));
    return { n: `${++n}`.padStart(size, "0") };
  };
  using live = new Live(read, { patienceMs: 1_000 });
  await using server = await serve((_request, answer) => {
    answers.add(answer);
    live.add(answer, undefined);
  });
  const slow = connect(Number(new URL(server.url).port), "127.0.0.1");
  slow.on("error", () => {});
  slow.write("GET /live HTTP/1.1\r\nhost: localhost\r\n\r\n");
  slow.pause();
  await until(() => [...answers][0]?.closed, "the slow one to be let go");
  // One message waited, and not one for each time it was to be told.
  expect(unread).toBeGreaterThan(1_000_000);
  expect(unread).toBeLessThan(13_000_000);
  size = 10;
  using quick = await listen(server.url, {});
  const seen = n;
  await quick.next(({ data }) => Number(data.n) > seen);
  slow.destroy();
});

test("nothing is read while nobody looks, and a read that fails stops nothing", async () => {
  let reads = 0;
  let fails = false;
  using live = new Live(() => {
    reads++;
    if (fails) throw new Error("state.file: busy");
    return { reads };
  });
  await using server = await serve((_request, answer) => live.add(answer, undefined));
  await new Promise((resolve) => setTimeout(resolve, 400));
  expect(reads).toBe(0);
  const one = await listen(server.url, {});
  await one.next(() => true);
  fails = true;
  const before = reads;
  await until(() => reads > before + 1, "reads that fail");
  fails = false;
  await one.next(({ data }) => Number(data.reads) > before);
  one[Symbol.dispose]();
  await one.ended;
  const after = reads;
  await new Promise((resolve) => setTimeout(resolve, 700));
  expect(reads).toBeLessThanOrEqual(after + 1);
});

test("once the token is another, whoever came in with the one before is let go", async () => {
  let token = "the-one-before";
  let n = 0;
  using live = new Live(() => ({ n: ++n }), { pass: () => token });
  await using server = await serve((_request, answer) => live.add(answer, undefined));
  using before = await listen(server.url, {});
  await before.next(() => true);
  token = "the-one-after";
  await before.ended;
  using after = await listen(server.url, {});
  const seen = n;
  await after.next(({ data }) => Number(data.n) > seen + 1);
});
