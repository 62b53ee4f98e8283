interface Query {
  readonly expr: string;
  readonly legend?: string;
}

export interface Panel {
  readonly title: string;
  readonly description: string;
  readonly kind: "stat" | "timeseries" | "heatmap" | "bargauge";
  /** Of 24 columns. */
  readonly width: number;
  readonly unit?: string;
  /** From which value on it is yellow, and red. */
  readonly steps?: readonly [yellow: number, red: number];
  readonly queries: readonly Query[];
}

export interface Row {
  readonly title: string;
  readonly panels: readonly Panel[];
}

const here = `instance=~"$instance"`;
const brands = `${here}, brand=~"$brand"`;
const waiting = `stage=~"noticed|recorded|written|posting"`;
const quantile = (share: number): Query => ({
  expr: `histogram_quantile(${share}, sum by (le, medium) (rate(contactlogd_end_to_post_seconds_bucket{${brands}}[$__rate_interval])))`,
  legend: `{{medium}} p${share * 100}`,
});

/** What the dashboard shows, from top to bottom. */
export const rows: readonly Row[] = [
  {
    title: "Is it well?",
    panels: [
      {
        title: "Ready",
        description: "1: ends are heard and can be kept; 0: /readyz says what is away.",
        kind: "stat",
        width: 4,
        queries: [{ expr: `min(contactlogd_ready{${here}})` }],
      },
      {
        title: "Posted, last hour",
        description: "Contact logs that reached their backend.",
        kind: "stat",
        width: 4,
        queries: [{ expr: `sum(increase(contactlogd_contacts_total{${brands}, outcome="posted"}[1h]))` }],
      },
      {
        title: "Waiting",
        description: "Contacts under way: not looked at, without a transcript yet, or not posted yet.",
        kind: "stat",
        width: 4,
        queries: [{ expr: `sum(contactlogd_ledger_rows{${here}, ${waiting}})` }],
      },
      {
        title: "Dead letters",
        description: "A person must look at these: contactlogd dead list.",
        kind: "stat",
        width: 4,
        steps: [1, 20],
        queries: [{ expr: `sum(contactlogd_ledger_rows{${here}, stage="dead"})` }],
      },
      {
        title: "Open circuits",
        description: "Destinations, or the model, taken for down.",
        kind: "stat",
        width: 4,
        steps: [1, 2],
        queries: [{ expr: `sum(contactlogd_circuit_open{${here}})` }],
      },
      {
        title: "Cost, last day",
        description: "Of the model, by the configured prices.",
        kind: "stat",
        width: 4,
        queries: [
          {
            expr: `sum by (currency) (increase(contactlogd_model_cost_total{${brands}}[24h]))`,
            legend: "{{currency}}",
          },
        ],
      },
    ],
  },
  {
    title: "From the end of a conversation to its log",
    panels: [
      {
        title: "How late",
        description: "Half, and all but one in twenty, are posted within this time.",
        kind: "timeseries",
        width: 12,
        unit: "s",
        queries: [quantile(0.5), quantile(0.95)],
      },
      {
        title: "How late, all of them",
        description: "Each contact log by how long after the end it was posted.",
        kind: "heatmap",
        width: 12,
        unit: "s",
        queries: [
          {
            expr: `sum by (le) (increase(contactlogd_end_to_post_seconds_bucket{${brands}}[$__rate_interval]))`,
            legend: "{{le}}",
          },
        ],
      },
      {
        title: "What became of contacts",
        description: "By outcome, a minute.",
        kind: "timeseries",
        width: 8,
        queries: [
          {
            expr: `sum by (brand, outcome) (rate(contactlogd_contacts_total{${here}, brand=~"$brand|"}[$__rate_interval])) * 60`,
            legend: "{{brand}} {{outcome}}",
          },
        ],
      },
      {
        title: "Rows by stage",
        description: "What lies in the state file.",
        kind: "timeseries",
        width: 8,
        queries: [{ expr: `contactlogd_ledger_rows{${here}, stage!~"posted|skipped"}`, legend: "{{stage}}" }],
      },
      {
        title: "One try of each stage",
        description: "p95: look, fetch, summarise, post.",
        kind: "timeseries",
        width: 8,
        unit: "s",
        queries: [
          {
            expr: `histogram_quantile(0.95, sum by (le, stage) (rate(contactlogd_stage_seconds_bucket{${here}}[$__rate_interval])))`,
            legend: "{{stage}}",
          },
        ],
      },
    ],
  },
  {
    title: "What goes wrong",
    panels: [
      {
        title: "Put off, by reason",
        description: "Tries that will be made again, a minute.",
        kind: "timeseries",
        width: 8,
        queries: [
          {
            expr: `sum by (reason) (rate(contactlogd_postponed_total{${here}}[$__rate_interval])) * 60`,
            legend: "{{reason}}",
          },
        ],
      },
      {
        title: "Why contacts are skipped",
        description:
          "Last day, by reason: a skip is a success, and one reason that takes most of them is news.",
        kind: "bargauge",
        width: 8,
        queries: [
          {
            expr: `sum by (reason) (increase(contactlogd_contacts_total{${here}, brand=~"$brand|", outcome="skipped"}[1d])) > 0`,
            legend: "{{reason}}",
          },
        ],
      },
      {
        title: "Why contacts died",
        description: "Last day, by reason: the runbook has a section for each.",
        kind: "bargauge",
        width: 8,
        queries: [
          {
            expr: `sum by (reason) (increase(contactlogd_contacts_total{${here}, brand=~"$brand|", outcome="dead"}[1d])) > 0`,
            legend: "{{reason}}",
          },
        ],
      },
      {
        title: "Gaps, and ends that only a sweep found",
        description: "Silences in the last day; a healthy channel leaves nothing for the sweep.",
        kind: "timeseries",
        width: 8,
        queries: [
          {
            expr: `sum by (state) (increase(contactlogd_gaps_total{${here}}[1d]))`,
            legend: "gaps {{state}}",
          },
          {
            expr: `sum(increase(contactlogd_found_by_sweep_total{${here}}[1d]))`,
            legend: "found by sweep",
          },
        ],
      },
      {
        title: "Silence",
        description: "Since each channel was heard; how long the oldest gap is not made good.",
        kind: "timeseries",
        width: 8,
        unit: "s",
        queries: [
          { expr: `contactlogd_channel_heard_seconds{${here}}`, legend: "channel {{channel}}" },
          { expr: `contactlogd_gap_open_seconds{${here}}`, legend: "gap" },
        ],
      },
      {
        title: "Connected channels",
        description: "1: Genesys Cloud tells us of ended conversations.",
        kind: "timeseries",
        width: 8,
        queries: [{ expr: `contactlogd_channel_connected{${here}}`, legend: "channel {{channel}}" }],
      },
      {
        title: "State file failures and unexpected payloads",
        description: "Both are 0 on a good day.",
        kind: "timeseries",
        width: 8,
        queries: [
          {
            expr: `sum(increase(contactlogd_ledger_failures_total{${here}}[$__rate_interval]))`,
            legend: "state file",
          },
          {
            expr: `sum by (what) (increase(contactlogd_unexpected_payloads_total{${here}}[$__rate_interval]))`,
            legend: "{{what}}",
          },
        ],
      },
    ],
  },
  {
    title: "What the logs are worth, and what they cost",
    panels: [
      {
        title: "Marked for review, by reason",
        description: "Last day.",
        kind: "bargauge",
        width: 8,
        queries: [
          {
            expr: `sum by (reason) (increase(contactlogd_reviews_total{${brands}}[1d]))`,
            legend: "{{reason}}",
          },
        ],
      },
      {
        title: "Claims the conversation did not carry",
        description: "Last day, after the repair turn, by kind.",
        kind: "bargauge",
        width: 8,
        queries: [
          { expr: `sum by (kind) (increase(contactlogd_findings_total{${brands}}[1d]))`, legend: "{{kind}}" },
        ],
      },
      {
        title: "Tokens a minute",
        description: "New, cached, written.",
        kind: "timeseries",
        width: 8,
        queries: [
          {
            expr: `sum by (kind) (rate(contactlogd_model_tokens_total{${brands}}[$__rate_interval])) * 60`,
            legend: "{{kind}}",
          },
        ],
      },
    ],
  },
  {
    title: "The process",
    panels: [
      {
        title: "Memory",
        description: "The unit and the container allow 768 MiB.",
        kind: "timeseries",
        width: 8,
        unit: "bytes",
        queries: [
          { expr: `process_resident_memory_bytes{job="contactlogd", ${here}}`, legend: "all of it" },
          { expr: `nodejs_heap_size_used_bytes{job="contactlogd", ${here}}`, legend: "heap" },
        ],
      },
      {
        title: "Event loop lag, p99",
        description: "Above half a second heartbeats are at risk.",
        kind: "timeseries",
        width: 8,
        unit: "s",
        queries: [
          { expr: `nodejs_eventloop_lag_p99_seconds{job="contactlogd", ${here}}`, legend: "{{instance}}" },
        ],
      },
      {
        title: "Room for the state file",
        description: "Left on its disk: once that is full, nothing is recorded.",
        kind: "timeseries",
        width: 8,
        unit: "bytes",
        queries: [{ expr: `contactlogd_state_disk_free_bytes{${here}}`, legend: "{{instance}}" }],
      },
      {
        title: "Clock",
        description: "How far from Genesys Cloud's.",
        kind: "timeseries",
        width: 8,
        unit: "s",
        queries: [{ expr: `abs(contactlogd_clock_ahead_seconds{${here}})`, legend: "{{instance}}" }],
      },
      {
        title: "Traces",
        description: "Spans a minute; refused and dropped ones are lost, the contacts are not.",
        kind: "timeseries",
        width: 8,
        queries: [
          {
            expr: `sum by (outcome) (rate(contactlogd_spans_total{${here}}[$__rate_interval])) * 60`,
            legend: "{{outcome}}",
          },
        ],
      },
      {
        title: "Requests at the doors",
        description: "A minute, by status; 401 came without the token.",
        kind: "timeseries",
        width: 8,
        queries: [
          {
            expr: `sum by (door, status) (rate(contactlogd_door_requests_total{${here}}[$__rate_interval])) * 60`,
            legend: "{{door}} {{status}}",
          },
        ],
      },
      {
        title: "Processor",
        description: "Cores in use.",
        kind: "timeseries",
        width: 8,
        queries: [
          {
            expr: `rate(process_cpu_seconds_total{job="contactlogd", ${here}}[$__rate_interval])`,
            legend: "{{instance}}",
          },
        ],
      },
    ],
  },
];
