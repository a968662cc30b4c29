/**
 * The steps from an empty file to today's format, each in a transaction of its own; `user_version` counts them. A
 * step that has been released never changes: see docs/CHANGELOG-formats.md.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE runs (
    key        INTEGER PRIMARY KEY,
    id         TEXT NOT NULL UNIQUE,
    started_at INTEGER NOT NULL,
    open       INTEGER NOT NULL,
    -- The folded RunSummary as JSON: a projection of the journal, rebuilt from it at will.
    summary    TEXT NOT NULL
  ) STRICT;
  CREATE INDEX runs_by_start ON runs (started_at DESC, key DESC);
  CREATE INDEX runs_open ON runs (open) WHERE open = 1;

  CREATE TABLE events (
    run_key   INTEGER NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
    seq       INTEGER NOT NULL,
    at        INTEGER NOT NULL,
    wall_time INTEGER NOT NULL,
    span_id   TEXT NOT NULL,
    parent_id TEXT,
    v         INTEGER NOT NULL,
    type      TEXT NOT NULL,
    data      TEXT NOT NULL,
    -- SHA-256 over the hash before it and the columns above: see hash-chain.ts.
    hash      BLOB NOT NULL,
    PRIMARY KEY (run_key, seq)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX events_by_span ON events (run_key, span_id, seq);

  CREATE TABLE spans (
    run_key INTEGER NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
    -- Place in the order of beginnings.
    ordinal INTEGER NOT NULL,
    id      TEXT NOT NULL,
    -- The folded Span as JSON: a projection of the journal.
    span    TEXT NOT NULL,
    PRIMARY KEY (run_key, ordinal)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX spans_by_id ON spans (run_key, id);

  CREATE TABLE blobs (
    id       INTEGER PRIMARY KEY,
    -- SHA-256 of the content before compression.
    hash     BLOB NOT NULL UNIQUE,
    encoding TEXT NOT NULL CHECK (encoding IN ('raw', 'zstd')),
    content  BLOB NOT NULL
  ) STRICT;
  CREATE TABLE run_blobs (
    run_key INTEGER NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
    blob_id INTEGER NOT NULL REFERENCES blobs (id),
    PRIMARY KEY (run_key, blob_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX run_blobs_by_blob ON run_blobs (blob_id);
  `,
  // The spans of calls have two lists more than before.
  `
  UPDATE spans SET span = json_set(span, '$.waits', json('[]'), '$.fallbacks', json('[]'))
  WHERE json_extract(span, '$.kind') = 'call';
  `,
];
