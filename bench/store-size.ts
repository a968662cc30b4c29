import { statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { VirtualClock } from '../core/base/virtual-clock.ts';
import { seededIds } from '../core/journal/generate/seeded-ids.ts';
import { startRecorder, type EventSink, type Recorder } from '../core/journal/recorder.ts';
import { installation } from '../core/node/installation.ts';
import { openStore } from '../core/node/store/store.ts';
import type { Figure } from './support/figures.ts';

const TURNS = 50;
const SMALL_EVENTS = 200_000;
const SHARE_BAR = 1 / 10;
const OVERHEAD_BAR_BYTES = 200;

/** What is on disk of an agent that resends its history, and of small events. */
export async function measureSize(dir: string): Promise<readonly Figure[]> {
  const empty = (await recorded(join(dir, 'empty.db'), () => undefined)).size;
  let whole = 0;
  const loop = await recorded(join(dir, 'loop.db'), (recorder, sink) => {
    whole = recordLoop(recorder, sink);
  });
  const small = await recorded(join(dir, 'small.db'), async (recorder, _, flush) => {
    for (let event = 0; event < SMALL_EVENTS; event++) {
      recorder.append('log-written', { stream: 'stdout', text: `line ${event}` });
      if (event % 10_000 === 0) await flush();
    }
  });
  return [
    {
      figure: `an agent loop of ${TURNS} turns on disk, beside its requests whole`,
      unit: 'kB',
      ours: (loop.size - empty) / 1000,
      limit: whole / 1000,
      value: (loop.size - empty) / whole,
      bar: { atMost: SHARE_BAR, of: 'ratio', unit: '×' },
    },
    {
      figure: 'on disk of a small event besides its data',
      unit: 'bytes',
      ours: (small.size - empty - small.data) / SMALL_EVENTS,
      bar: { atMost: OVERHEAD_BAR_BYTES, of: 'ours' },
    },
  ];
}

type Record = (recorder: Recorder, sink: EventSink, flush: () => Promise<void>) => unknown;

/** Bytes of the file after it was closed, and of the data of its events. */
async function recorded(
  file: string,
  record: Record,
): Promise<{ readonly size: number; readonly data: number }> {
  const store = await openStore({ worker: installation.storeWorker, file });
  const start = { name: 'size', source: 'launched', hostVersion: 'bench', configHash: '' } as const;
  const recorder = startRecorder({ clock: new VirtualClock(), ids: seededIds(file), sink: store }, start);
  await record(recorder, store, () => store.flush());
  recorder.append('run-ended', { status: 'completed' });
  await store.close();
  const database = new Database(file, { readonly: true });
  const data = database.prepare('SELECT sum(length(CAST(data AS BLOB))) FROM events').pluck().get() as number;
  database.close();
  return { size: statSync(file).size, data };
}

/** Returns the bytes of its requests. */
function recordLoop(recorder: Recorder, sink: EventSink): number {
  const ids = seededIds('loop');
  const text = (from: number, length: number) =>
    Array.from({ length }, (_, word) => ((from * 7919 + word * 104_729) % 99_991).toString(36)).join(' ');
  const tools = Array.from({ length: 12 }, (_, tool) => ({
    name: `tool ${tool}`,
    description: text(tool, 60),
  }));
  const messages: unknown[] = [{ role: 'system', content: text(1, 600) }];
  let whole = 0;
  for (let turn = 0; turn < TURNS; turn++) {
    messages.push({ role: 'user', content: text(1_000 + turn, 300) });
    const request = Buffer.from(JSON.stringify({ model: 'fast', tools, messages }));
    whole += request.length;
    const [call, attempt] = [ids.spanId(), ids.spanId()];
    const span = { spanId: call, parentSpanId: recorder.rootSpanId };
    recorder.append(
      'call-received',
      {
        dialect: 'openai',
        operation: 'chat.completions',
        method: 'POST',
        path: '/chat/completions',
        model: 'fast',
        streaming: false,
        attribution: 'prefix',
        headers: { 'content-type': 'application/json' },
        body: sink.keepBody(recorder.runId, request),
      },
      span,
    );
    const started = { attempt: 1, instance: 'one', provider: 'p', endpoint: 'https://one.example/v1' };
    const below = { spanId: attempt, parentSpanId: call };
    recorder.append('attempt-started', started, below);
    recorder.append('attempt-ended', { outcome: 'ok' }, below);
    const message = { role: 'assistant', content: text(2_000 + turn, 60) };
    messages.push(message);
    const answer = Buffer.from(JSON.stringify({ id: call, choices: [{ message }] }));
    const body = sink.keepBody(recorder.runId, answer);
    recorder.append('call-ended', { outcome: 'ok', status: 200, body, usage: { input: 1, output: 1 } }, span);
  }
  return whole;
}
