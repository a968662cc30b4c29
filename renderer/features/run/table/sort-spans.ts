import { CHUNK_SPANS, type SpanChunk } from '../../../../core/journal/columns/span-chunk.ts';
import { isOpen, type ShownRun } from '../../../stores/shown-run.ts';
import { sortedPlaces } from '../../../widgets/sort-keys.ts';

/** What the spans of a run can be sorted by: all that their columns have. */
export const SORTS = [
  'kind',
  'name',
  'where',
  'status',
  'start',
  'duration',
  'input',
  'output',
  'cost',
] as const;
export type SortBy = (typeof SORTS)[number];

/** The ordinals of the spans that were heard of, in order; what a span does not have comes last. */
export function sortSpans(view: ShownRun, by: SortBy, descending: boolean): Int32Array {
  const { columns, spans, run } = view;
  const keys = new Float64Array(spans);
  const keyOf = keysOf(view, by);
  for (const [index, chunk] of columns.chunks.entries()) {
    const from = index * CHUNK_SPANS;
    for (let row = 0; row < CHUNK_SPANS && from + row < spans; row++)
      keys[from + row] = keyOf(chunk, row, isOpen(chunk.endSeq[row]!, run.lastSeq));
  }
  return sortedPlaces(keys, descending);
}

function keysOf({ columns }: ShownRun, by: SortBy): (chunk: SpanChunk, row: number, open: boolean) => number {
  switch (by) {
    case 'kind':
      return ({ kind }, row) => kind[row]!;
    case 'status':
      return ({ status }, row, open) => (open ? 0 : status[row]!);
    case 'start':
      return ({ start }, row) => start[row]!;
    case 'duration':
      return ({ start, end }, row, open) => (open || end[row]! < 0 ? Number.NaN : end[row]! - start[row]!);
    case 'input':
      return ({ inputTokens }, row, open) => (open ? Number.NaN : inputTokens[row]! || Number.NaN);
    case 'output':
      return ({ outputTokens }, row, open) => (open ? Number.NaN : outputTokens[row]! || Number.NaN);
    case 'cost':
      return ({ cost }, row, open) => (open ? Number.NaN : cost[row]!);
    case 'name': {
      const ranks = ranksOf(columns.dictionary);
      return ({ name }, row) => ranks[name[row]!]!;
    }
    case 'where': {
      const ranks = ranksOf(columns.dictionary);
      return ({ label }, row) => (label[row] === 0 ? Number.NaN : ranks[label[row]!]!);
    }
  }
}

/** The place of each text in the order of the alphabet. */
function ranksOf(texts: readonly string[]): Float64Array {
  const { compare } = new Intl.Collator(undefined, { numeric: true });
  const ranks = new Float64Array(texts.length);
  const places = texts.map((_, place) => place).toSorted((one, other) => compare(texts[one]!, texts[other]!));
  for (const [rank, place] of places.entries()) ranks[place] = rank;
  return ranks;
}
