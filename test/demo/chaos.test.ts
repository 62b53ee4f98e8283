import { Writable } from "node:stream";
import { expect, test } from "vitest";
import { chaos } from "../../src/demo/chaos.ts";

test("chaos in small: drop, 503, kill -9 and lost events are made good, and the balance holds", async () => {
  let output = "";
  const out = new Writable({
    write(chunk: Buffer, _encoding, done) {
      output += chunk.toString();
      done();
    },
  }) as unknown as NodeJS.WriteStream;
  const environment = { PATH: process.env.PATH };
  await chaos(environment, out, new AbortController().signal, {
    stories: [],
    crowd: 20,
    faults: ["drop", "backend 503", "kill -9", "lost events"],
    everyMs: 1_500,
  });
  const said = output.replace(/\s+/g, " ");
  expect(said).toMatch(/✔ 20 conversations ended and 4 faults were made good: \d+ contact logs/);
  expect(said).toContain("none waiting, dead or lost");
  expect(output).toMatch(/\d+ {2}by an event/);
});

test("chaos is over when it is told to be", async () => {
  const out = new Writable({ write: (_chunk, _encoding, done) => done() }) as unknown as NodeJS.WriteStream;
  const stop = new AbortController();
  const playing = chaos({ PATH: process.env.PATH }, out, stop.signal, {
    stories: [],
    crowd: 4,
    faults: ["kill -9"],
  });
  setTimeout(() => stop.abort(), 1_600);
  await expect(playing).rejects.toThrow();
});
