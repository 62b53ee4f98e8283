/**
 * The state file's schema, one step a version, in order; a step that has been released is never changed.
 * `application_id` tells our file from any other SQLite database.
 */
export const applicationId = 0x636c6f67; // "clog"

/** Sources whose work is live, as an index has them written. */
const live = "'notification', 'eventbridge', 'request', 'contact-lens'";

export const migrations: readonly string[] = [
  `
  CREATE TABLE notices (
    conversation_id TEXT PRIMARY KEY,
    source          TEXT NOT NULL,
    heard_at        INTEGER NOT NULL,
    due_at          INTEGER NOT NULL,
    looks           INTEGER NOT NULL DEFAULT 0,
    attempts        INTEGER NOT NULL DEFAULT 0,
    failing_since   INTEGER,
    version         INTEGER NOT NULL DEFAULT 0,
    reason          TEXT
  ) STRICT;
  CREATE INDEX notices_due ON notices (due_at);
  CREATE INDEX notices_fresh ON notices (heard_at);

  CREATE TABLE contacts (
    key             TEXT PRIMARY KEY,
    conversation_id TEXT NOT NULL,
    medium          TEXT NOT NULL,
    brand           TEXT,
    stage           TEXT NOT NULL CHECK (stage IN ('recorded', 'written', 'posted', 'skipped', 'dead')),
    reason          TEXT,
    message         TEXT,
    source          TEXT NOT NULL,
    heard_at        INTEGER NOT NULL,
    recorded_at     INTEGER NOT NULL,
    ended_at        INTEGER NOT NULL,
    settled_at      INTEGER,
    due_at          INTEGER,
    asks            INTEGER NOT NULL DEFAULT 0,
    attempts        INTEGER NOT NULL DEFAULT 0,
    failing_since   INTEGER,
    account_id      TEXT,
    contact         TEXT
  ) STRICT;
  CREATE INDEX contacts_due ON contacts (due_at) WHERE due_at IS NOT NULL;
  CREATE INDEX contacts_fresh ON contacts (heard_at) WHERE due_at IS NOT NULL;
  CREATE INDEX contacts_conversation ON contacts (conversation_id);
  CREATE INDEX contacts_recorded ON contacts (recorded_at);
  CREATE INDEX contacts_settled ON contacts (settled_at) WHERE settled_at IS NOT NULL;

  -- A contact log on its way to one destination; two destinations settle on their own.
  CREATE TABLE deliveries (
    key             TEXT NOT NULL REFERENCES contacts (key),
    destination     TEXT NOT NULL,
    stage           TEXT NOT NULL CHECK (stage IN ('written', 'posting', 'uncertain', 'posted', 'dead')),
    reason          TEXT,
    message         TEXT,
    source          TEXT NOT NULL,
    heard_at        INTEGER NOT NULL,
    due_at          INTEGER,
    attempts        INTEGER NOT NULL DEFAULT 0,
    failing_since   INTEGER,
    uncertain_since INTEGER,
    looks           INTEGER NOT NULL DEFAULT 0,
    settled_at      INTEGER,
    body            TEXT,
    PRIMARY KEY (key, destination)
  ) STRICT;
  CREATE INDEX deliveries_due ON deliveries (due_at) WHERE due_at IS NOT NULL;
  CREATE INDEX deliveries_fresh ON deliveries (heard_at) WHERE due_at IS NOT NULL;

  -- What happened to a conversation, for explain: no words of it, no names.
  CREATE TABLE steps (
    id              INTEGER PRIMARY KEY,
    conversation_id TEXT NOT NULL,
    key             TEXT,
    at              INTEGER NOT NULL,
    step            TEXT NOT NULL,
    detail          TEXT
  ) STRICT;
  CREATE INDEX steps_conversation ON steps (conversation_id);

  -- A time in which ends may not have been heard. Only back-fill fills it.
  CREATE TABLE gaps (
    id              INTEGER PRIMARY KEY,
    reason          TEXT NOT NULL,
    from_at         INTEGER NOT NULL,
    to_at           INTEGER NOT NULL,
    opened_at       INTEGER NOT NULL,
    state           TEXT NOT NULL CHECK (state IN ('open', 'filled', 'dead')),
    due_at          INTEGER,
    attempts        INTEGER NOT NULL DEFAULT 0,
    look_started_at INTEGER,
    slices          INTEGER,
    slices_done     INTEGER NOT NULL DEFAULT 0,
    seen            INTEGER NOT NULL DEFAULT 0,
    found           INTEGER NOT NULL DEFAULT 0,
    settled_at      INTEGER
  ) STRICT;
  CREATE INDEX gaps_due ON gaps (due_at) WHERE due_at IS NOT NULL;

  -- Single values that must survive: the watermark, the notification channels.
  CREATE TABLE marks (
    name            TEXT PRIMARY KEY,
    value           TEXT NOT NULL
  ) STRICT;
  `,
  `
  -- A contact log that nobody gets, beside what the agent wrote: words until both are there, then numbers.
  CREATE TABLE shadows (
    key               TEXT PRIMARY KEY,
    conversation_id   TEXT NOT NULL,
    brand             TEXT,
    medium            TEXT,
    category          TEXT,
    subcategory       TEXT,
    written_at        INTEGER,
    account_id        TEXT,
    log               TEXT,
    final             TEXT,
    words_at          INTEGER,
    compared_at       INTEGER,
    final_category    TEXT,
    final_subcategory TEXT,
    measures          TEXT
  ) STRICT;
  CREATE INDEX shadows_conversation ON shadows (conversation_id);
  CREATE INDEX shadows_words ON shadows (words_at) WHERE words_at IS NOT NULL;
  `,
  `
  -- Where a delivery goes, where that depends on its log; a destination of cases is named id#case.
  ALTER TABLE deliveries ADD COLUMN target TEXT;

  -- What the destination answered when it took it: JSON, a status and whether it had it already.
  ALTER TABLE deliveries ADD COLUMN receipt TEXT;

  -- Which cases a contact belongs to; it is named as whoever told it knows it: by conversation id or key.
  CREATE TABLE case_links (
    contact_id      TEXT NOT NULL,
    case_id         TEXT NOT NULL,
    linked_at       INTEGER NOT NULL,
    PRIMARY KEY (contact_id, case_id)
  ) STRICT;
  CREATE INDEX case_links_case ON case_links (case_id);
  CREATE INDEX case_links_linked ON case_links (linked_at);

  -- A contact log for a destination of cases, for links that are still to come; given_up lists cases it is not for.
  CREATE TABLE held (
    key             TEXT NOT NULL REFERENCES contacts (key),
    destination     TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    account_id      TEXT NOT NULL,
    log             TEXT NOT NULL,
    wait_ms         INTEGER NOT NULL,
    until_at        INTEGER NOT NULL,
    unlinked        TEXT NOT NULL CHECK (unlinked IN ('dead', 'skip')),
    given_up        TEXT NOT NULL DEFAULT '[]',
    died_at         INTEGER,
    PRIMARY KEY (key, destination)
  ) STRICT;
  CREATE INDEX held_conversation ON held (conversation_id);
  CREATE INDEX held_account ON held (account_id);
  CREATE INDEX held_until ON held (until_at) WHERE died_at IS NULL;

  -- Contact logs kept for the next agent, where retention.logsMs says so; nobody reads one that is not posted yet.
  CREATE TABLE logs (
    key             TEXT PRIMARY KEY REFERENCES contacts (key),
    conversation_id TEXT NOT NULL,
    account_id      TEXT NOT NULL,
    ended_at        INTEGER NOT NULL,
    log             TEXT NOT NULL,
    posted_at       INTEGER
  ) STRICT;
  CREATE INDEX logs_account ON logs (account_id, ended_at);
  CREATE INDEX logs_conversation ON logs (conversation_id);
  CREATE INDEX logs_posted ON logs (posted_at) WHERE posted_at IS NOT NULL;

  -- Contact logs that somebody asked for, with what was asked beyond the ordinary.
  CREATE TABLE requests (
    conversation_id TEXT PRIMARY KEY,
    force           INTEGER NOT NULL,
    asked_at        INTEGER NOT NULL
  ) STRICT;
  `,
  `
  -- How many contacts there are of each kind, by the minute and by the hour (span, in milliseconds) in which they were
  -- recorded: kept by the same transactions that write contacts, so that a balance need not read them all.
  CREATE TABLE counts (
    span            INTEGER NOT NULL,
    from_at         INTEGER NOT NULL,
    brand           TEXT NOT NULL,
    stage           TEXT NOT NULL,
    reason          TEXT NOT NULL,
    swept           INTEGER NOT NULL,
    n               INTEGER NOT NULL,
    PRIMARY KEY (span, from_at, brand, stage, reason, swept)
  ) STRICT, WITHOUT ROWID;

  INSERT INTO counts
  SELECT span, recorded_at / span * span, ifnull(brand, ''), stage, ifnull(reason, ''), source = 'sweep', count(*)
  FROM contacts, (SELECT 60000 AS span UNION ALL SELECT 3600000)
  GROUP BY 1, 2, 3, 4, 5, 6;

  -- What is due, live or not, latest heard first: the list is liveSources, and a query has to name it as it is here.
  DROP INDEX notices_fresh;
  DROP INDEX contacts_fresh;
  DROP INDEX deliveries_fresh;
  CREATE INDEX notices_live ON notices ((source IN (${live})), heard_at) WHERE due_at IS NOT NULL;
  CREATE INDEX contacts_live ON contacts ((source IN (${live})), heard_at) WHERE due_at IS NOT NULL;
  CREATE INDEX deliveries_live ON deliveries ((source IN (${live})), heard_at) WHERE due_at IS NOT NULL;

  -- Calls that wait for their transcript.
  CREATE INDEX contacts_waiting ON contacts (reason) WHERE stage = 'recorded';

  CREATE TRIGGER counts_more AFTER INSERT ON contacts BEGIN
    ${counted("new", 1)}
  END;
  CREATE TRIGGER counts_less AFTER DELETE ON contacts BEGIN
    ${counted("old", -1)}
  END;
  CREATE TRIGGER counts_other AFTER UPDATE OF brand, stage, reason, source, recorded_at ON contacts
  WHEN (old.brand, old.stage, old.reason, old.source, old.recorded_at)
    IS NOT (new.brand, new.stage, new.reason, new.source, new.recorded_at)
  BEGIN
    ${counted("old", -1)}
    ${counted("new", 1)}
  END;
  `,
];

/** The statements of a trigger that count one of its rows in, or out; a count of none has no row. */
function counted(row: "new" | "old", by: 1 | -1): string {
  const kind = `ifnull(${row}.brand, ''), ${row}.stage, ifnull(${row}.reason, ''), ${row}.source = 'sweep'`;
  return [60_000, 3_600_000]
    .map((span) => {
      const from = `${row}.recorded_at / ${span} * ${span}`;
      const key = `(span, from_at, brand, stage, reason, swept) = (${span}, ${from}, ${kind})`;
      return by === 1
        ? `INSERT INTO counts VALUES (${span}, ${from}, ${kind}, 1)
             ON CONFLICT (span, from_at, brand, stage, reason, swept) DO UPDATE SET n = n + 1;`
        : `UPDATE counts SET n = n - 1 WHERE ${key};
           DELETE FROM counts WHERE ${key} AND n = 0;`;
    })
    .join("\n    ");
}
