import { chunkIndexOf, rowOf } from '../../../../core/journal/columns/span-chunk.ts';
import type { FlameModel } from '../../../charts/flame/flame-model.ts';
import type { NamedSource } from '../../../charts/flame/weights.ts';

/** What the boxes of a flame are of: spans, or nodes. */
export interface FlameSubjects {
  label(subject: number): string;
  /** -1 for none. */
  parent(subject: number): number;
  /** Which of them have `words`, in lower case, in their names. */
  matching(words: string): (subject: number) => boolean;
}

export function subjectsOf(model: FlameModel, source: NamedSource): FlameSubjects {
  const nameOf =
    model.order === 'heavy'
      ? (node: number) => model.nodes.name[node]!
      : (ordinal: number) => source.chunks[chunkIndexOf(ordinal)]!.name[rowOf(ordinal)]!;
  return {
    label: (subject) => source.dictionary[nameOf(subject)] ?? '',
    parent:
      model.order === 'heavy'
        ? (node) => model.nodes.parent[node]!
        : (ordinal) => source.chunks[chunkIndexOf(ordinal)]!.parent[rowOf(ordinal)]!,
    matching: (words) => {
      const names = Uint8Array.from(source.dictionary, (name) =>
        name.toLowerCase().includes(words) ? 1 : 0,
      );
      return (subject) => names[nameOf(subject)] === 1;
    },
  };
}
