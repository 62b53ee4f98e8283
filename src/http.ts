import { once } from "node:events";
import { connect as connectTcp, isIP, type LookupFunction, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { connect as connectTls, type SecureContext } from "node:tls";
import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate } from "node:zlib";
import { Agent, type Dispatcher, request } from "undici";
import { causeOf, Transient, unreachable } from "./errors.ts";

/** A body nobody wants is read a little, so that the connection can be used again, and no further. */
const dumpBytes = 64 * 1024;
const dumpMs = 200;

/** How long a server may take to refuse a client's certificate. */
const refusalMs = 200;

/** Failures before the first byte of a request can have left: names, routes, connects and certificates. */
const neverSent =
  /^(?:ENOTFOUND|EAI_\w+|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|EACCES|UND_ERR_CONNECT_TIMEOUT|ERR_TLS\w*|ERR_SSL\w*|CERT_\w+|DEPTH_ZERO\w*|SELF_SIGNED\w*|UNABLE_TO\w*|EPROTO)$/;

/** An HTTP answer read to its end; header names are lower case. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

export interface HttpCall {
  readonly url: string;
  readonly method: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** One deadline for the whole call: connecting, waiting, and a body that drips. */
  readonly deadlineMs: number;
  /** The answer may not be longer than this, before and after decompression. */
  readonly maxBytes: number;
  /** Statuses whose body does not matter: it is not waited for, and cannot turn the answer into an error. */
  readonly ignoresBody?: (status: number) => boolean;
  /** `empty`: a body that is too large, cut off or not decodable counts as none, so that the status still speaks. */
  readonly unreadableBody?: "empty";
  /** What the answer is called in an error message; never the URL, which may be a secret. */
  readonly what: string;
}

/** What some stores say of text that they give as it is: a charset, or how it was once uploaded. */
const plainEncodings: ReadonlySet<string> = new Set(["identity", "aws-chunked", "utf-8", "utf8"]);

const inflaters: Record<string, (data: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>> = {
  gzip: promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
};

/**
 * Keep-alive connections to one upstream, for the life of the daemon.
 * @param secureContext certificates other than the system's
 * @param lookup which addresses a name leads to, other than the system says; it may refuse with an error of ours
 */
export function createConnections(secureContext?: SecureContext, lookup?: LookupFunction): Agent {
  const connect = { timeout: 10_000, ...(secureContext && { secureContext }), ...(lookup && { lookup }) };
  return new Agent({ connections: 32, keepAliveTimeout: 30_000, connect });
}

/**
 * One HTTP call, read whole. Redirects are not followed: an API that redirects is not the one we were told to trust.
 * Throws Transient when no usable answer came, `unreachable` where nothing can have been sent. Any status is an answer.
 */
export async function call(
  connections: Dispatcher,
  options: HttpCall,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const deadline = AbortSignal.timeout(options.deadlineMs);
  try {
    const answer = await request(options.url, {
      dispatcher: connections,
      method: options.method as Dispatcher.HttpMethod,
      headers: { ...options.headers },
      body: options.body ?? null,
      signal: AbortSignal.any([signal, deadline]),
      headersTimeout: options.deadlineMs,
      bodyTimeout: options.deadlineMs,
    });
    const headers = flatten(answer.headers);
    if (options.ignoresBody?.(answer.statusCode)) {
      await answer.body.dump({ limit: dumpBytes, signal: AbortSignal.timeout(dumpMs) }).catch(() => {});
      return { status: answer.statusCode, headers, text: "" };
    }
    return {
      status: answer.statusCode,
      headers,
      text: await readText(answer.body, headers, options, signal),
    };
  } catch (error) {
    if (error instanceof Transient) throw error;
    signal.throwIfAborted();
    if (deadline.aborted) {
      throw new Transient("timeout", `${options.what}: no complete answer within ${options.deadlineMs} ms`);
    }
    const cause = causeOf(error);
    const unsent = neverSent.test(cause);
    const sentence = `${options.what}: ${hostOf(options.url)} ${unsent ? unreachable(cause) : `broke off the connection (${cause})`}`;
    throw new Transient(unsent ? "unreachable" : "connection_lost", sentence);
  }
}

/**
 * Connects to where a URL leads, with TLS where it says so, and sends nothing. Throws Transient (`unreachable`).
 * @param secureContext certificates other than the system's
 */
export async function connectTo(
  url: string,
  { what, secureContext }: { what: string; secureContext?: SecureContext },
  signal: AbortSignal,
): Promise<void> {
  const { protocol, hostname, port } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, "");
  const encrypted = protocol === "https:";
  const place = { host, port: Number(port || (encrypted ? 443 : 80)) };
  const names = { ...(isIP(host) === 0 && { servername: host }), ...(secureContext && { secureContext }) };
  const socket = encrypted ? connectTls({ ...place, ...names }) : connectTcp(place);
  try {
    await once(socket, encrypted ? "secureConnect" : "connect", { signal });
    if (encrypted) await staysOpen(socket, signal);
  } catch (error) {
    signal.throwIfAborted();
    throw new Transient("unreachable", `${what}: ${hostOf(url)} ${unreachable(causeOf(error))}`);
  } finally {
    socket.on("error", () => {});
    socket.destroy();
  }
}

/** A server looks at our certificate when for us the handshake is done (TLS 1.3): what it refuses, it closes. */
async function staysOpen(socket: Socket, signal: AbortSignal): Promise<void> {
  const closed = once(socket, "close", { signal }).then(() => {
    throw new Error("it closed the connection");
  });
  closed.catch(() => {});
  await Promise.race([closed, pause(refusalMs, undefined, { signal })]);
}

/** Host and port of a URL, the only part of one that is safe to show. */
export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : "an invalid URL";
}

function flatten(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name.toLowerCase()] = Array.isArray(value) ? value.join(", ") : value;
  }
  return flat;
}

async function readText(
  body: Dispatcher.ResponseData["body"],
  headers: Readonly<Record<string, string>>,
  options: HttpCall,
  signal: AbortSignal,
): Promise<string> {
  try {
    return await decode(await readCapped(body, options), headers["content-encoding"], options);
  } catch (error) {
    if (options.unreadableBody !== "empty" || signal.aborted) throw error;
    return "";
  }
}

async function readCapped(
  body: Dispatcher.ResponseData["body"],
  { maxBytes, what }: HttpCall,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) {
      body.destroy();
      throw new Transient("answer_too_large", `${what}: the answer is larger than ${maxBytes} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** How a body is packed: what the header says, or, where that says nothing, what its first bytes do. */
function encodingOf(raw: Buffer, header: string | undefined): string {
  const names = (header ?? "").split(",").map((name) => name.trim().toLowerCase().replace(/^x-/, ""));
  const packed = names.filter((name) => name !== "" && !plainEncodings.has(name));
  if (packed.length > 0) return packed.join(", ");
  return raw[0] === 0x1f && raw[1] === 0x8b ? "gzip" : "identity";
}

async function decode(
  raw: Buffer,
  encoding: string | undefined,
  { maxBytes, what }: HttpCall,
): Promise<string> {
  const name = encodingOf(raw, encoding);
  // Leaves a byte order mark away, which is no part of a text.
  const read = (bytes: Buffer): string => new TextDecoder().decode(bytes);
  if (name === "identity" || raw.length === 0) return read(raw);
  const inflater = Object.hasOwn(inflaters, name) ? inflaters[name] : undefined;
  if (!inflater) throw new Transient("answer_encoding", `${what}: unknown content-encoding in the answer`);
  try {
    return read(await inflater(raw, { maxOutputLength: maxBytes }));
  } catch (error) {
    const tooLarge = (error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE";
    throw tooLarge
      ? new Transient("answer_too_large", `${what}: the answer unpacks to more than ${maxBytes} bytes`)
      : new Transient("answer_encoding", `${what}: the answer cannot be decompressed`);
  }
}
