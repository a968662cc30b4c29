import type { Database } from 'better-sqlite3';
import type { RunId, SpanId } from '../../../base/ids.ts';
import { logReader } from '../../../journal/log-lines.ts';
import type { RunSummary } from '../../../journal/run-state.ts';
import type { SearchHit, SearchOrder, SearchPage } from '../../../query/answers.ts';
import { matchOf, readSearch, type Phrase } from '../../../query/search-words.ts';
import { mentions, snippetOf } from '../../../query/snippet.ts';
import { CheckedBodies } from '../bodies.ts';
import { CheckedEvents } from '../checked-events.ts';
import { EVENTS_OF_A_RUN } from '../event-row.ts';
import type { SearchRequest } from '../query/messages.ts';
import { textOfEvent } from './event-text.ts';
import { readSearchCursor, writeSearchCursor, type SearchCursor } from './search-cursor.ts';

/** Ranking looks at every place of every word: above so many events with one of them it takes too long. */
const MOST_RANKED = 5_000;

interface SearchedRun {
  readonly key: number;
  readonly id: RunId;
  readonly summary: RunSummary;
}

/** Answers full-text searches, hit by hit checked against the journal: the index only says where to look. */
export class Search {
  private readonly events: CheckedEvents;
  private readonly bodies: CheckedBodies;
  private readonly statements: ReturnType<typeof prepare>;

  constructor(database: Database) {
    this.events = new CheckedEvents(database);
    this.bodies = new CheckedBodies(database);
    this.statements = prepare(database);
  }

  /** Throws where there is no word in what is searched for; whoever asks has looked before. */
  page({ words, run, where, order = 'best', limit, after }: SearchRequest): SearchPage {
    const phrases = readSearch(words);
    if (!phrases.ok) throw new Error(phrases.error.message);
    const cursor = after === undefined ? undefined : readSearchCursor(after);
    const scope = where === undefined ? '' : `${where} : `;
    const isRanked =
      order === 'best' && (cursor ? cursor.rank !== undefined : this.canRank(phrases.value, scope));
    const runs = new Map<number, SearchedRun | undefined>();
    const runOf = (key: number) => {
      if (!runs.has(key)) runs.set(key, this.findRun(key));
      return runs.get(key);
    };
    const hits: SearchHit[] = [];
    let last: SearchCursor | undefined;
    let next: string | undefined;
    const match = `${scope}(${matchOf(phrases.value)})`;
    for (const place of this.find(match, isRanked ? 'best' : 'newest', run, cursor)) {
      const found = runOf(Math.floor(place.key / EVENTS_OF_A_RUN));
      // Of a run that was deleted the text goes later, and those of hosts are found only where they are named.
      if (!found || (run === undefined && found.summary.source === 'host')) continue;
      if (hits.length === limit) {
        next = last && writeSearchCursor(last);
        break;
      }
      hits.push(this.hitOf(found, place, phrases.value, where));
      last = place;
    }
    const { events: unindexed } = this.statements.unindexed.get() as { events: number };
    return { hits, order: isRanked ? 'best' : 'newest', ...(next !== undefined && { next }), unindexed };
  }

  private canRank(phrases: readonly Phrase[], scope: string): boolean {
    return phrases.every((phrase) => {
      const match = `${scope}(${matchOf([phrase])})`;
      return (this.statements.count.get(match, MOST_RANKED + 1) as { n: number }).n <= MOST_RANKED;
    });
  }

  private find(
    match: string,
    order: SearchOrder,
    run: RunId | undefined,
    cursor: SearchCursor | undefined,
  ): IterableIterator<SearchCursor> {
    const { best, newest, keyOf } = this.statements;
    const runKey =
      run === undefined ? undefined : ((keyOf.get(run) as { key: number } | undefined)?.key ?? -1);
    const from = (runKey ?? 0) * EVENTS_OF_A_RUN;
    const end = runKey === undefined ? Number.MAX_SAFE_INTEGER : from + EVENTS_OF_A_RUN;
    const rows =
      order === 'newest'
        ? newest.iterate(match, from, Math.min(end, cursor?.key ?? end))
        : best.iterate(match, from, end, cursor?.rank ?? Number.NEGATIVE_INFINITY, cursor?.key ?? 0);
    return rows as IterableIterator<SearchCursor>;
  }

  private findRun(key: number): SearchedRun | undefined {
    const row = this.statements.run.get(key) as { id: RunId; summary: string } | undefined;
    return row && { key, id: row.id, summary: JSON.parse(row.summary) as RunSummary };
  }

  private hitOf(
    run: SearchedRun,
    { key, rank }: SearchCursor,
    phrases: readonly Phrase[],
    where: SearchHit['where'] | undefined,
  ): SearchHit {
    const { event } = this.events.read(run, key % EVENTS_OF_A_RUN);
    const root: SpanId = this.events.read(run, 1).event.spanId;
    const line = logReader(run.summary, root)(event);
    const text = textOfEvent(run.key, event, line, this.bodies, ({ indexedAt }) => indexedAt === event.seq);
    const isLog = text.log !== '' && (text.body === '' || mentions(text.log, phrases));
    const place = where ?? (isLog ? 'log' : 'body');
    const { seq, spanId, type, wallTime: time } = event;
    const about = { run: run.id, agent: run.summary.name, seq, spanId, event: type, time };
    const snippet = snippetOf(text[place], phrases);
    return { ...about, where: place, snippet, ...(rank !== undefined && { rank }) };
  }
}

function prepare(database: Database) {
  const among = 'FROM texts WHERE texts MATCH ?';
  return {
    count: database.prepare(`SELECT count(*) AS n FROM (SELECT 1 ${among} LIMIT ?)`),
    newest: database.prepare(`SELECT rowid AS key ${among} AND rowid > ? AND rowid < ? ORDER BY rowid DESC`),
    best: database.prepare(
      `SELECT rowid AS key, rank ${among} AND rowid > ? AND rowid < ? AND (rank, rowid) > (?, ?) ORDER BY rank, rowid`,
    ),
    keyOf: database.prepare('SELECT key FROM runs WHERE id = ?'),
    run: database.prepare('SELECT id, summary FROM runs WHERE key = ?'),
    unindexed: database.prepare(
      `SELECT coalesce(sum(max(json_extract(summary, '$.lastSeq') - indexed_seq, 0)), 0) AS events
       FROM runs WHERE indexed_seq >= 0`,
    ),
  };
}
