import { isDeepStrictEqual } from 'node:util';
import type { RunId, SpanId } from '../core/base/ids.ts';
import type { JournalEvent } from '../core/journal/event.ts';
import type { RunSummary } from '../core/journal/run-state.ts';
import type { ReaderCalls } from '../core/node/store/messages.ts';
import type { Store } from '../core/node/store/store.ts';

const EVERYTHING = 1_000_000;
/** Of each run, every so many spans are asked for with their bodies. */
const SPAN_STEP = 7;

interface RunFacts {
  readonly summary: RunSummary;
  readonly events: readonly JournalEvent[];
  readonly bodies: ReadonlyMap<
    SpanId,
    readonly [request: Uint8Array | undefined, response: Uint8Array | undefined]
  >;
}

/** All that a journal gives out. */
export type Facts = ReadonlyMap<RunId, RunFacts>;

export interface Comparison {
  /** Damage that the store spoke of. */
  readonly said: number;
  /** Events that are no longer there, without a word. */
  readonly lost: number;
  /** Rows of runs whose sums are others: they are no events, and can be made again from those. */
  readonly projections: number;
  /** What was given out and is not what was recorded. */
  readonly wrong: readonly string[];
}

export async function readFacts(store: Store): Promise<Facts> {
  const facts = new Map<RunId, RunFacts>();
  for (const summary of await store.read('listRuns', { limit: 1_000 })) {
    const run = summary.id;
    const events = await store.read('readEvents', { run, from: 1, limit: EVERYTHING });
    const spans = await store.read('listSpans', run);
    const bodies = new Map<SpanId, readonly [Uint8Array | undefined, Uint8Array | undefined]>();
    for (const { id, index } of spans) {
      if (index % SPAN_STEP !== 1) continue;
      const found = await store.read('findSpan', { run, span: id });
      bodies.set(id, [found?.request, found?.response]);
    }
    facts.set(run, { summary, events, bodies });
  }
  return facts;
}

/** What a store gives out of a damaged journal, beside what was recorded. */
export async function compareJournals(store: Store, facts: Facts): Promise<Comparison> {
  const wrong: string[] = [];
  let [said, lost, projections] = [0, 0, 0];
  /** A refusal is what should come where something is damaged. */
  async function ask<Name extends keyof ReaderCalls>(
    name: Name,
    argument: ReaderCalls[Name][0],
  ): Promise<ReaderCalls[Name][1] | undefined> {
    try {
      return await store.read(name, argument);
    } catch {
      said += 1;
      return undefined;
    }
  }
  const rows = (await ask('listRuns', { limit: 1_000 })) ?? [];
  for (const [run, { summary, events, bodies }] of facts) {
    const row = rows.find(({ id }) => id === run);
    if (row && row.lastSeq === summary.lastSeq && !isDeepStrictEqual(row, summary)) projections += 1;
    const read = await ask('readEvents', { run, from: 1, limit: EVERYTHING });
    for (const event of read ?? []) {
      const original = events[event.seq - 1];
      if (isDeepStrictEqual(event, original) || isInterruption(event)) continue;
      wrong.push(`event ${event.seq} of run ${run} is another: ${JSON.stringify(event).slice(0, 200)}`);
    }
    if (read) lost += Math.max(0, events.length - read.length);
    for (const [span, [request, response]] of bodies) {
      const found = await ask('findSpan', { run, span });
      if (!found) continue;
      if (found.request && !isSame(found.request, request))
        wrong.push(`the request of span ${span} is another`);
      if (found.response && !isSame(found.response, response))
        wrong.push(`the response of span ${span} is another`);
      for (const event of found.events)
        if (!isDeepStrictEqual(event, events[event.seq - 1]) && !isInterruption(event))
          wrong.push(`event ${event.seq} of span ${span} is another`);
    }
    await ask('columns', run);
    await ask('stateAt', { run, seq: Math.ceil(events.length / 2) });
  }
  const report = await ask('verify', undefined);
  return { said: said + (report?.broken.length ?? 0), lost, projections, wrong };
}

/** What the store adds to a run that has no end. */
function isInterruption(event: JournalEvent): boolean {
  return event.type === 'run-ended' && event.data.status === 'interrupted';
}

function isSame(one: Uint8Array, other: Uint8Array | undefined): boolean {
  return other !== undefined && Buffer.from(one).equals(other);
}
