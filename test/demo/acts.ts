import { type Act, castOf } from "../../src/demo/cast.ts";
import type { ContactLog } from "../../src/model.ts";
import { stories } from "../../src/simulator/stories.ts";

/** The demo's cast at its end, as promised. */
export function happyCast(): Act[] {
  const cast = castOf(stories);
  for (const act of cast) {
    act.conversationId = crypto.randomUUID();
    if (act.expected.kind === "skip") Object.assign(act, { state: "skipped", reason: act.expected.reason });
    else Object.assign(act, { state: "posted", taken: 1, latencyMs: 700, log: logOf(act) });
  }
  return cast;
}

function logOf({ story, conversationId = "" }: Act): ContactLog {
  return {
    key: conversationId,
    conversationId,
    brand: story.id.startsWith("helder") ? "helder" : "noordlicht",
    medium: story.medium,
    startedAt: "2026-11-20T05:12:21.919Z",
    endedAt: "2026-11-20T05:12:25.496Z",
    accountId: "HLD-118352",
    agents: [{ userId: crypto.randomUUID(), queueId: crypto.randomUUID() }],
    language: "nl",
    description: "De klant betwist zijn jaarnota omdat de gasmeterstand geschat is.",
    note: `Klant: ${"de meterstand klopt niet ".repeat(8)}\nGedaan: de incasso is stopgezet.`,
    category: "Verhuizing",
    subcategory: "Meterstanden overdragen",
    actionItems: [{ text: "Bel de klant uiterlijk 14 maart terug.", owner: "agent", due: "2027-03-14" }],
    sentiment: "mixed",
    resolved: "partly",
    confidence: 0.44,
    review: { needed: true, reasons: ["close_category_score"] },
    provenance: {
      model: "offline-extractive",
      promptVersion: "offline-1",
      transcriptSha256: "a".repeat(64),
      createdAt: "2026-11-20T05:12:26.203Z",
    },
  };
}
