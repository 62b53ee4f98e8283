import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { skipReasons } from "../model.ts";

const seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200, 86_400];

/** The program's Prometheus metrics, in a registry of its own. */
export function createMetrics() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    registry,
    contacts: new Counter({
      name: "contactlogd_contacts_total",
      help: "Contacts that reached their end: posted, skipped (with its reason), dead (with its reason).",
      labelNames: ["brand", "outcome", "reason"] as const,
      registers,
    }),
    ended: new Counter({
      name: "contactlogd_ended_total",
      help: "Contacts found to have ended, by the brand of their queue and medium.",
      labelNames: ["brand", "medium"] as const,
      registers,
    }),
    noticed: new Counter({
      name: "contactlogd_notices_total",
      help: "Word of a possible end, by source, repeated word not counted.",
      labelNames: ["source"] as const,
      registers,
    }),
    messages: new Counter({
      name: "contactlogd_messages_total",
      help: "Messages of queues and files of folders, by source: taken, ignored, unreadable, or failed and to come again.",
      labelNames: ["source", "outcome"] as const,
      registers,
    }),
    postponed: new Counter({
      name: "contactlogd_postponed_total",
      help: "Work put off, by reason.",
      labelNames: ["reason"] as const,
      registers,
    }),
    unexpected: new Counter({
      name: "contactlogd_unexpected_payloads_total",
      help: "Frames and events that were not of the documented shape.",
      labelNames: ["what"] as const,
      registers,
    }),
    foundBySweep: new Counter({
      name: "contactlogd_found_by_sweep_total",
      help: "Ends no event told of, found by looking through history with no gap known; a healthy channel leaves none.",
      registers,
    }),
    notSeen: new Counter({
      name: "contactlogd_not_seen_total",
      help: "Conversations an event of the whole organization told of that our client may not see.",
      registers,
    }),
    gaps: new Counter({
      name: "contactlogd_gaps_total",
      help: "Times in which ends may not have been heard, opened and filled, by reason.",
      labelNames: ["state", "reason"] as const,
      registers,
    }),
    stageSeconds: new Histogram({
      name: "contactlogd_stage_seconds",
      help: "Duration of one try of a stage.",
      labelNames: ["stage"] as const,
      buckets: seconds,
      registers,
    }),
    endToPostSeconds: new Histogram({
      name: "contactlogd_end_to_post_seconds",
      help: "From the end of a contact to its contact log in the backend.",
      labelNames: ["brand", "medium"] as const,
      buckets: seconds,
      registers,
    }),
    modelTokens: new Counter({
      name: "contactlogd_model_tokens_total",
      help: "Tokens the model read (new, cached) and wrote (output), by brand.",
      labelNames: ["brand", "kind"] as const,
      registers,
    }),
    modelRequests: new Counter({
      name: "contactlogd_model_requests_total",
      help: "Requests made to the model: first answers, repairs, parts of long conversations, second samples.",
      labelNames: ["brand"] as const,
      registers,
    }),
    modelCost: new Counter({
      name: "contactlogd_model_cost_total",
      help: "What the model cost by the configured prices, in the configured currency.",
      labelNames: ["brand", "currency"] as const,
      registers,
    }),
    budgetSpent: new Gauge({
      name: "contactlogd_model_budget_spent",
      help: "1 while the rest of the day's budget does not suffice and contacts wait.",
      registers,
    }),
    findings: new Counter({
      name: "contactlogd_findings_total",
      help: "Claims of written logs that their conversation did not carry, after the repair turn, by kind.",
      labelNames: ["brand", "kind"] as const,
      registers,
    }),
    redactions: new Counter({
      name: "contactlogd_redactions_total",
      help: "Personal details taken out of conversations before the model read them, by kind.",
      labelNames: ["brand", "kind"] as const,
      registers,
    }),
    reviews: new Counter({
      name: "contactlogd_reviews_total",
      help: "Contact logs marked for review, by each of their reasons.",
      labelNames: ["brand", "reason"] as const,
      registers,
    }),
    channels: new Gauge({
      name: "contactlogd_channel_connected",
      help: "1 while a notification channel is subscribed and connected.",
      labelNames: ["channel"] as const,
      registers,
    }),
    channelHeard: new Gauge({
      name: "contactlogd_channel_heard_seconds",
      help: "Since the last frame of a notification channel; pongs come every timing.pingEveryMs.",
      labelNames: ["channel"] as const,
      registers,
    }),
    ready: new Gauge({
      name: "contactlogd_ready",
      help: "1 while /readyz answers 200.",
      registers,
    }),
    gapOpen: new Gauge({
      name: "contactlogd_gap_open_seconds",
      help: "Age of the oldest gap that is not looked through in history yet; 0 where none is open.",
      registers,
    }),
    feedback: new Counter({
      name: "contactlogd_feedback_total",
      help: "Final logs of agents: matched with one of a shadow run, waiting for it, or unknown.",
      labelNames: ["outcome"] as const,
      registers,
    }),
    reloads: new Counter({
      name: "contactlogd_config_reload_total",
      help: "Times the configuration was read again: applied, refused (the one before stays), secrets (changed in their files).",
      labelNames: ["result"] as const,
      registers,
    }),
    reloadOk: new Gauge({
      name: "contactlogd_config_last_reload_successful",
      help: "0 while the configuration file was refused when it was last read again: the next start would refuse it too.",
      registers,
    }),
    ledgerFailures: new Counter({
      name: "contactlogd_ledger_failures_total",
      help: "Reads and writes of the state file that failed (full disk, locked).",
      registers,
    }),
    circuits: new Gauge({
      name: "contactlogd_circuit_open",
      help: "1 while an endpoint (a destination, the model) is taken for down and its contacts wait.",
      labelNames: ["endpoint"] as const,
      registers,
    }),
    spans: new Counter({
      name: "contactlogd_spans_total",
      help: "Spans of traces: sent, refused by the collector, or dropped because it could not be reached for too long.",
      labelNames: ["outcome"] as const,
      registers,
    }),
    doors: new Counter({
      name: "contactlogd_door_requests_total",
      help: "Requests at the doors behind http.token, by route and HTTP status; 401 came without the token.",
      labelNames: ["door", "status"] as const,
      registers,
    }),
    clockAhead: new Gauge({
      name: "contactlogd_clock_ahead_seconds",
      help: "How far this machine's clock is ahead of the platform's (behind: negative), by its last answer.",
      registers,
    }),
    diskFree: new Gauge({
      name: "contactlogd_state_disk_free_bytes",
      help: "Room left on the disk of the state file.",
      registers,
    }),
    diskSize: new Gauge({
      name: "contactlogd_state_disk_size_bytes",
      help: "Size of the disk of the state file.",
      registers,
    }),
    certificateEnds: new Gauge({
      name: "contactlogd_certificate_ends_timestamp_seconds",
      help: "When our own certificate for a destination (tls.cert) expires.",
      labelNames: ["endpoint"] as const,
      registers,
    }),
    queues: new Gauge({ name: "contactlogd_queues", help: "Queues listened to.", registers }),
    ledger: new Gauge({
      name: "contactlogd_ledger_rows",
      help: "Rows of the ledger by stage; `noticed` are possible ends not looked at yet.",
      labelNames: ["stage"] as const,
      registers,
    }),
  };
}

export type Metrics = ReturnType<typeof createMetrics>;

/**
 * Begins what alerts compare over time at 0: of a series that is first seen at 1, or at 500, Prometheus counts no
 * increase. Counts that are there stay.
 */
export function beginSeries({ contacts, ended }: Metrics, brands: readonly string[]): void {
  for (const brand of [...brands, ""]) {
    for (const medium of ["voice", "message"]) ended.inc({ brand, medium }, 0);
    if (brand !== "") contacts.inc({ brand, outcome: "posted", reason: "" }, 0);
    for (const reason of skipReasons) contacts.inc({ brand, outcome: "skipped", reason }, 0);
  }
}
