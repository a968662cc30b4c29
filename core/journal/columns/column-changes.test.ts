import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concat } from '../../base/bytes.ts';
import {
  applyChanges,
  changesSince,
  knownAfter,
  NOTHING_KNOWN,
  type ColumnChanges,
} from './column-changes.ts';
import { decodeChanges, encodeChanges, encodeFailure, lengthOf } from './columns-document.ts';
import { projectRandomly, randomRun } from './random-run.ts';
import type { RunProjection } from './run-projection.ts';
import { CHUNK_SPANS } from './span-chunk.ts';
import type { SpanColumns } from './span-columns.ts';

/** Over the wire, and into memory of their own. */
function sent(changes: ColumnChanges): ColumnChanges {
  const bytes = Uint8Array.from(concat([...encodeChanges(changes)]));
  expect(lengthOf(bytes.subarray(0, 16))).toBe(bytes.length);
  const got = decodeChanges(bytes);
  if ('problem' in got) throw new Error(got.problem.message);
  return got;
}

function contentOf({ size, dictionary, chunks }: SpanColumns) {
  return { size, dictionary, chunks: chunks.map(({ bytes }) => Buffer.from(bytes).toString('base64')) };
}

/** Of a run that has not ended: its end would change a great many spans at once. */
const OPEN_RUN = 1;

describe('the columns of a window', () => {
  it('are those of the projection, whenever it asks what has changed', () => {
    const runs = fc.record({ seed: fc.nat(), steps: fc.integer({ min: 1, max: 120 }) });
    fc.assert(
      fc.property(runs, fc.infiniteStream(fc.integer({ min: 1, max: 30 })), ({ seed, steps }, pauses) => {
        let window: SpanColumns | undefined;
        let known = NOTHING_KNOWN;
        const ask = (projection: RunProjection) => {
          const changes = sent(changesSince(projection, known));
          expect(changes.whole).toBe(known.seq === 0);
          window = applyChanges(window, changes);
          known = knownAfter(changes);
          expect(changes.run).toEqual(projection.run);
          expect(contentOf(window)).toEqual(contentOf(projection.columns));
        };
        let next = pauses.next().value!;
        const projection = projectRandomly(seed, steps, (soFar) => {
          if (--next > 0) return;
          next = pauses.next().value!;
          ask(soFar);
        });
        ask(projection);
      }),
      { numRuns: 60 },
    );
  });

  it('get a chunk whole where most of it is new, and all of them where what they know is of no use', () => {
    const projection = projectRandomly(OPEN_RUN, 30_000);
    const { size, dictionary } = projection.columns;
    expect(size).toBeGreaterThan(6 * CHUNK_SPANS);
    const half = { seq: projection.run.lastSeq / 2, spans: 0, names: 1 };
    const changes = sent(changesSince(projection, half));
    expect(changes.whole).toBe(false);
    expect(changes.chunks.length).toBeGreaterThan(2);
    const newest = { seq: projection.run.lastSeq - 20, spans: 0, names: 1 };
    expect(sent(changesSince(projection, newest)).ordinals.length).toBeGreaterThan(5);
    for (const wrong of [
      { ...half, spans: size + 1 },
      { ...half, names: dictionary.length + 1 },
      NOTHING_KNOWN,
    ]) {
      const all = sent(changesSince(projection, wrong));
      expect(all.whole).toBe(true);
      expect(contentOf(applyChanges(undefined, all))).toEqual(contentOf(projection.columns));
    }
  });

  it('get single spans also where there are more than a chunk of them', () => {
    const projection = projectRandomly(OPEN_RUN, 30_000);
    const { columns, run } = projection;
    const known = applyChanges(undefined, sent(changesSince(projection, NOTHING_KNOWN)));
    for (let ordinal = 0; ordinal < columns.size; ordinal += 5) {
      known.chunkOf(ordinal).start[ordinal % CHUNK_SPANS] = -5;
      projection.rows.note(ordinal, run.lastSeq);
    }
    const changes = sent(
      changesSince(projection, {
        seq: run.lastSeq - 1,
        spans: columns.size,
        names: columns.dictionary.length,
      }),
    );
    expect(changes.ordinals.length).toBeGreaterThan(CHUNK_SPANS);
    expect(contentOf(applyChanges(known, changes))).toEqual(contentOf(columns));
  });

  it('know how many spans there were after an event', () => {
    const events = randomRun(9, 6_000);
    const { columns } = projectRandomly(9, 6_000);
    for (const { seq } of events.filter(({ seq }) => seq % 97 === 0)) {
      const heardOf = Array.from({ length: columns.size }, (_, ordinal) => ordinal).filter(
        (ordinal) => columns.chunkOf(ordinal).startSeq[ordinal % CHUNK_SPANS]! <= seq,
      );
      expect(columns.spansAt(seq)).toBe(heardOf.length);
    }
    expect(columns.spansAt(0)).toBe(0);
  });

  it('are not made of changes to what is not there', () => {
    const changes = changesSince(projectRandomly(1, 50), { seq: 2, spans: 1, names: 1 });
    expect(() => applyChanges(undefined, changes)).toThrow('not there');
  });
});

describe('a document of columns', () => {
  it('may say why there are none', () => {
    const problem = { code: 'internal', message: '运行' };
    expect(decodeChanges(encodeFailure(problem))).toEqual({ problem });
  });

  it('is refused where it is none, of another version, or cut', () => {
    const bytes = encodeFailure({ code: '', message: '' });
    expect(lengthOf(bytes.subarray(0, 15))).toBeUndefined();
    expect(() => decodeChanges(bytes.subarray(0, -8))).toThrow('came as');
    expect(() => lengthOf(Uint8Array.from(bytes, (byte, at) => (at === 4 ? 2 : byte)))).toThrow('version 2');
    expect(() => lengthOf(new Uint8Array(16))).toThrow('no columns');
  });
});
