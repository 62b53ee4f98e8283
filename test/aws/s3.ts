import { type Fake, Refusal, startFake } from "./fake.ts";

export interface FakeBucket extends Fake {
  readonly bucket: string;
  put(key: string, body: string): void;
  /** Keys that were read, in order, also in vain. */
  readonly reads: string[];
  /** May not be read. */
  forbid(key: string): void;
}

/** Amazon S3, path style: GetObject. */
export async function startS3(): Promise<FakeBucket> {
  const bucket = "connect-bucket";
  const objects = new Map<string, string>();
  const forbidden = new Set<string>();
  const reads: string[] = [];
  const fake = await startFake({
    name: "s3",
    error: (code, message) => ({
      headers: { "content-type": "application/xml" },
      body: `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`,
    }),
    answer({ method, path }) {
      const [, at, key] = /^\/([^/]+)\/(.+)$/.exec(decodeURIComponent(path)) ?? [];
      if (method !== "GET" || key === undefined) throw new Refusal("MethodNotAllowed", "only GetObject", 405);
      if (at !== bucket) throw new Refusal("NoSuchBucket", "no such bucket", 404);
      reads.push(key);
      if (forbidden.has(key)) throw new Refusal("AccessDenied", "Access Denied", 403);
      const body = objects.get(key);
      if (body === undefined) throw new Refusal("NoSuchKey", "The specified key does not exist.", 404);
      return { status: 200, headers: { "content-type": "application/json", etag: '"0"' }, body };
    },
  });
  return Object.assign(fake, {
    bucket,
    reads,
    put: (key: string, body: string) => void objects.set(key, body),
    forbid: (key: string) => void forbidden.add(key),
  });
}

/** As S3 tells a queue of a new object (notification-content-structure): the key is form-encoded. */
export function objectCreated(bucket: string, key: string) {
  return {
    Records: [
      {
        eventVersion: "2.1",
        eventSource: "aws:s3",
        awsRegion: "eu-central-1",
        eventTime: "2026-03-12T10:15:30.000Z",
        eventName: "ObjectCreated:Put",
        s3: {
          s3SchemaVersion: "1.0",
          configurationId: "analysis",
          bucket: { name: bucket, arn: `arn:aws:s3:::${bucket}` },
          object: { key: encodeURIComponent(key).replaceAll("%2F", "/").replaceAll("%20", "+"), size: 1024 },
        },
      },
    ],
  };
}
