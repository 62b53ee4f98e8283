import { type AnalysisFiles, openFolder, openS3 } from "../aws/files.ts";
import { openQueue } from "../aws/queue.ts";
import type { JudgedContact } from "./analysed.ts";
import { takeCaseLink } from "./connect-cases.ts";
import { ContactLens } from "./contact-lens.ts";
import { type EventTakers, takeEvents } from "./eventbridge.ts";
import { Folder } from "./folder.ts";
import type { SourcesOptions } from "./schema.ts";
import type { Source } from "./source.ts";
import { hiddenSeconds, Sqs, type SqsOptions, type SqsReports } from "./sqs.ts";

/** Where what is heard is handed in: each resolves once it is durable. */
export interface Ears extends EventTakers {
  readonly onContact: (found: JudgedContact, dueAt: number) => Promise<unknown>;
}

interface OpenOptions extends Ears, Pick<SqsOptions, "timing"> {
  readonly sources: SourcesOptions;
  /** Of Contact Lens; undefined where that is not configured. */
  readonly files: AnalysisFiles | undefined;
  readonly reports: SqsReports;
  /** Called with what is to be closed in the end. */
  readonly onOpened: (close: () => void) => void;
}

type QueuePlace = NonNullable<SourcesOptions["eventbridge"]>["sqs"];

/** Where the words of contacts lie that Contact Lens analysed. Throws Fatal where a package is not installed. */
export async function openAnalysisFiles({ contactLens }: SourcesOptions): Promise<AnalysisFiles | undefined> {
  if (contactLens === undefined) return undefined;
  const { folder, s3, maxFileBytes, redacted } = contactLens;
  const files =
    folder === undefined
      ? await openS3(s3, maxFileBytes, "sources.contactLens.sqs")
      : openFolder(folder, maxFileBytes);
  return { ...files, redacted };
}

/** The same without what takes something away when it is read. */
export function withoutQueues({ contactLens }: SourcesOptions): SourcesOptions {
  return contactLens?.folder === undefined ? {} : { contactLens };
}

/** The configured sources beside the platform's channels. Throws Fatal where a package is not installed. */
export async function openSources(options: OpenOptions): Promise<readonly Source[]> {
  const { sources, onLink } = options;
  const { eventbridge, connectCases } = sources;
  return [
    ...(eventbridge ? [await listen("eventbridge", eventbridge.sqs, takeBridged(options), options)] : []),
    ...(connectCases ? [await listen("connect-cases", connectCases.sqs, takeCaseLink(onLink), options)] : []),
    ...(await openContactLens(options)),
  ];
}

async function openContactLens(options: OpenOptions): Promise<Source[]> {
  const { sources, files, onContact, reports } = options;
  const { contactLens } = sources;
  if (contactLens === undefined || files === undefined) return [];
  const source = "contact-lens";
  const lens = new ContactLens({ ...contactLens, files, onContact });
  const { folder, sqs } = contactLens;
  return [
    ...(sqs ? [await listen(source, sqs, lens.takeMessage, options)] : []),
    ...(folder === undefined
      ? []
      : [new Folder({ ...contactLens, folder, source, take: lens.takeFile, reports })]),
  ];
}

async function listen(
  source: string,
  place: QueuePlace,
  take: SqsOptions["take"],
  { timing, reports, onOpened }: OpenOptions,
): Promise<Source> {
  const queue = await openQueue(place, hiddenSeconds, `the queue of ${source}`);
  onOpened(() => queue.close());
  return new Sqs({ queue, source, deleteUnreadable: place.deleteUnreadable, take, timing, reports });
}

function takeBridged(takers: EventTakers): SqsOptions["take"] {
  return async (body) => {
    const events = await takeEvents(body, takers);
    if ("problems" in events) return "unreadable";
    return events.recorded > 0 ? "taken" : "ignored";
  };
}
