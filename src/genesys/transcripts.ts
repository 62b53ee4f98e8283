import type { Agent } from "undici";
import { Transient } from "../errors.ts";
import { call, hostOf } from "../http.ts";
import { checkAddress, type Reach } from "./addresses.ts";
import { parseJson } from "./answer.ts";
import { parseTranscript, type Transcript } from "./words.ts";

const deadlineMs = 20_000;
/** A three-hour call is some 2 MB of transcript with word timings; ten times that is not a transcript. */
const maxBytes = 32 * 2 ** 20;

/** Where transcripts may be downloaded from. */
export interface TranscriptPlace {
  /** Globs of host names (`*.amazonaws.com`), by https; undefined: any. */
  readonly hosts: readonly string[] | undefined;
  readonly reach: Reach;
}

/**
 * The transcript behind a pre-signed URL, which lives ten minutes: it is fetched without our token, and kept nowhere.
 * Throws Transient.
 * @param connections of `lookupWithin(place.reach)`
 */
export async function downloadTranscript(
  connections: Agent,
  url: string,
  { hosts, reach }: TranscriptPlace,
  signal: AbortSignal,
): Promise<Transcript> {
  checkHost(url, hosts);
  checkAddress(new URL(url).hostname, reach);
  const what = "transcript";
  const answer = await call(connections, { url, method: "GET", deadlineMs, maxBytes, what }, signal);
  // 403 is an URL past its ten minutes: the next try asks for a new one.
  if (answer.status !== 200) {
    throw new Transient("transcript_download", `transcript: the file store answered HTTP ${answer.status}`);
  }
  return parseTranscript(parseJson(answer, what));
}

function checkHost(url: string, globs: readonly string[] | undefined): void {
  const { protocol, hostname } = new URL(url);
  if (globs === undefined) return;
  const allowed = globs.some((glob) =>
    glob === "*" || glob.startsWith("*.") ? hostname.endsWith(glob.slice(1)) : hostname === glob,
  );
  if (allowed && protocol === "https:") return;
  throw new Transient(
    "transcript_host",
    `transcript: ${hostOf(url)} is not a host transcripts may come from; if it should be, add it to genesys.transcriptHosts`,
  );
}
