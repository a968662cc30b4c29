import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readSpeedscope } from './read-speedscope.ts';
import { readAll, refusalOf, TEST_TIME } from './test-source.ts';

const vector = (name: string) => new Uint8Array(readFileSync(new URL(`vectors/${name}`, import.meta.url)));

async function drawn(name: string): Promise<readonly string[]> {
  const { items } = await readAll(readSpeedscope, vector(name));
  const spans = items.flatMap((item) => (item.kind === 'span' ? [item.span] : []));
  const names = new Map(spans.map(({ traceId, spanId, name }) => [traceId + spanId, name]));
  return spans.map(({ name, traceId, parentSpanId, startTimeUnixNano: start, endTimeUnixNano: end }) => {
    const parent = parentSpanId === '' ? '' : ` <${names.get(traceId + parentSpanId)}`;
    return `${name} ${start - TEST_TIME}-${end - TEST_TIME}${parent}`;
  });
}

describe('readSpeedscope', () => {
  it('reads an evented profile', async () => {
    expect(await drawn('speedscope-evented.json')).toEqual([
      'c 0-2000 <b',
      'd 2000-6000 <b',
      'c 6000-9000 <b',
      'b 0-14000 <a',
      'a 0-14000 <simple.txt',
      'simple.txt 0-14000',
    ]);
  });

  it('reads sampled profiles, whose frames stay as long as they are in the stack', async () => {
    const second = 1_000_000_000;
    const one = [
      `c 0-${2 * second} <b`,
      `d ${2 * second}-${6 * second} <b`,
      `c ${6 * second}-${9 * second} <b`,
      `b 0-${14 * second} <a`,
    ];
    expect(await drawn('speedscope-sampled.json')).toEqual([
      ...one,
      `a 0-${14 * second} <one`,
      `one 0-${14 * second}`,
      ...one,
      `a 0-${14 * second} <two`,
      `two 0-${14 * second}`,
    ]);
  });

  it('says where a profile is damaged', async () => {
    expect(await refusalOf(readSpeedscope, vector('speedscope-incomplete.json'))).toBe(
      'Frame "A" is opened and never closed at 14:5',
    );
    const profile = (events: string) =>
      `{"shared":{"frames":[{"name":"A"},{"name":"B"}]},"profiles":[{"type":"evented","events":[${events}]}]}`;
    const open = '{"type":"O","frame":0,"at":5}';
    expect(await refusalOf(readSpeedscope, profile(`${open},{"type":"C","frame":1,"at":6}`))).toBe(
      'Frame 1 is closed, but "A" is the innermost that is open at 1:120',
    );
    expect(await refusalOf(readSpeedscope, profile(`${open},{"type":"C","frame":0,"at":4}`))).toBe(
      'An event at 4 comes after one at 5 at 1:120',
    );
    expect(await refusalOf(readSpeedscope, profile('{"type":"O","frame":7,"at":5}'))).toBe(
      'There is no frame 7 at 1:90',
    );
  });
});
