import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dropOldCopies, keptCopies } from './kept-copies.ts';
import { migrations } from './migrations.ts';
import { openForWriting } from './open-database.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const OLD = 3;

let folder: string;
let file: string;
let copy: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'signalbox-copies-'));
  file = join(folder, 'journal.db');
  copy = `${file}.v${OLD}.bak`;
});

afterEach(() => rmSync(folder, { recursive: true }));

/** With a run, and a log that is not in the file yet. */
function oldJournal(): void {
  const database = new Database(file);
  database.pragma('journal_mode = WAL');
  for (const sql of migrations.slice(0, OLD)) database.exec(sql);
  database.exec(`PRAGMA user_version = ${OLD}; INSERT INTO runs VALUES (1, 'a', 0, 0, '{}', 0)`);
  database.close();
}

const versionOf = (path: string) => {
  const database = new Database(path, { readonly: true });
  const version = database.pragma('user_version', { simple: true });
  const runs = database.prepare('SELECT id FROM runs').pluck().all();
  database.close();
  return { version, runs };
};

describe('a journal whose format is about to change', () => {
  it('is copied as it was, once, and a new or current one is not', () => {
    openForWriting(file).close();
    expect(keptCopies(file)).toEqual([]);
    rmSync(file);
    oldJournal();
    openForWriting(file).close();
    expect(versionOf(copy)).toEqual({ version: OLD, runs: ['a'] });
    expect(versionOf(file)).toEqual({ version: migrations.length, runs: ['a'] });
    const [kept] = keptCopies(file);
    expect(kept).toMatchObject({ file: copy, bytes: readFileSync(copy).length });
    openForWriting(file).close();
    expect(readdirSync(folder).filter((name) => name.endsWith('.bak'))).toEqual(['journal.db.v3.bak']);
  });

  it('keeps the copy of a change that was interrupted', () => {
    oldJournal();
    writeFileSync(copy, 'as it was');
    openForWriting(file).close();
    expect(readFileSync(copy, 'utf8')).toBe('as it was');
  });

  it('stays as it is where it cannot be copied', () => {
    oldJournal();
    // A folder where the copy would be written, which is not empty.
    mkdirSync(join(`${copy}.partial`, 'x'), { recursive: true });
    const before = readFileSync(file);
    expect(() => openForWriting(file)).toThrow(expect.objectContaining({ code: 'not_writable' }));
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(versionOf(file).version).toBe(OLD);
    expect(existsSync(copy)).toBe(false);
  });

  it('is not changed while another program reads it', () => {
    oldJournal();
    const writer = new Database(file);
    const reader = new Database(file, { readonly: true });
    reader.exec('BEGIN');
    reader.prepare('SELECT count(*) FROM runs').get();
    writer.exec("UPDATE runs SET summary = '{ }'");
    expect(() => openForWriting(file)).toThrow(expect.objectContaining({ code: 'in_use' }));
    for (const each of [reader, writer]) each.close();
    expect(versionOf(file).version).toBe(OLD);
    openForWriting(file).close();
    expect(existsSync(copy)).toBe(true);
  });

  it('loses the copy when that is a week old', () => {
    oldJournal();
    openForWriting(file).close();
    const now = Date.now();
    dropOldCopies(file, now + 6 * DAY_MS);
    expect(keptCopies(file).length).toBe(1);
    const before = new Date(now - 8 * DAY_MS);
    utimesSync(copy, before, before);
    dropOldCopies(file, now);
    expect(keptCopies(file)).toEqual([]);
    expect(existsSync(file)).toBe(true);
  });
});
