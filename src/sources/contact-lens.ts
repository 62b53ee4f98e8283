import { parseAnalysis, readAnalysisName } from "../aws/contact-lens.ts";
import { readCreatedObjects, readFailedAnalysis } from "../aws/events.ts";
import { type AnalysisFiles, bucketLocation } from "../aws/files.ts";
import { type AnalysedBrand, type JudgedContact, judgeAnalysis, judgeFailed } from "./analysed.ts";
import type { Taken } from "./sqs.ts";

export interface ContactLensOptions {
  readonly files: AnalysisFiles;
  readonly brands: readonly AnalysedBrand[];
  /** How long an original waits for its redacted file, where that is preferred. */
  readonly redactedWaitMs: number;
  /** Resolves once it is durable; a contact that is known already changes nothing. */
  onContact(found: JudgedContact, dueAt: number): Promise<unknown>;
}

/**
 * Contacts of Amazon Connect, found by the files that Contact Lens writes when it has analysed one. The words stay in
 * the file: what is recorded is where it lies, and it is read again when the log is written.
 */
export class ContactLens {
  readonly #options: ContactLensOptions;

  constructor(options: ContactLensOptions) {
    this.#options = options;
  }

  /** A message of the queue that S3, or EventBridge, tells of new files and of failed analyses. */
  readonly takeMessage = async (body: unknown, signal: AbortSignal): Promise<Taken> => {
    const failed = readFailedAnalysis(body);
    if (failed !== undefined) {
      const now = Date.now();
      await this.#options.onContact(judgeFailed(failed, this.#options.brands, now), now);
      return "taken";
    }
    const objects = readCreatedObjects(body);
    if (objects === undefined) return "unreadable";
    let outcome: Taken = "ignored";
    for (const { bucket, key } of objects) {
      if ((await this.takeFile(bucketLocation(bucket, key), signal)) === "taken") outcome = "taken";
    }
    return outcome;
  };

  /** `ignored` where it is no analysis file, or the other one of the two. Throws what reading and recording throw. */
  readonly takeFile = async (location: string, signal: AbortSignal): Promise<Taken> => {
    const { files, brands, redactedWaitMs, onContact } = this.#options;
    const { redacted } = files;
    const name = readAnalysisName(location);
    if (name === undefined) return "ignored";
    if (redacted === (name.redacted ? "never" : "require")) return "ignored";
    const text = await files.read(location, signal);
    if (text === undefined) return "ignored";
    const analysis = parseAnalysis(text);
    if (analysis.status !== "COMPLETED" && analysis.status !== "FAILED") return "ignored";
    const now = Date.now();
    const waitMs = redacted === "prefer" && !name.redacted ? redactedWaitMs : 0;
    await onContact(judgeAnalysis(analysis, name, location, brands, now), now + waitMs);
    return "taken";
  };
}
