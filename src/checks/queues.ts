import type { Queue } from "../genesys/payloads.ts";
import { globMatcher } from "../glob.ts";
import { type Check, type Finding, listed } from "./check.ts";
import type { Scene } from "./scene.ts";

/** Which queues there are, which of them are listened to, and which of those fall to no brand. */
export function queuesCheck(scene: Scene): Check {
  return {
    id: "queues",
    needs: ["permission.queues"],
    async run(signal) {
      const all = await scene.queues(signal);
      if (all.length === 0) {
        return {
          ok: false,
          summary: "the OAuth client sees no queue at all",
          mend: "give its role in the divisions of the queues: a division left out hides them without an error",
        };
      }
      const { include, exclude } = scene.config.genesys.queues;
      const idle = matchingNone(include, all);
      if (idle.length > 0) return noMatch("genesys.queues.include", idle);
      const heard = await scene.listened(signal);
      if (heard.length === 0) {
        return {
          ok: false,
          summary: `none of ${all.length} queues is listened to`,
          mend: "widen genesys.queues.include, or narrow genesys.queues.exclude",
        };
      }
      const stray = heard.filter(({ name }) => scene.brandOf(name) === undefined).map(({ name }) => name);
      const useless = matchingNone(exclude, all);
      const parts = [
        `${all.length} there, ${heard.length} listened to`,
        stray.length > 0 ? `no brand takes ${listed(stray)}: skipped as no_brand` : "each falls to a brand",
        ...(useless.length > 0 ? [`exclude matches none with ${listed(useless)}`] : []),
      ];
      return { ok: true, summary: parts.join("; ") };
    },
  };
}

/** The queues that fall to each brand. */
export function brandChecks(scene: Scene): readonly Check[] {
  const { brands, served } = scene.config;
  return brands
    .filter(({ id }) => served.includes(id))
    .map(({ id, match }) => ({
      id: `brand.${id}`,
      needs: ["queues"],
      async run(signal) {
        const idle = matchingNone(match.queues, await scene.queues(signal));
        if (idle.length > 0) return noMatch(`brand ${id}, match.queues`, idle);
        const own = (await scene.listened(signal)).filter(({ name }) => scene.brandOf(name) === id);
        if (own.length > 0) return { ok: true, summary: listed(own.map(({ name }) => name)) };
        return {
          ok: false,
          summary: `brand ${id}: no queue falls to it`,
          mend: "the queues it names are excluded, or a brand before it in the file takes them: mend one of these",
        };
      },
    }));
}

/**
 * Whether calls are transcribed. A queue in which transcription is off is well where the latest conversations show
 * messages in it and no calls.
 */
export function transcriptionCheck(scene: Scene): Check {
  return {
    id: "transcription",
    needs: ["queues", "permission.history"],
    async run(signal) {
      const { served } = scene.config;
      const own = (await scene.listened(signal)).filter(({ name }) =>
        served.includes(scene.brandOf(name) ?? ""),
      );
      const off = own.filter(({ enableTranscription }) => enableTranscription === false);
      const seen = mediaSeen(await scene.history(signal));
      const silent = off.filter(({ id }) => seen("voice", id) || !seen("message", id));
      if (silent.length > 0) {
        return {
          ok: false,
          summary: `transcription is off in ${listed(silent.map(({ name }) => name))}`,
          mend: "switch on voice transcription for the queue in Genesys, else its calls end as no_transcription",
        };
      }
      const quiet =
        off.length > 0 ? `; off where only messages were seen: ${listed(off.map(({ name }) => name))}` : "";
      return {
        ok: true,
        summary: `on in ${own.length - off.length} of ${own.length} queues of brands${quiet}`,
      };
    },
  };
}

function mediaSeen(history: Awaited<ReturnType<Scene["history"]>>) {
  const seen = new Set(
    history.flatMap(({ sessions }) =>
      sessions.flatMap(({ mediaType, queueIds }) => queueIds.map((id) => `${mediaType} ${id}`)),
    ),
  );
  return (mediaType: string, queueId: string): boolean => seen.has(`${mediaType} ${queueId}`);
}

function matchingNone(globs: readonly string[], queues: readonly Queue[]): string[] {
  return globs.filter((glob) => {
    const matches = globMatcher([glob]);
    return !queues.some(({ name }) => matches(name));
  });
}

function noMatch(where: string, globs: readonly string[]): Finding {
  const named = listed(globs.map((glob) => `"${glob}"`));
  return {
    ok: false,
    summary: `${where}: no queue matches ${named}`,
    mend: "write the queue's name as Genesys has it, * for any run of characters; see queues for what there is",
  };
}
