import { CHUNK_SPANS } from '../../../core/journal/columns/span-chunk.ts';
import type { Nanos } from '../../../core/base/units.ts';
import { NEWEST, type SpanSource } from '../lanes/span-source.ts';

export const WEIGHTS = ['time', 'tokens', 'cost'] as const;
export type Weight = (typeof WEIGHTS)[number];

/** What weighing and naming spans needs. */
export interface NamedSource extends SpanSource<
  | 'start'
  | 'end'
  | 'startSeq'
  | 'endSeq'
  | 'parent'
  | 'kind'
  | 'status'
  | 'name'
  | 'cost'
  | 'inputTokens'
  | 'outputTokens'
> {
  readonly dictionary: readonly string[];
}

/**
 * What each span weighs of itself, by ordinal: nanoseconds (until `now` where it is open), tokens, or USD; 0 where it is
 * not known. Of what existed after event `seq`; what is known of tokens and cost is only known of the newest.
 */
export function ownWeights(
  source: NamedSource,
  weight: Weight,
  now: Nanos,
  seq: number = NEWEST,
): Float64Array {
  const own = new Float64Array(source.size);
  for (const [index, chunk] of source.chunks.entries()) {
    const first = index * CHUNK_SPANS;
    const rows = Math.min(CHUNK_SPANS, source.size - first);
    const { start, end, startSeq, endSeq, cost, inputTokens, outputTokens } = chunk;
    for (let row = 0; row < rows; row++) {
      if (startSeq[row]! > seq) continue;
      const isOpen = endSeq[row] === 0 || endSeq[row]! > seq;
      if (weight === 'time') own[first + row] = Math.max(0, (isOpen ? now : end[row]!) - start[row]!);
      else if (weight === 'tokens') own[first + row] = inputTokens[row]! + outputTokens[row]!;
      else own[first + row] = cost[row]! > 0 ? cost[row]! : 0;
    }
  }
  return own;
}

/** Places of their names in the dictionary, by ordinal. */
export function namesOf(source: NamedSource): Uint32Array {
  const names = new Uint32Array(source.size);
  for (const [index, { name }] of source.chunks.entries()) {
    const first = index * CHUNK_SPANS;
    names.set(name.subarray(0, Math.min(CHUNK_SPANS, source.size - first)), first);
  }
  return names;
}
