import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunId, SpanId } from '../../../base/ids.ts';
import type { QueryPage } from '../../../query/answers.ts';
import type { QueryTarget } from '../../../query/fields.ts';
import { startRecorder, type Recorder } from '../../../journal/recorder.ts';
import { hostIds } from '../../host-ids.ts';
import { systemClock } from '../../system-clock.ts';
import { openForReading } from '../open-database.ts';
import { openStore, type Store } from '../store.ts';
import type { QueryCalls } from './messages.ts';
import { Queries } from './queries.ts';
import { StoredStatistics } from './stored-statistics.ts';

const worker = new URL('../worker.ts', import.meta.url);
let folder: string;
let file: string;
let store: Store;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'signalbox-queries-'));
  file = join(folder, 'journal.db');
  store = await openStore({ worker, file });
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

function startRun(name: string, source: 'launched' | 'host' = 'launched'): Recorder {
  const start = { name, source, hostVersion: '0', configHash: '' } as const;
  return startRecorder({ clock: systemClock, ids: hostIds, sink: store }, start);
}

function recordCall(
  run: Recorder,
  model: string,
  usage: { input: number; output: number },
  usd?: number,
): SpanId {
  const span = { spanId: hostIds.spanId(), parentSpanId: run.rootSpanId };
  const call = { dialect: 'openai', operation: 'chat', method: 'POST', path: '/chat', model } as const;
  run.append('call-received', { ...call, streaming: false, attribution: 'prefix', headers: {} }, span);
  const cost = usd !== undefined && { cost: { usd, priceSource: 'test' } };
  run.append('call-ended', { outcome: 'ok', status: usd === undefined ? 201 : 200, usage, ...cost }, span);
  return span.spanId;
}

/** What a thread for queries would answer, without the thread. */
async function inThisThread<Answer>(answer: (database: Database.Database) => Answer): Promise<Answer> {
  await store.flush();
  const database = openForReading(file);
  try {
    return answer(database);
  } finally {
    database.close();
  }
}

function statisticsOf(request: QueryCalls['statistics'][0]): Promise<QueryCalls['statistics'][1]> {
  return inThisThread((database) => new StoredStatistics(database).answer(request));
}

async function ask<Target extends QueryTarget>(
  target: Target,
  where: string,
  rest: { run?: RunId; limit?: number; after?: string } = {},
) {
  const request = { target, where, limit: 100, ...rest };
  return (await inThisThread((database) => new Queries(database).page(request))) as QueryPage<Target>;
}

describe('queries', () => {
  it('find runs by what is said of them, the newest first, but those of hosts', async () => {
    startRun('host', 'host');
    const one = startRun('one');
    recordCall(one, 'm', { input: 5, output: 6 }, 0.25);
    one.append('run-ended', { status: 'failed', exitCode: 3 });
    startRun('two');
    const names = async (where: string) => (await ask('runs', where)).rows.map(({ name }) => name);
    expect(await names('')).toEqual(['two', 'one']);
    expect(await names("status == 'failed' && exitCode == 3 && tokens == 11")).toEqual(['one']);
    expect(await names('cost > 0.2')).toEqual(['one']);
    expect(await names("name.matches('^t') || calls > 0")).toEqual(['two', 'one']);
    expect(await names("time > timestamp('2100-01-01T00:00:00Z')")).toEqual([]);
  });

  it('find spans by their columns and, where a field is in none of them, by their events', async () => {
    const run = startRun('one');
    const dear = recordCall(run, 'large', { input: 100, output: 50 }, 0.5);
    const unknown = recordCall(run, 'small', { input: 1, output: 2 });
    const ids = async (where: string) => (await ask('spans', where)).rows.map(({ id }) => id);
    expect(await ids("kind == 'call'")).toEqual([dear, unknown]);
    expect(await ids("label == 'large' && tokens == 150 && cost == 0.5 && durationMs >= 0")).toEqual([dear]);
    expect(await ids('cost < 100')).toEqual([dear]);
    expect(await ids('httpStatus == 201')).toEqual([unknown]);
    expect(await ids("kind == 'call' && details.usage.input > 50")).toEqual([dear]);
    expect(await ids("agent == 'other'")).toEqual([]);
  });

  it('find events and lines of the log', async () => {
    const run = startRun('one');
    const call = recordCall(run, 'm', { input: 1, output: 1 });
    for (const text of ['first', 'second', 'third']) run.append('log-written', { stream: 'stderr', text });
    const events = await ask('events', "event == 'call-ended' && data.status == 201 && seq >= 2");
    expect(events.rows).toMatchObject([{ runId: run.runId, seq: 3, spanId: call, type: 'call-ended' }]);
    const logs = await ask('logs', "stream == 'stderr' && text.contains('ir')");
    expect(logs.rows.map(({ seq, text, agent }) => [seq, text, agent])).toEqual([
      [4, 'first', 'one'],
      [6, 'third', 'one'],
    ]);
    const other = await ask('logs', '', { run: startRun('two').runId });
    expect(other.rows).toEqual([]);
  });

  it.each(['runs', 'spans', 'events', 'logs'] as const)('go through %s page by page', async (target) => {
    for (const name of ['one', 'two', 'three']) {
      const run = startRun(name);
      for (let count = 0; count < 3; count++) {
        recordCall(run, 'm', { input: count, output: 0 });
        run.append('log-written', { stream: 'stdout', text: `${count}` });
      }
    }
    const all = await ask(target, '');
    expect(all.next).toBeUndefined();
    const paged: unknown[] = [];
    let after: string | undefined;
    do {
      const page = await ask(target, '', { limit: 2, ...(after !== undefined && { after }) });
      expect(page.rows.length).toBeLessThanOrEqual(2);
      paged.push(...page.rows);
      after = page.next;
    } while (after !== undefined);
    expect(paged).toEqual(all.rows);
    expect(all.rows.length).toBeGreaterThan(2);
  });

  it('have the same answer whether SQL has narrowed them or not', async () => {
    for (const name of ['one', 'two', 'three']) {
      const run = startRun(name);
      recordCall(run, 'large', { input: 3, output: 4 }, 0.5);
      run.append('log-written', { stream: 'stderr', text: name });
      run.append('mcp-server-started', { server: 'two', pid: 1 });
      if (name !== 'two') run.append('run-ended', { status: 'completed' });
    }
    const now = `timestamp('${new Date().toISOString()}')`;
    const comparisons = {
      runs: [
        "status == 'running'",
        "name in ['one', 'x']",
        'calls >= 1',
        'cost < 0.5',
        `time <= ${now}`,
        `time > ${now}`,
      ],
      spans: ["agent == 'two'", "kind in ['call', 'mcp']", 'tokens == 7', `time <= ${now}`, `time > ${now}`],
      events: [
        'seq < 3',
        'seq == 2',
        'seq > 1.5',
        '2 <= seq && seq < 4',
        'seq > 2 && seq > 1',
        "event == 'call-ended'",
        'atMs > 0',
        '2.0 > atMs',
        `time <= ${now}`,
      ],
      logs: [
        "stream == 'stderr'",
        "stream == 'mcp'",
        "agent == 'one'",
        'seq > 2',
        `${now} >= time`,
        "text in ['two']",
        "text.contains('w')",
        "text.contains('are missing') || seq > 1",
      ],
    } as const;
    for (const [target, expressions] of Object.entries(comparisons)) {
      for (const where of expressions) {
        const narrowed = await ask(target as QueryTarget, where);
        expect([where, narrowed]).toEqual([where, await ask(target as QueryTarget, `!(!(${where}))`)]);
      }
    }
    expect((await ask('spans', `time <= ${now} && kind == 'call'`)).rows).toHaveLength(3);
  });

  it('say of how many rows nothing can be said', async () => {
    const run = startRun('one');
    recordCall(run, 'm', { input: 1, output: 1 });
    const page = await ask('events', 'data.status == 201');
    expect(page.rows).toHaveLength(1);
    expect(page.unevaluated).toEqual({ rows: 2, because: 'No such key: status' });
  });

  it('answer with nothing that was changed behind the back of the journal', async () => {
    const run = startRun('one');
    run.append('log-written', { stream: 'stdout', text: 'true' });
    await store.flush();
    const other = new Database(file);
    other.prepare("UPDATE events SET data = replace(data, 'true', 'fake') WHERE type = 'log-written'").run();
    other.close();
    await expect(ask('logs', "text == 'fake'")).rejects.toThrow('changed or damaged');
  });
});

describe('statistics', () => {
  it('are of calls by model, of attempts by instance, of what is asked for by kind', async () => {
    const one = startRun('one');
    recordCall(one, 'large', { input: 10, output: 5 }, 0.5);
    recordCall(one, 'large', { input: 20, output: 5 });
    const two = startRun('two');
    const small = recordCall(two, 'small', { input: 1, output: 0 }, 0.1);
    for (const [instance, outcome] of [
      ['far', 'ok'],
      ['near', 'error'],
    ] as const) {
      const at = { spanId: hostIds.spanId(), parentSpanId: small };
      two.append(
        'attempt-started',
        { attempt: 1, instance, provider: 'p', endpoint: 'http://127.0.0.1' },
        at,
      );
      two.append('attempt-ended', { outcome }, at);
    }
    await store.flush();
    const { rows } = await statisticsOf({ by: 'model' });
    expect(
      rows.map(({ group, count, cost, unknownCosts, inputTokens }) => [
        group,
        count,
        cost,
        unknownCosts,
        inputTokens,
      ]),
    ).toEqual([
      ['large', 2, 0.5, 1, 30],
      ['small', 1, 0.1, 0, 1],
    ]);
    const groups = async (request: QueryCalls['statistics'][0]) =>
      (await statisticsOf(request)).rows.map(({ group, count, errors }) => [group, count, errors]);
    // Tokens and cost are where the answer came from.
    const instances = await statisticsOf({ by: 'instance' });
    expect(
      instances.rows.map(({ group, count, errors, inputTokens, cost }) => [
        group,
        count,
        errors,
        inputTokens,
        cost,
      ]),
    ).toEqual([
      ['far', 1, 0, 1, 0.1],
      ['near', 1, 1, 0, 0],
    ]);
    expect(await groups({ by: 'kind', runs: [two.runId] })).toEqual([
      ['attempt', 2, 1],
      ['agent', 1, 0],
      ['call', 1, 0],
    ]);
    expect(await groups({ by: 'agent', where: "kind == 'attempt' || tokens > 20" })).toEqual([['one', 1, 0]]);
    expect(await groups({ by: 'agent', where: "kind == 'attempt'" })).toEqual([['two', 2, 1]]);
  });
});

describe('a query that does not end', () => {
  const pathological = "text.matches('(a+)+$')";
  const log = (run: Recorder) => run.append('log-written', { stream: 'stdout', text: `${'a'.repeat(60)}!` });

  it('is ended when it takes too long, and the next one is answered', async () => {
    await store.close();
    store = await openStore({ worker, file, queryLimitMs: 300 });
    log(startRun('one'));
    await store.flush();
    const request = { target: 'logs', limit: 10 } as const;
    const slow = store.query('query', { ...request, where: pathological });
    await expect(slow).rejects.toMatchObject({ code: 'query_too_slow' });
    expect((await store.query('query', { ...request, where: '' })).rows).toHaveLength(1);
  });

  it('is ended when its asker has gone, without a moment for those that wait', async () => {
    log(startRun('one'));
    await store.flush();
    const gone = new AbortController();
    const request = { target: 'logs', where: pathological, limit: 10 } as const;
    const never = store.query('query', request, gone.signal);
    const next = store.query('query', { ...request, where: '' });
    const reads = await store.read('listRuns', { limit: 1 });
    expect(reads).toHaveLength(1);
    gone.abort();
    await expect(never).rejects.toMatchObject({ code: 'query_cancelled' });
    expect((await next).rows).toHaveLength(1);
  });
});
