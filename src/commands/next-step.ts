import type { ContactState } from "../ledger/ledger.ts";

/** Of a contact that was skipped and of one that waits, by reason: what somebody who wants its log does. */
const bySkip: Readonly<Record<string, string>> = {
  unsupported_medium: "no log is written for this medium",
  merged: "the conversation that took the customer over has the log: explain that one",
  no_customer: "nobody from outside took part",
  no_human_agent: "no agent answered it",
  excluded_queue: "its queue is in genesys.queues.exclude",
  no_brand: "no brand's match.queues takes its queue: compare it with the queue's name in Genesys Cloud",
  no_account:
    "no participant has the brand's eligibility.accountAttribute: compare it with the attributes in Genesys Cloud",
  several_accounts:
    "the brand's eligibility.accountAttribute has several values in it: no log goes to the wrong one",
  not_authenticated:
    "the brand's eligibility.authenticatedAttribute is missing, or none of its authenticatedValues: compare them in Genesys Cloud",
  too_old: "it ended before retention.settledMs: whether it was posted is not known any more",
  no_transcription: "its queues do not transcribe: switch that on in Genesys Cloud for those to come",
  no_transcript:
    "no transcript came within timing.transcriptGiveUpMs: is transcription on for its queue and flow?",
  no_dialogue: "one of the two sides said nothing",
  no_case_link: "no case was linked within the destination's linkGiveUpMs",
  analysis_failed: "Contact Lens could not analyse it: the code is above",
  no_summary: 'Connect wrote no summary: the code is above; "summary": "ours" has one written here',
  dry_run: "the daemon was started with --dry-run",
  shadow: "it is a shadow run: nothing is posted",
  dropped: "somebody gave it up (dead drop)",
  forgotten: "somebody had it erased (forget)",
};

const byWait: Readonly<Record<string, string>> = {
  transcript: "nothing: it is asked for again by itself, until timing.transcriptGiveUpMs after the end",
  messages: "nothing: it is asked for again by itself",
  case_link: "nothing here: a link to its case lets it go (POST /v1/case-links, or the case events)",
  rate_limited: "nothing: the platform takes calls again by itself",
  circuit_open: "mend what is down (contactlogd status names it); it goes on by itself",
  daily_budget: "raise llm.dailyBudget and reload, or wait for midnight UTC",
  not_served: "start a run that serves its brand (--brand), or put the brand back and reload",
  transcript_host:
    "add the host its transcript comes from to genesys.transcriptHosts, if it is Genesys Cloud's",
  forbidden: "give the OAuth client's role the permission that the log line names",
  unauthorized: "check genesys.clientId and genesys.clientSecret",
  credentials_refused: "check the credentials of whoever refused them: the log line names the host",
  token_refused: "check auth of the destination: its backend refuses the tokens of its own login",
  model_unauthorized: "check llm.apiKey",
  model_not_found: "check llm.model and llm.baseUrl",
  access_denied: "give the AWS role the action that the log line names",
  aws_credentials: "give the process AWS credentials",
  after_call_work: "nothing: it goes once the agent has finished after-call work",
};

/** Where neither says more. */
const goesOn = "nothing: it is tried again by itself, and a dead letter after timing.retryGiveUpMs";

/** What a person is to do about a contact as it stands, or why there is no log of it: one sentence. Pure. */
export function nextStep(state: ContactState): string | undefined {
  switch (state.stage) {
    case "posted":
      return undefined;
    case "skipped":
      return bySkip[state.reason ?? ""];
    case "dead":
      return mendAndReplay(state);
    case "recorded":
    case "written":
      return whileWaiting(state);
  }
}

function mendAndReplay({ key, reason, deliveries, held }: ContactState): string {
  const causes = [reason, ...deliveries.filter(({ stage }) => stage === "dead").map((one) => one.reason)];
  const cause = causes.find((one) => one !== undefined);
  if (held.some(({ dead }) => dead)) {
    return `a link to its case lets it go (POST /v1/case-links); or contactlogd dead replay --id ${key}`;
  }
  const where = cause === undefined ? "" : ` (docs/runbook.md, ${cause})`;
  return `mend the cause${where}, then: contactlogd dead replay --id ${key}`;
}

function whileWaiting({ reason, deliveries }: ContactState): string {
  const reasons = [reason, ...deliveries.map((one) => one.reason)];
  const known = reasons.find((one) => one !== undefined && byWait[one] !== undefined);
  return known === undefined ? goesOn : (byWait[known] ?? goesOn);
}
