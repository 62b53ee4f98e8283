import { X509Certificate } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createDestination, destinationSchema } from "../../src/destinations/index.ts";
import { ConfigError } from "../../src/errors.ts";
import { startBackend } from "../../src/simulator/backend.ts";
import { type Certificates, makeCertificates, startTlsFront } from "./certificates.ts";
import { context, delivery } from "./contract.ts";

const never = new AbortController().signal;
let certificates: Certificates;
let other: Certificates;

beforeAll(() => {
  certificates = makeCertificates();
  other = makeCertificates();
});
afterAll(() => {
  certificates[Symbol.dispose]();
  other[Symbol.dispose]();
});

function made(tls: object, url = "https://crm.example/logs") {
  return createDestination(destinationSchema.parse({ kind: "http", url, tls, timeoutMs: 2_000 }), context);
}

describe("certificates", () => {
  async function post(tls: object): Promise<{ outcome: unknown; clients: readonly string[]; posts: number }> {
    await using backend = await startBackend();
    await using front = await startTlsFront(backend.url, certificates);
    await using destination = made(tls, `${front.url}/logs`);
    const outcome = await destination.post(delivery, never).catch((thrown: unknown) => thrown);
    return { outcome, clients: [...front.clients], posts: backend.attempts.length };
  }

  test("a private authority and our own certificate open the door, the key locked or not", async () => {
    const { ca, cert, key, lockedKey, passphrase } = certificates;
    const taken = { outcome: { status: 201, alreadyThere: false }, clients: ["client"], posts: 1 };
    expect(await post({ ca, cert, key })).toEqual(taken);
    expect(await post({ ca, cert, key: lockedKey, passphrase })).toEqual(taken);
  });

  test("when our own certificate expires is known, where one is shown", async () => {
    const { ca, cert, key } = certificates;
    await using shown = made({ ca, cert, key });
    const { validTo } = new X509Certificate(readFileSync(cert));
    expect(shown.certificateEndsAt).toBe(Date.parse(validTo));
    await using without = made({ ca });
    expect(without.certificateEndsAt).toBeUndefined();
  });

  test("a server that no authority of ours vouches for gets nothing", async () => {
    const { cert, key } = certificates;
    for (const tls of [
      { cert, key },
      { cert, key, ca: other.ca },
    ]) {
      expect(await post(tls)).toMatchObject({
        outcome: { name: "Transient", reason: "unreachable" },
        posts: 0,
      });
    }
  });

  test("without a certificate, or with a stranger's, nothing is posted, and it is tried again", async () => {
    const { ca } = certificates;
    for (const tls of [{ ca }, { ca, cert: other.cert, key: other.key }]) {
      const { outcome, posts } = await post(tls);
      expect(outcome).toMatchObject({ reason: expect.stringMatching(/^(unreachable|connection_lost)$/) });
      expect(posts).toBe(0);
    }
  });
});

describe("files are checked before the first post", () => {
  function problemOf(tls: object): string {
    try {
      made(tls);
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigError);
      return (error as ConfigError).message;
    }
    return "";
  }

  test("each mistake is named, with its file", () => {
    const { directory, ca, cert, key, lockedKey } = certificates;
    const prose = join(directory, "prose.pem");
    const broken = join(directory, "broken.pem");
    writeFileSync(prose, "no certificate");
    writeFileSync(broken, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    expect(problemOf({ ca: `${directory}/none.pem` })).toBe(
      `tls.ca: the file ${directory}/none.pem cannot be read (ENOENT)`,
    );
    expect(problemOf({ ca: directory })).toBe(`tls.ca: the file ${directory} cannot be read (EISDIR)`);
    expect(problemOf({ ca: prose })).toBe(`tls.ca: the file ${prose} is not PEM (no certificate in it)`);
    expect(problemOf({ ca: broken })).toMatch(
      /^tls\.ca: the file .*broken\.pem holds a certificate that cannot be read/,
    );
    expect(problemOf({ cert: key, key: cert })).toBe(
      `tls.cert: the file ${key} is not PEM (no certificate in it)\ntls.key: the file ${cert} is not PEM (no private key in it)`,
    );
    expect(problemOf({ ca, cert, key: other.key })).toBe(
      `tls.key: the private key ${other.key} does not belong to the certificate ${cert}`,
    );
    for (const passphrase of [undefined, "wrong-canary"]) {
      expect(problemOf({ cert, key: lockedKey, passphrase })).toBe(
        `tls.passphrase: is missing, or does not open the private key ${lockedKey}`,
      );
    }
  });

  test.each<[what: string, change: object, says: string]>([
    ["a certificate without its key", { tls: { cert: "a" } }, "cert and key go together"],
    ["a plain URL", { url: "http://crm.example/", tls: { ca: "a" } }, "needs an https URL"],
  ])("%s is refused", (_what, change, says) => {
    const { error } = destinationSchema.safeParse({ kind: "http", url: "https://crm.example/", ...change });
    expect(error?.issues.map(({ message }) => message)).toContain(says);
  });
});
