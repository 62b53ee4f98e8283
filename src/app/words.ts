import type { AnalysisFiles } from "../aws/files.ts";
import type { Config } from "../config.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { type AllMedia, createMedia } from "../media/index.ts";
import type { Events } from "../ops/events.ts";
import { addressStore } from "../sources/addresses.ts";
import { Signs } from "../sources/signs.ts";
import { TranscriptSearch } from "../sources/transcript-search.ts";
import type { Platform } from "./platform.ts";

export interface WordsOptions {
  readonly platform: Platform;
  /** Of Contact Lens; undefined where that is not configured. */
  readonly analysisFiles: AnalysisFiles | undefined;
  readonly ledger: Ledger;
  readonly timing: Config["timing"];
  readonly events: Events;
  /** Something may be due. */
  readonly wake: () => void;
}

/** How words are fetched, and what tells that they may be there. */
export interface Words {
  readonly media: AllMedia;
  readonly signs: Signs;
  readonly search: TranscriptSearch;
}

export function createWords({
  platform: { api, queues },
  analysisFiles,
  ledger,
  timing,
  events,
  wake,
}: WordsOptions): Words {
  const onSign = (conversationId: string): void => {
    ledger.bringForward(conversationId).then(
      (changed) => {
        if (changed) wake();
      },
      (error: unknown) => events.internalError(conversationId, error),
    );
  };
  const search = new TranscriptSearch({
    api,
    transcriptFirstMs: timing.transcriptFirstMs,
    awaiting: () => ledger.awaitingTranscript(),
    onSign,
    onFailure: (error) => events.searchFailed(error),
  });
  const signs = new Signs({
    api,
    timing,
    reports: events,
    onSign,
    addresses: addressStore(ledger.marks, "sign_channel", api),
  });
  const media = createMedia({
    api,
    contactLens: analysisFiles,
    timing,
    isCrowded: () => search.crowded,
    queue: (id, signal) => queues.get(id, signal),
  });
  return { media, signs, search };
}
