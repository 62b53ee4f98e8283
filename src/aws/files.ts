import { open } from "node:fs/promises";
import { join } from "node:path";
import { causeOf, Permanent, Transient } from "../errors.ts";
import { awsError } from "./errors.ts";
import { clientOptions, requirePackage } from "./load.ts";
import type { AwsPlace } from "./place.ts";

const timeoutMs = 30_000;

/** Where analysis files lie. A location is `s3://bucket/key`, or `file:` and the path below the folder. */
export interface Files {
  /**
   * The file's text; undefined where it is not there.
   * Throws Transient, the signal's reason, or Permanent where it is too large.
   */
  read(location: string, signal: AbortSignal): Promise<string | undefined>;
  close(): void;
}

export const bucketLocation = (bucket: string, key: string): string => `s3://${bucket}/${key}`;
export const folderLocation = (path: string): string => `file:${path}`;

/** The same, and which of a contact's two files is to be read. */
export interface AnalysisFiles extends Files {
  readonly redacted: "prefer" | "require" | "never";
}

/** Analysis files in a folder of this machine. */
export function openFolder(folder: string, maxBytes: number): Files {
  return {
    async read(location, signal) {
      signal.throwIfAborted();
      const path = /^file:(.+)$/.exec(location)?.[1];
      if (path === undefined) throw elsewhere();
      try {
        await using file = await open(join(folder, path));
        const { size } = await file.stat();
        if (size > maxBytes) throw tooLarge(maxBytes);
        return await file.readFile({ encoding: "utf8", signal });
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof Permanent) throw error;
        const code = causeOf(error);
        if (code === "ENOENT" || code === "ENOTDIR") return undefined;
        throw new Transient("file_unreadable", `analysis file: it cannot be read (${code})`);
      }
    },
    close() {},
  };
}

/** Analysis files in Amazon S3. Throws Fatal where the package is not installed. */
export async function openS3(place: AwsPlace, maxBytes: number, what: string): Promise<Files> {
  requirePackage("@aws-sdk/client-s3", what);
  const { S3Client, GetObjectCommand } = await import("@aws-sdk/client-s3");
  const client = new S3Client({
    ...clientOptions(place, timeoutMs),
    // A stand-in has one host name for all buckets.
    forcePathStyle: place.endpoint !== undefined,
  });
  return {
    async read(location, signal) {
      const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.+)$/s.exec(location) ?? [];
      if (Bucket === undefined || Key === undefined) throw elsewhere();
      const deadline = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
      try {
        const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }), { abortSignal: deadline });
        return Body === undefined ? "" : await textOf(Body as AsyncIterable<Uint8Array>, maxBytes);
      } catch (error) {
        signal.throwIfAborted();
        if (["NoSuchKey", "NotFound"].includes((error as Error).name)) return undefined;
        throw awsError(error, {
          what: `bucket ${Bucket}`,
          // Without s3:ListBucket an object that is not there looks like one that may not be read.
          action: "s3:GetObject on its analysis files, and s3:ListBucket",
          changes: false,
          sent: [Key],
        });
      }
    },
    close: () => client.destroy(),
  };
}

async function textOf(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function tooLarge(maxBytes: number): Permanent {
  return new Permanent("analysis_too_large", `analysis file: larger than ${maxBytes} bytes`);
}

function elsewhere(): Transient {
  return new Transient(
    "not_configured",
    "analysis file: it lies where sources.contactLens no longer looks; configure both until it is done",
  );
}
