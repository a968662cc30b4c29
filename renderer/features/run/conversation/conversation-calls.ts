import { KINDS } from '../../../../core/journal/columns/span-chunk.ts';
import { chunkIndexOf, rowOf } from '../../../../core/journal/columns/span-chunk.ts';
import type { ShownRun } from '../../../stores/shown-run.ts';

/** Operations in which a model answers in words (`core/dialects/operations.ts`). */
const OPERATIONS: readonly string[] = ['chat.completions', 'responses', 'messages'];
const [CALL, REPORTED] = [KINDS.indexOf('call'), KINDS.indexOf('reported')];
/** Calls further back belong to another conversation, or are too many to be looked at. */
const MOST_LOOKED_AT = 200;
const MOST_NEIGHBOURS = 12;

/** Ordinals of what was said to models and heard from them, in order; of reported spans those with tokens. */
export function conversationCalls({ columns, spans }: ShownRun): readonly number[] {
  const operations = new Set(OPERATIONS.map((name) => columns.dictionary.indexOf(name)));
  const calls: number[] = [];
  for (let ordinal = 0; ordinal < spans; ordinal++) {
    const chunk = columns.chunks[chunkIndexOf(ordinal)]!;
    const row = rowOf(ordinal);
    const kind = chunk.kind[row]!;
    if (kind === CALL ? operations.has(chunk.name[row]!) : kind === REPORTED && hasTokens(chunk, row))
      calls.push(ordinal);
  }
  return calls;
}

function hasTokens(chunk: ShownRun['columns']['chunks'][number], row: number): boolean {
  return chunk.inputTokens[row]! > 0 || chunk.outputTokens[row]! > 0;
}

/** The nearest calls before or after the one at `place` that have the same parent: they may be of the same conversation. */
export function neighboursOf(
  { columns }: ShownRun,
  calls: readonly number[],
  place: number,
  step: -1 | 1,
): readonly number[] {
  const parentOf = (ordinal: number) => columns.chunkOf(ordinal).parent[rowOf(ordinal)]!;
  const parent = parentOf(calls[place]!);
  const found: number[] = [];
  for (let away = 1; away <= MOST_LOOKED_AT && found.length < MOST_NEIGHBOURS; away++) {
    const call = calls[place + step * away];
    if (call === undefined) break;
    if (parentOf(call) === parent) found.push(call);
  }
  return found;
}

/** The place of the call that a selected span belongs to: itself, or the one of which it is an attempt; the last one without any. */
export function placeOfSelected({ columns }: ShownRun, calls: readonly number[], selected: number): number {
  if (selected < 0) return calls.length - 1;
  const own = calls.indexOf(selected);
  if (own >= 0) return own;
  return calls.indexOf(columns.chunkOf(selected).parent[rowOf(selected)]!);
}
