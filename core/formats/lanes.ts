import type { SpanId } from '../base/ids.ts';
import type { ExportInput } from './exported.ts';

/** Spans of one lane lie in each other or beside each other, as those of a thread do. */
export interface Lane {
  /** Lanes are numbered from 1, over all of a run. */
  readonly number: number;
  readonly spans: readonly LaneSpan[];
}

export interface LaneSpan {
  readonly id: SpanId;
  readonly name: string;
  /** Nanoseconds from the start of the run; the end of one that has none is that of the run. */
  readonly start: number;
  readonly end: number;
}

/** How many lanes are tried before there is a new one. */
const MOST_TRIED = 200;

/**
 * Lays the spans of a run out so that none cuts another: under its parent where that is the innermost there, else in the first
 * lane where it fits.
 */
export async function layOut(input: ExportInput): Promise<readonly Lane[]> {
  const spans: (LaneSpan & { readonly parent: SpanId | undefined })[] = [];
  for await (const { id, parentId, name, startedAt, endedAt } of input.spans()) {
    const end = Math.max(startedAt, endedAt ?? input.run.duration);
    spans.push({ id, parent: parentId, name, start: startedAt, end });
  }
  spans.sort((a, b) => a.start - b.start || b.end - a.end);
  const lanes: { readonly number: number; readonly spans: LaneSpan[]; readonly open: LaneSpan[] }[] = [];
  const laneOf = new Map<SpanId, number>();
  for (const span of spans) {
    const home = span.parent === undefined ? undefined : laneOf.get(span.parent);
    const tried = home === undefined ? lanes : [lanes[home]!, ...lanes];
    let found = tried.slice(0, MOST_TRIED).find(({ open }) => fits(open, span));
    if (!found) {
      found = { number: lanes.length + 1, spans: [], open: [] };
      lanes.push(found);
    }
    laneOf.set(span.id, found.number - 1);
    found.spans.push(span);
    found.open.push(span);
  }
  return lanes.map(({ number, spans }) => ({ number, spans }));
}

function fits(open: LaneSpan[], { start, end }: LaneSpan): boolean {
  while (open.length > 0 && open.at(-1)!.end <= start) open.pop();
  return open.length === 0 || open.at(-1)!.end >= end;
}
