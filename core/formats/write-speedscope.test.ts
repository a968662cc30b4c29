import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resourceOf, spanOf } from './otlp-parts.ts';
import { readSpeedscope } from './read-speedscope.ts';
import { readAll, TEST_TIME } from './test-source.ts';
import { recordItems, saidOf, written, type KeptRun } from './test-record.ts';
import { writeSpeedscope } from './write-speedscope.ts';

const vector = (name: string) => new Uint8Array(readFileSync(new URL(`vectors/${name}`, import.meta.url)));

async function importAll(content: string | Uint8Array): Promise<KeptRun> {
  return recordItems((await readAll(readSpeedscope, content)).items);
}

async function expectSameAgain(content: string | Uint8Array): Promise<void> {
  const first = await importAll(content);
  const second = await importAll(await written(writeSpeedscope(first)));
  expect(saidOf(second, 'numbered')).toEqual(saidOf(first, 'numbered'));
}

/** Opens a frame, or closes the innermost, after some time. */
const step = fc.record({ frame: fc.option(fc.nat({ max: 3 })), after: fc.integer({ min: 1, max: 9 }) });

function eventsOf(steps: readonly { readonly frame: number | null; readonly after: number }[]) {
  const open: number[] = [];
  let at = 3;
  const events = steps.flatMap(({ frame, after }) => {
    at += after;
    const closed = frame ?? open.pop();
    if (closed === undefined) return [];
    if (frame !== null) open.push(frame);
    return [{ type: frame === null ? 'C' : 'O', frame: closed, at }];
  });
  return [...events, ...open.toReversed().map((frame) => ({ type: 'C', frame, at: at + 1 }))];
}

describe('writeSpeedscope', () => {
  it.each(['speedscope-evented.json', 'speedscope-sampled.json'])(
    'writes what, imported again, gives the same events: %s',
    async (name) => {
      await expectSameAgain(vector(name));
      const first = await importAll(vector(name));
      const types = /"type":"(?:evented|sampled)"/g;
      expect((await written(writeSpeedscope(first))).match(types)?.length).toBe(
        new TextDecoder().decode(vector(name)).match(/"type": ?"(?:evented|sampled)"/g)?.length,
      );
    },
  );

  it('does so for any profile', async () => {
    const unit = fc.constantFrom('milliseconds', 'none', 'nanoseconds');
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), unit, async (steps, unit) => {
        const frames = [
          { name: 'a', file: 'a.ts', line: 3 },
          { name: 'b' },
          { name: 'c', extra: true },
          { name: '' },
        ];
        const profile = {
          type: 'evented',
          name: 'p',
          unit,
          startValue: 3,
          endValue: 500,
          events: eventsOf(steps),
        };
        await expectSameAgain(JSON.stringify({ name: 'x', shared: { frames }, profiles: [profile] }));
      }),
      { numRuns: 200 },
    );
  });

  it('writes any run, one profile for each lane on which no span cuts another', async () => {
    const by = { resource: resourceOf([]), scope: undefined };
    const spans = [
      ['all', '', 0, 100],
      ['left', '1', 10, 60],
      ['right', '1', 50, 90],
    ] as const;
    const run = recordItems(
      spans.map(([name, parent, start, end], index) => ({
        kind: 'span',
        by,
        span: spanOf({
          traceId: '5b8efff798038103d269b633813fc60c',
          spanId: String(index + 1).padStart(16, '0'),
          parentSpanId: parent === '' ? '' : parent.padStart(16, '0'),
          name,
          startTimeUnixNano: TEST_TIME + BigInt(start),
          endTimeUnixNano: TEST_TIME + BigInt(end),
        }),
      })),
      { durationMs: 1 },
    );
    const { items } = await readAll(readSpeedscope, await written(writeSpeedscope(run)));
    expect(
      items.map((item) => item.kind === 'span' && item.span.name).filter((name) => name !== 'a run'),
    ).toEqual(['left', 'all', 'a run 1', 'right', 'a run 2']);
  });
});
