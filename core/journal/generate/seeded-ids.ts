import { seedFrom } from '../../base/random.ts';
import type { IdSource, RunId, SpanId } from '../../base/ids.ts';

/** Ids that look random and are the same for the same words; the first 2^32 of spans are all different. */
export function seededIds(...words: readonly (string | number)[]): IdSource {
  const salt = seedFrom(...words);
  let spans = 0;
  let runs = 0;
  return {
    runId() {
      runs += 1;
      const quarters = [0, 1, 2, 3].map((quarter) => hexOf(seedFrom(...words, 'run', runs, quarter)));
      return quarters.join('') as RunId;
    },
    spanId() {
      spans += 1;
      return (hexOf(mixed(spans ^ salt)) + hexOf(mixed(mixed(spans) ^ salt))) as SpanId;
    },
  };
}

/** The finaliser of MurmurHash3: every number has another image. */
function mixed(number: number): number {
  let mix = number ^ (number >>> 16);
  mix = Math.imul(mix, 0x85ebca6b);
  mix = Math.imul(mix ^ (mix >>> 13), 0xc2b2ae35);
  return (mix ^ (mix >>> 16)) >>> 0;
}

function hexOf(half: number): string {
  return half.toString(16).padStart(8, '0');
}
