import { chunkIndexOf, rowOf } from '../../../../core/journal/columns/span-chunk.ts';
import type { FlameModel } from '../../../charts/flame/flame-model.ts';
import type { Weight } from '../../../charts/flame/weights.ts';
import { NEWEST } from '../../../charts/lanes/span-source.ts';
import { useFormat, type Formats } from '../../../format/use-format.ts';
import type { FlameRun } from './flame-source.ts';

/** What a box weighs, as text: `12.3ms`, `1.2k`, `$0.03`. */
export function useFigures(model: FlameModel, run: FlameRun, weight: Weight): (subject: number) => string {
  const format = useFormat();
  return (subject) => {
    if (model.order === 'heavy') return written(format, weight, model.nodes.total[subject]!);
    const { start, end, endSeq } = run.source.chunks[chunkIndexOf(subject)]!;
    const row = rowOf(subject);
    const isOpen = endSeq[row] === 0 || endSeq[row]! > (run.seq ?? NEWEST);
    return format.duration((isOpen ? run.now() : end[row]!) - start[row]!);
  };
}

function written(format: Formats, weight: Weight, value: number): string {
  if (weight === 'time') return format.duration(value);
  return weight === 'tokens' ? format.tokens(value) : format.cost(value);
}
