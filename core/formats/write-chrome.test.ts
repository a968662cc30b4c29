import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detectFormat } from './detect-format.ts';
import { resourceOf, eventOf, logOf, spanOf, statusOf } from './otlp-parts.ts';
import { readChrome } from './read-chrome.ts';
import { readAll, TEST_TIME } from './test-source.ts';
import { recordItems, saidOf, written, type KeptRun } from './test-record.ts';
import { writeChrome } from './write-chrome.ts';

async function importAll(content: string | Uint8Array): Promise<KeptRun> {
  return recordItems((await readAll(readChrome, content, { chunk: 65_536 })).items);
}

const value = fc.oneof(fc.integer(), fc.string(), fc.boolean(), fc.constant({ a: [1, 'x'] }));
const args = fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('input', 'model')), value, { maxKeys: 3 });
const ts = fc.integer({ min: 0, max: 1_000_000 }).map((nanos) => nanos / 1000);
const place = { name: fc.constantFrom('a', 'b', ''), pid: fc.nat({ max: 2 }), tid: fc.nat({ max: 2 }) };
const event = fc.oneof(
  fc.record({ ph: fc.constant('X'), ts, dur: ts, args, ...place, tts: fc.nat() }),
  fc.record({ ph: fc.constantFrom('B', 'E'), ts, args, ...place }),
  fc.record({
    ph: fc.constantFrom('b', 'e', 'n'),
    ts,
    args,
    ...place,
    id: fc.constantFrom('0x1', 2),
    cat: fc.constant('c'),
  }),
  fc.record({ ph: fc.constantFrom('i', 'C', 's', 'P'), ts, args, ...place }),
  fc.record({
    ph: fc.constant('M'),
    name: fc.constant('thread_name'),
    pid: place.pid,
    tid: place.tid,
    args: fc.constant({ name: 't' }),
  }),
);
/** Of what begins and ends at the same times, nothing says what lies in what. */
const events = fc.uniqueArray(event, {
  maxLength: 12,
  selector: (given) => ('ts' in given ? given.ts : given.tid),
});

describe('writeChrome', () => {
  it('writes what, imported again, gives the same events, whatever was imported', async () => {
    await fc.assert(
      fc.asyncProperty(
        events,
        fc.constantFrom({}, { displayTimeUnit: 'ns', metadata: { x: 1 } }),
        async (traceEvents, rest) => {
          const first = await importAll(JSON.stringify({ ...rest, traceEvents }));
          const second = await importAll(await written(writeChrome(first)));
          expect(saidOf(second, 'numbered')).toEqual(saidOf(first, 'numbered'));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('writes any span as an event that DevTools and Perfetto draw, and what happened in it', async () => {
    const by = { resource: resourceOf([['service.name', 'agent']]), scope: undefined };
    const ids = { traceId: '5b8efff798038103d269b633813fc60c' };
    const at = (nanos: number) => TEST_TIME + BigInt(nanos);
    const spans = [
      spanOf({
        ...ids,
        spanId: '0000000000000001',
        name: 'all',
        startTimeUnixNano: at(0),
        endTimeUnixNano: at(9_000),
      }),
      spanOf({
        ...ids,
        spanId: '0000000000000002',
        parentSpanId: '0000000000000001',
        name: 'one',
        startTimeUnixNano: at(1_000),
        endTimeUnixNano: at(5_500),
        attributes: [['gen_ai.request.model', 'gpt-x']],
        events: [eventOf('exception', at(2_000))],
        status: statusOf('error', 'no'),
      }),
    ];
    const log = logOf({ timeUnixNano: at(3_000), body: 'hello' });
    const run = recordItems([
      ...spans.map((span) => ({ kind: 'span' as const, by, span })),
      { kind: 'log', by, record: log },
    ]);
    const text = await written(writeChrome(run));
    expect(detectFormat(new TextEncoder().encode(text))).toEqual({ ok: true, value: 'chrome' });
    const { traceEvents, otherData } = JSON.parse(text) as { traceEvents: unknown[]; otherData: unknown };
    expect(otherData).toEqual({ 'signalbox.zero_time': String(TEST_TIME) });
    expect(traceEvents).toMatchObject([
      { ph: 'X', name: 'all', ts: 0, dur: 9, pid: 1 },
      {
        ph: 'X',
        name: 'one',
        ts: 1,
        dur: 4.5,
        args: {
          'gen_ai.request.model': 'gpt-x',
          'otel.status_code': 'ERROR',
          'otel.status_description': 'no',
        },
      },
      { ph: 'i', name: 'exception', ts: 2, s: 't' },
      { ph: 'i', name: 'hello', ts: 3, args: { message: 'hello' } },
    ]);
    const again = await readAll(readChrome, text);
    expect(again.items.filter(({ kind }) => kind === 'span')).toMatchObject([
      { span: { name: 'all', startTimeUnixNano: TEST_TIME } },
      {
        span: {
          name: 'one',
          startTimeUnixNano: TEST_TIME + 1_000n,
          attributes: expect.arrayContaining([['gen_ai.request.model', 'gpt-x']]),
        },
      },
    ]);
  });
});

const FOLDER = new URL('../../../shared/data/traces/', import.meta.url);
const FILES = existsSync(FOLDER)
  ? readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter(
      (name) =>
        /trace-event\/|viztracer\/(?:async|function)|lighthouse\/(?:traces|user)|profiles\/.*json$|firefox-profiler\/chrome/.test(
          name,
        ) && /\.(?:json|gz)$/.test(name),
    )
  : [];

describe.skipIf(FILES.length === 0)('writeChrome, on the traces under ../shared', () => {
  it.each(FILES)('%s: imported again it gives the same events', async (name) => {
    const given = readFileSync(new URL(name, FOLDER));
    const first = await importAll(new Uint8Array(name.endsWith('.gz') ? gunzipSync(given) : given));
    const second = await importAll(await written(writeChrome(first)));
    expect(saidOf(second, 'numbered')).toEqual(saidOf(first, 'numbered'));
  });
});
