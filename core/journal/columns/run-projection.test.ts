import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JournalEvent } from '../event.ts';
import { fold } from '../fold.ts';
import type { Span } from '../run-state.ts';
import { loadSpan, type ChainedEvent } from './load-span.ts';
import { randomRun } from './random-run.ts';
import { RunProjection } from './run-projection.ts';
import { bytesOfSpans, CHUNK_SPANS, KINDS, rowOf, spanChunk, STATUSES } from './span-chunk.ts';
import { SpanColumns } from './span-columns.ts';

/** A journal in memory, as a store would have it. */
class Journal {
  readonly rows: ChainedEvent[] = [];
  readonly read = (seq: number): ChainedEvent => this.rows[seq - 1]!;

  project(events: readonly JournalEvent[], from?: RunProjection): RunProjection {
    let projection = from;
    for (const event of events) {
      if (!projection) {
        projection = RunProjection.begin(event, this.read);
        this.rows.push({ event, previous: 0 });
      } else this.rows.push({ event, previous: projection.apply(event) });
    }
    return projection!;
  }
}

const runs = fc.record({ seed: fc.nat(), steps: fc.integer({ min: 1, max: 60 }) });

describe('the projection of a run', () => {
  it('has the summary, the open spans and the columns that the fold of the whole run has', () => {
    fc.assert(
      fc.property(runs, ({ seed, steps }) => {
        const events = randomRun(seed, steps);
        const projection = new Journal().project(events);
        const whole = fold(undefined, events);
        const spans = [...whole.spans.values()];
        expect(projection.run).toEqual(whole.run);
        expect(byIndex(projection.snapshot().open)).toEqual(
          spans.filter(({ status }) => status === 'running'),
        );
        expect(spans.map((_, ordinal) => rowAt(projection.columns, ordinal))).toEqual(
          spans.map((span) => rowOfSpan(span, projection.columns)),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('finds every span again from its own events, as it was after any event of the run', () => {
    fc.assert(
      fc.property(runs, fc.nat(), ({ seed, steps }, cut) => {
        const events = randomRun(seed, steps);
        const journal = new Journal();
        const { columns, run } = journal.project(events);
        const upTo = 1 + (cut % events.length);
        const whole = fold(undefined, events.slice(0, upTo));
        const final = fold(undefined, events);
        for (const span of whole.spans.values()) {
          // Where a reported span hangs is known only when its parent has come.
          const { parentId } = final.spans.get(span.id)!;
          const expected = { ...span, ...(parentId && { parentId }) };
          expect(loadSpan(columns, run, span.id, journal.read, upTo)).toEqual(expected);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('goes on from a snapshot as if it had never stopped', () => {
    fc.assert(
      fc.property(runs, fc.nat(), ({ seed, steps }, cut) => {
        const events = randomRun(seed, steps).filter(({ type }) => type !== 'span-reported');
        const renumbered = events.map((event, index) => ({ ...event, seq: index + 1 }));
        const journal = new Journal();
        const half = 1 + (cut % renumbered.length);
        const before = journal.project(renumbered.slice(0, half));
        const kept = before.columns.chunks.map(({ bytes }) => spanChunk(Uint8Array.from(bytes)));
        const columns = SpanColumns.from(kept, before.columns.size, before.columns.dictionary.slice(1));
        const resumed = RunProjection.resume(structuredClone(before.snapshot()), columns, journal.read);
        const after = journal.project(renumbered.slice(half), resumed);
        const whole = new Journal().project(renumbered);
        expect(after.snapshot()).toEqual(whole.snapshot());
        expect(after.columns.chunks.map(({ bytes }) => bytes)).toEqual(
          whole.columns.chunks.map(({ bytes }) => bytes),
        );
      }),
      { numRuns: 200 },
    );
  });

  it('comes back to spans that have ended and were forgotten', () => {
    const events = randomRun(7, 40_000);
    const journal = new Journal();
    const { columns, run } = journal.project(events);
    const whole = fold(undefined, events);
    expect(columns.size).toBeGreaterThan(10 * CHUNK_SPANS);
    expect(run).toEqual(whole.run);
    const some = [...whole.spans.values()].filter(({ index }) => index % 101 === 0);
    expect(some.map(({ id }) => loadSpan(columns, run, id, journal.read))).toEqual(some);
  });
});

describe('a chunk of spans', () => {
  it('comes back from the bytes of those that are in it', () => {
    const { columns } = new Journal().project(randomRun(3, 60));
    const { size, chunks } = columns;
    const kept = bytesOfSpans(chunks[0]!, size);
    expect(kept.length).toBeLessThan(chunks[0]!.bytes.length / 10);
    const { bytes } = spanChunk(kept);
    // What nothing was ever written to is no span.
    expect(bytesOfSpans(spanChunk(bytes), size)).toEqual(kept);
    expect(spanChunk(kept).idLow.subarray(0, size)).toEqual(chunks[0]!.idLow.subarray(0, size));
    expect(spanChunk(kept).status.subarray(0, size)).toEqual(chunks[0]!.status.subarray(0, size));
    expect(bytes).toEqual(chunks[0]!.bytes);
  });

  it('is refused where its bytes are no chunk', () => {
    expect(() => spanChunk(new Uint8Array(7))).toThrow('not 7');
  });
});

function byIndex(spans: readonly Span[]): readonly Span[] {
  return spans.toSorted((one, other) => one.index - other.index);
}

function rowAt(columns: SpanColumns, ordinal: number) {
  const chunk = columns.chunkOf(ordinal);
  const row = rowOf(ordinal);
  return {
    id: columns.idAt(ordinal),
    parent: chunk.parent[row],
    kind: KINDS[chunk.kind[row]!],
    status: STATUSES[chunk.status[row]!],
    start: chunk.start[row],
    end: chunk.end[row],
    name: columns.dictionary[chunk.name[row]!],
    tokens: chunk.inputTokens[row]! + chunk.outputTokens[row]!,
  };
}

function rowOfSpan(span: Span, columns: SpanColumns): ReturnType<typeof rowAt> {
  const usage = span.kind === 'call' ? span.usage : undefined;
  return {
    id: span.id,
    parent: span.parentId === undefined ? -1 : columns.ordinalOf(span.parentId),
    kind: span.kind,
    status: span.status,
    start: span.startedAt,
    end: span.endedAt ?? -1,
    name: span.name,
    tokens: usage ? usage.input + usage.output : 0,
  };
}
