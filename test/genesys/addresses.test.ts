import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { lookupWithin, mayReach } from "../../src/genesys/addresses.ts";
import { downloadTranscript } from "../../src/genesys/transcripts.ts";
import { createConnections } from "../../src/http.ts";

const linkLocal = [
  "169.254.169.254",
  "fe80::1",
  "fd00:ec2::254",
  "::ffff:169.254.169.254",
  "::ffff:a9fe:a9fe",
  "64:ff9b::a9fe:a9fe",
];
const ours = ["127.0.0.1", "127.9.9.9", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1"];
const oursToo = [
  "100.64.0.1",
  "224.0.0.1",
  "255.255.255.255",
  "::1",
  "::",
  "fc00::1",
  "fd12::1",
  "::127.0.0.1",
];
const disguised = ["::ffff:127.0.0.1", "::ffff:7f00:1", "64:ff9b::7f00:1", "2002:7f00:1::", "ff02::1"];
const internet = [
  "52.219.170.1",
  "3.5.140.2",
  "172.32.0.1",
  "2a05:d07a:8000::1",
  "2600:1fa0::1",
  "::ffff:52.219.170.1",
  "64:ff9b::52.219.170.1",
];

test.each(linkLocal)("%s is reached by nobody", (address) => {
  expect([mayReach(address, "public"), mayReach(address, "private")]).toEqual([false, false]);
});

test.each([...ours, ...oursToo, ...disguised])("%s is inside, for who means it", (address) => {
  expect([mayReach(address, "public"), mayReach(address, "private")]).toEqual([false, true]);
});

test.each(internet)("%s is the internet's", (address) => {
  expect([mayReach(address, "public"), mayReach(address, "private")]).toEqual([true, true]);
});

describe("a transcript's address", () => {
  const asked: (string | undefined)[] = [];
  const server = createServer(({ url }, answer) => {
    asked.push(url);
    answer.end('{"transcripts":[],"participants":[]}');
  });
  let port = 0;
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    port = (server.address() as AddressInfo).port;
  });
  afterAll(() => {
    server.close();
  });

  async function download(host: string, reach: "public" | "private"): Promise<unknown> {
    const connections = createConnections(undefined, lookupWithin(reach));
    const place = { hosts: undefined, reach };
    const { signal } = new AbortController();
    try {
      return await downloadTranscript(connections, `http://${host}:${port}/secret`, place, signal);
    } finally {
      await connections.destroy();
    }
  }

  test.each(["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "0x7f.1", "2130706433"])(
    "%s, of which nobody spoke, is not called; nothing is sent",
    async (host) => {
      await expect(download(host, "public")).rejects.toMatchObject({
        name: "Transient",
        reason: "transcript_host",
        message: expect.stringContaining("genesys.transcriptHosts"),
      });
      expect(asked).toEqual([]);
    },
  );

  test.each([
    "https://amazonaws.com.attacker.example/t",
    "https://attackeramazonaws.com/t",
    "https://bucket.s3.amazonaws.com@attacker.example/t",
    "https://attacker.example/?bucket.s3.amazonaws.com",
    "http://bucket.s3.amazonaws.com/t",
  ])("%s is none of the hosts, or not encrypted", async (url) => {
    const connections = createConnections();
    const place = { hosts: ["*.amazonaws.com"], reach: "public" as const };
    const { signal } = new AbortController();
    const reason = "transcript_host";
    await expect(downloadTranscript(connections, url, place, signal)).rejects.toMatchObject({ reason });
    await connections.destroy();
  });

  test("it is, where it was meant", async () => {
    expect(await download("localhost", "private")).toMatchObject({ phrases: [] });
    expect(asked.splice(0)).toEqual(["/secret"]);
  });

  test("metadata of the machine is asked for by nobody", async () => {
    await expect(download("169.254.169.254", "private")).rejects.toMatchObject({ reason: "transcript_host" });
  });
});
