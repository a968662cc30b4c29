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
  // Keys of plain numbers in the order of writing, so that a row costs the same however many there are; spans as columns.
  `
  ALTER TABLE runs ADD COLUMN projected_seq INTEGER NOT NULL DEFAULT 0;

  CREATE TABLE new_events (
    -- Its run's key * 2^32 + seq.
    key       INTEGER PRIMARY KEY,
    at        INTEGER NOT NULL,
    wall_time INTEGER NOT NULL,
    span_id   TEXT NOT NULL,
    parent_id TEXT,
    v         INTEGER NOT NULL,
    type      TEXT NOT NULL,
    data      TEXT NOT NULL,
    -- SHA-256 over the hash before it and the columns above: see hash-chain.ts.
    hash      BLOB NOT NULL,
    -- The event of the same span before it, 0 for none: how a span's events are found.
    previous  INTEGER NOT NULL
  ) STRICT;
  INSERT INTO new_events
    SELECT run_key * 4294967296 + seq, at, wall_time, span_id, parent_id, v, type, data, hash,
      lag(seq, 1, 0) OVER (PARTITION BY run_key, span_id ORDER BY seq)
    FROM events ORDER BY run_key, seq;
  DROP TABLE events;
  ALTER TABLE new_events RENAME TO events;
  DROP TABLE spans;

  CREATE TABLE span_chunks (
    run_key INTEGER NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
    chunk   INTEGER NOT NULL,
    -- Columns of 1,024 spans: see span-chunk.ts. A projection of the journal, like the two tables below.
    columns BLOB NOT NULL,
    PRIMARY KEY (run_key, chunk)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE span_names (
    run_key INTEGER NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
    place   INTEGER NOT NULL,
    name    TEXT NOT NULL,
    PRIMARY KEY (run_key, place)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE snapshots (
    run_key INTEGER NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
    seq     INTEGER NOT NULL,
    -- After that event, as JSON: the summary, the number of spans, those that are open.
    state   TEXT NOT NULL,
    PRIMARY KEY (run_key, seq)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE new_blobs (
    id       INTEGER PRIMARY KEY,
    -- SHA-256 of the content before compression.
    hash     BLOB NOT NULL,
    encoding TEXT NOT NULL CHECK (encoding IN ('raw', 'zstd')),
    content  BLOB NOT NULL
  ) STRICT;
  INSERT INTO new_blobs SELECT id, hash, encoding, content FROM blobs ORDER BY id;
  CREATE TABLE new_run_blobs (
    run_key INTEGER NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
    -- As the run's events number it.
    number  INTEGER NOT NULL,
    blob_id INTEGER NOT NULL REFERENCES new_blobs (id),
    PRIMARY KEY (run_key, number)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO new_run_blobs
    SELECT run_key, row_number() OVER (PARTITION BY run_key ORDER BY blob_id), blob_id FROM run_blobs;
  DROP TABLE run_blobs;
  DROP TABLE blobs;
  ALTER TABLE new_blobs RENAME TO blobs;
  ALTER TABLE new_run_blobs RENAME TO run_blobs;
  CREATE INDEX run_blobs_by_blob ON run_blobs (blob_id);
  `,
  // Full text, which is written behind the rows: how far is kept with each run, and no text is there twice.
  `
  CREATE VIRTUAL TABLE texts USING fts5(
    -- The rowid is the key of the event: what it tells the log, and what the parts of bodies say that it is the first to name.
    log, body, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2'
  );
  -- The event up to which a run is indexed; -1 for one that has ended and is indexed whole.
  ALTER TABLE runs ADD COLUMN indexed_seq INTEGER NOT NULL DEFAULT 0;
  CREATE INDEX runs_to_index ON runs (key) WHERE indexed_seq >= 0;
  -- The event whose text has this part; 0 while it is in none.
  ALTER TABLE run_blobs ADD COLUMN indexed_seq INTEGER NOT NULL DEFAULT 0;
  -- Deleted runs whose text is still to be removed; no new run gets their keys until then.
  CREATE TABLE text_removals (run_key INTEGER PRIMARY KEY) STRICT;
  CREATE TRIGGER text_of_deleted_run AFTER DELETE ON runs BEGIN
    INSERT INTO text_removals (run_key) VALUES (old.key);
  END;
  `,
  // Runs that retention leaves alone.
  `
  CREATE TABLE pinned_runs (
    run_key INTEGER PRIMARY KEY REFERENCES runs (key) ON DELETE CASCADE
  ) STRICT;
  `,
  // Deleted runs of which anything is still to be removed, not only text; no new run gets their keys until then.
  `
  ALTER TABLE text_removals RENAME TO removals;
  DROP TRIGGER text_of_deleted_run;
  CREATE TRIGGER rest_of_deleted_run AFTER DELETE ON runs BEGIN
    INSERT INTO removals (run_key) VALUES (old.key);
  END;
  `,
];
