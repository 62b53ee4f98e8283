import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer, type TLSSocket } from "node:tls";

/** A private authority, and what it signed; files that live as long as the object. */
export interface Certificates extends Disposable {
  readonly directory: string;
  readonly ca: string;
  readonly serverCert: string;
  readonly serverKey: string;
  readonly cert: string;
  readonly key: string;
  /** The client's key behind a passphrase. */
  readonly lockedKey: string;
  readonly passphrase: string;
}

/** Made by the openssl command: Node can read certificates, and sign none. */
export function makeCertificates(): Certificates {
  const directory = mkdtempSync(join(tmpdir(), "contactlogd-tls-"));
  const at = (name: string): string => join(directory, name);
  const openssl = (...args: string[]): void => {
    execFileSync("openssl", args, { stdio: "pipe" });
  };
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
  const make = (name: string, ...more: string[]): void =>
    openssl(
      "req",
      "-x509",
      ...curve,
      "-subj",
      `/CN=${name}`,
      "-keyout",
      at(`${name}.key`),
      "-out",
      at(`${name}.crt`),
      ...more,
    );
  const signed = ["-CA", at("ca.crt"), "-CAkey", at("ca.key"), "-addext", "basicConstraints=CA:FALSE"];
  const passphrase = "passphrase-canary";
  make("ca");
  make("server", ...signed, "-addext", "subjectAltName=IP:127.0.0.1");
  make("client", ...signed);
  openssl(
    "pkcs8",
    "-topk8",
    "-in",
    at("client.key"),
    "-out",
    at("locked.key"),
    "-passout",
    `pass:${passphrase}`,
  );
  return {
    directory,
    ca: at("ca.crt"),
    serverCert: at("server.crt"),
    serverKey: at("server.key"),
    cert: at("client.crt"),
    key: at("client.key"),
    lockedKey: at("locked.key"),
    passphrase,
    [Symbol.dispose]: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** TLS in front of a plain server on this machine, for clients with a certificate of the authority alone. */
export interface TlsFront extends AsyncDisposable {
  readonly url: string;
  /** Subjects of the clients that came. */
  readonly clients: readonly string[];
}

export async function startTlsFront(
  upstream: string,
  { ca, serverCert, serverKey }: Certificates,
): Promise<TlsFront> {
  const clients: string[] = [];
  const open = new Set<TLSSocket>();
  const server = createServer(
    {
      ca: readFileSync(ca),
      cert: readFileSync(serverCert),
      key: readFileSync(serverKey),
      requestCert: true,
      rejectUnauthorized: true,
    },
    (socket) => {
      clients.push(String(socket.getPeerCertificate().subject?.CN));
      open.add(socket);
      const inner = connect(Number(new URL(upstream).port), "127.0.0.1");
      for (const [one, other] of [
        [socket, inner],
        [inner, socket],
      ] as const) {
        one.on("error", () => other.destroy());
        one.on("close", () => other.destroy());
        one.pipe(other);
      }
    },
  );
  server.on("tlsClientError", () => {});
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    clients,
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      for (const socket of open) socket.destroy();
      server.close();
      await closed;
    },
  };
}
