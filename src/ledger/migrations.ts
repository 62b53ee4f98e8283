/**
 * The state file's schema, one step a version, in order; a step that has been released is never changed.
 * `application_id` tells our file from any other SQLite database.
 */
export const applicationId = 0x636c6f67; // "clog"

export const migrations: readonly string[] = [
  `
  CREATE TABLE notices (
    conversation_id TEXT PRIMARY KEY,
    source          TEXT NOT NULL,
    heard_at        INTEGER NOT NULL,
    due_at          INTEGER NOT NULL,
    looks           INTEGER NOT NULL DEFAULT 0,
    attempts        INTEGER NOT NULL DEFAULT 0,
    version         INTEGER NOT NULL DEFAULT 0,
    reason          TEXT
  ) STRICT;
  CREATE INDEX notices_due ON notices (due_at);

  CREATE TABLE contacts (
    key             TEXT PRIMARY KEY,
    conversation_id TEXT NOT NULL,
    medium          TEXT NOT NULL,
    brand           TEXT,
    stage           TEXT NOT NULL CHECK (stage IN ('recorded', 'written', 'posting', 'posted', 'skipped', 'dead')),
    reason          TEXT,
    message         TEXT,
    heard_at        INTEGER NOT NULL,
    ended_at        INTEGER NOT NULL,
    settled_at      INTEGER,
    due_at          INTEGER,
    asks            INTEGER NOT NULL DEFAULT 0,
    attempts        INTEGER NOT NULL DEFAULT 0,
    failing_since   INTEGER,
    account_id      TEXT,
    contact         TEXT,
    body            TEXT
  ) STRICT;
  CREATE INDEX contacts_due ON contacts (due_at) WHERE due_at IS NOT NULL;
  CREATE INDEX contacts_conversation ON contacts (conversation_id);
  `,
];
