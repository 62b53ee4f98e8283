import { X509Certificate } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { createSecureContext, getCACertificates, type SecureContext } from "node:tls";
import { z } from "zod";
import { ConfigError, causeOf } from "../errors.ts";

/** No certificate or chain is this large. */
const maxFileBytes = 2 ** 20;

const file = z.string().min(1);

export const tlsSchema = z
  .strictObject({
    ca: file.optional().describe("PEM file of a private authority, trusted beside the system's."),
    cert: file.optional().describe("PEM file of our own certificate, with its chain: mTLS."),
    key: file.optional().describe("PEM file of its private key."),
    passphrase: z.string().min(1).optional().describe("Of the private key."),
  })
  .refine(({ cert, key }) => (cert === undefined) === (key === undefined), {
    path: ["cert"],
    error: "cert and key go together",
  });

export type Tls = z.output<typeof tlsSchema>;

/** What each kind of file holds, and how it is told to be none. */
const looksLike = {
  ca: /-----BEGIN CERTIFICATE-----/,
  cert: /-----BEGIN CERTIFICATE-----/,
  key: /-----BEGIN (?:\w+ )*PRIVATE KEY-----/,
};

/**
 * The certificates to connect with, read and checked.
 * @throws ConfigError with a sentence for each file that is missing, unreadable, no PEM, or does not fit the others
 */
export function secureContextOf({ passphrase, ...files }: Tls): SecureContext {
  const problems: string[] = [];
  const read = (name: keyof typeof looksLike): string | undefined => {
    const path = files[name];
    const found = path === undefined ? undefined : readPem(name, path);
    if (found !== undefined && "problem" in found) problems.push(found.problem);
    return found !== undefined && "text" in found ? found.text : undefined;
  };
  const { ca, cert, key } = { ca: read("ca"), cert: read("cert"), key: read("key") };
  if (problems.length > 0) throw new ConfigError(problems);
  try {
    return createSecureContext({
      ...(ca !== undefined && { ca: [...getCACertificates("default"), ca] }),
      ...(cert !== undefined && { cert, key, passphrase }),
    });
  } catch (error) {
    throw new ConfigError([unfit(files, causeOf(error))]);
  }
}

/** When our own certificate expires (epoch milliseconds); undefined where none is shown. To be asked of what was checked. */
export function endOf({ cert }: Tls): number | undefined {
  return cert === undefined ? undefined : new X509Certificate(readFileSync(cert)).validToDate.getTime();
}

function readPem(
  name: keyof typeof looksLike,
  path: string,
): { readonly text: string } | { readonly problem: string } {
  try {
    if (statSync(path).size > maxFileBytes) return { problem: `tls.${name}: the file ${path} is too large` };
    const text = readFileSync(path, "utf8");
    if (!looksLike[name].test(text)) {
      return { problem: `tls.${name}: the file ${path} is not PEM (no ${kindOf(name)} in it)` };
    }
    if (name !== "key") new X509Certificate(text);
    return { text };
  } catch (error) {
    const code = causeOf(error);
    const why = code.startsWith("ERR_")
      ? `holds a certificate that cannot be read (${code})`
      : `cannot be read (${code})`;
    return { problem: `tls.${name}: the file ${path} ${why}` };
  }
}

function kindOf(name: keyof typeof looksLike): string {
  return name === "key" ? "private key" : "certificate";
}

/** OpenSSL's codes, as a person would say them. */
function unfit({ cert, key }: Omit<Tls, "passphrase">, code: string): string {
  if (/KEY_VALUES_MISMATCH|KEY_TYPE_MISMATCH/.test(code)) {
    return `tls.key: the private key ${key} does not belong to the certificate ${cert}`;
  }
  if (/BAD_DECRYPT|BAD_PASSWORD|MISSING_PASSPHRASE|INTERRUPTED|PASSWORD/.test(code)) {
    return `tls.passphrase: is missing, or does not open the private key ${key}`;
  }
  return `tls: the certificate ${cert} and the private key ${key} cannot be used (${code})`;
}
