import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readChrome } from './read-chrome.ts';
import { readAll, refusalOf, spansByName, TEST_TIME, type Read } from './test-source.ts';

const vector = (name: string) => new Uint8Array(readFileSync(new URL(`vectors/${name}`, import.meta.url)));

/** A tree as `name start-end <parent`, in microseconds from the first event. */
function drawn(read: Read): readonly string[] {
  const spans = read.items.flatMap((item) => (item.kind === 'span' ? [item.span] : []));
  const names = new Map(spans.map(({ spanId, name }) => [spanId, name]));
  return spans.map(({ name, startTimeUnixNano: start, endTimeUnixNano: end, parentSpanId }) => {
    const micros = (time: bigint) => (time === 0n ? '' : String(Number(time - TEST_TIME) / 1000));
    const parent = parentSpanId === '' ? '' : ` <${names.get(parentSpanId)}`;
    return `${name} ${micros(start)}-${micros(end)}${parent}`;
  });
}

const logsOf = ({ items }: Read) => items.flatMap((item) => (item.kind === 'log' ? [item.record] : []));
const codesOf = ({ warnings }: Read) => warnings.map(({ code, count }) => `${code} ${count}`);

describe('readChrome', () => {
  it('reads a list whose end is missing, and lays spans in each other as their times do', async () => {
    const read = await readAll(readChrome, vector('chrome-simple-partial-trailing-comma.json'));
    expect(drawn(read)).toEqual(['gamma 2-7 <beta', 'epsilon 7-11 <beta', 'beta 1-13 <alpha', 'alpha 0-14']);
    expect(spansByName(read).get('gamma')?.attributes).toContainEqual(['detail', 'foobar']);
    expect(codesOf(read)).toEqual([]);
  });

  it('keeps what belongs to one process or thread apart, with their names', async () => {
    const read = await readAll(readChrome, vector('chrome-multiprocess.json'));
    const alpha = read.items.find((item) => item.kind === 'span' && item.span.name === 'alpha')!;
    expect(alpha.by.resource?.attributes.slice(0, 2)).toEqual([
      ['service.name', 'p0'],
      ['process.pid', 0],
    ]);
    expect(spansByName(read).get('beta')?.attributes.slice(0, 2)).toEqual([
      ['thread.id', 1],
      ['thread.name', 'p0t1'],
    ]);
    expect(logsOf(read).every(({ eventName }) => eventName === 'chrome.M')).toBe(true);
  });

  it('closes by name, in the order of the times and not of the file', async () => {
    const read = await readAll(readChrome, vector('chrome-out-of-order-unbalanced-name.json'));
    expect(drawn(read)).toEqual(['alpha 0-9', 'beta 1-10']);
  });

  it('keeps an end of another name with its beginning, and an end without one as a log record', async () => {
    const mismatched = await readAll(readChrome, vector('chrome-mismatched-name.json'));
    expect(drawn(mismatched)).toEqual(['alpha 0-10']);
    expect(spansByName(mismatched).get('alpha')?.attributes).toContainEqual(['chrome.end', { name: 'beta' }]);
    const many = await readAll(readChrome, vector('chrome-too-many-end-events.json'));
    expect(logsOf(many).map(({ eventName, body }) => [eventName, body])).toEqual([
      ['chrome.E', 'gamma'],
      ['chrome.E', 'delta'],
    ]);
    expect(codesOf(many)).toEqual(['unmatched-end 2']);
  });

  it('takes asynchronous events by their ids, and everything without a length for a log record', async () => {
    const text = JSON.stringify({
      displayTimeUnit: 'ns',
      traceEvents: [
        { ph: 'b', cat: 'c', id: '0x1', name: 'outer', ts: 10, pid: 1, tid: 1 },
        { ph: 'b', cat: 'c', id: '0x1', name: 'inner', ts: 11, pid: 1, tid: 2 },
        { ph: 'b', cat: 'c', id: '0x2', name: 'other', ts: 11, pid: 1, tid: 1 },
        { ph: 'n', cat: 'c', id: '0x1', name: 'inner', ts: 12, pid: 1, tid: 2, args: { x: 1 } },
        { ph: 'e', cat: 'c', id: '0x1', name: 'inner', ts: 13.5, pid: 1, tid: 2, args: { done: true } },
        { ph: 'e', cat: 'c', id: '0x1', name: 'outer', ts: 14, pid: 1, tid: 1 },
        { ph: 'S', cat: 'c', id: '9', name: 'old', ts: 10, pid: 1, tid: 1 },
        { ph: 'F', cat: 'c', id: '9', name: 'old', ts: 12, pid: 1, tid: 1 },
        { ph: 'C', name: 'heap', ts: 12, pid: 1, args: { bytes: 7 } },
        { ph: 'I', name: 'mark', ts: 12, pid: 1, tid: 1, s: 't' },
      ],
    });
    const read = await readAll(readChrome, text);
    expect(drawn(read)).toEqual(['other 1-', 'inner 1-3.5 <outer', 'outer 0-4', 'old 0-2']);
    expect(spansByName(read).get('inner')?.attributes).toContainEqual(['done', true]);
    expect(logsOf(read).map(({ eventName, body }) => [eventName, body])).toEqual([
      ['chrome.n', 'inner'],
      ['chrome.C', 'heap'],
      ['chrome.I', 'mark'],
      ['chrome.document', { displayTimeUnit: 'ns' }],
    ]);
    expect(codesOf(read)).toEqual(['missing-end 1', 'unmatched-begin 1']);
  });

  it('takes times since 1970 for what they are', async () => {
    const event = { ph: 'X', name: 'a', ts: 1700000000000001.5, dur: 1, pid: 1, tid: 1 };
    const read = await readAll(readChrome, JSON.stringify([event]));
    expect(spansByName(read).get('a')?.startTimeUnixNano).toBe(1700000000000001500n);
  });

  it('says where a file is damaged', async () => {
    expect(await refusalOf(readChrome, '[{"ph":"X","ts":1},\n{"ph":')).toBe(
      'The file ends in the middle of a value at 2:7',
    );
    expect(await refusalOf(readChrome, '{"traceEvents":[{"ph":"X"}')).toBe(
      'The file ends in the middle of an array at 1:27',
    );
    expect(await refusalOf(readChrome, '[{"name":"x"}]')).toBe('An event has no "ph" at 1:2');
    expect(await refusalOf(readChrome, '[3]')).toBe('An event is not an object at 1:2');
  });
});
