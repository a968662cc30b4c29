import { slopeOf, type Slope } from './slope.ts';

/** What the host's process had after so many calls, all of them answered and its garbage collected. Bytes. */
export interface SoakSample {
  readonly calls: number;
  readonly rss: number;
  readonly heap: number;
  /** The heaps of its threads. */
  readonly threads: number;
  readonly external: number;
  readonly resources: Readonly<Record<string, number>>;
}

export interface Judgement {
  readonly samples: readonly SoakSample[];
  /** Bytes a call. */
  readonly slopes: Readonly<Record<'rss' | 'heap' | 'threads' | 'external', Slope>>;
  /** What the resident memory would grow by over 1,000,000 calls, in MiB. */
  readonly projectedMib: number;
  readonly violations: readonly string[];
}

const MEBIBYTE = 1024 * 1024;
const MOST_PROJECTED_MIB = 32;
/** Timers of a moment come and go. */
const MOST_MORE_RESOURCES = 8;

/** Whether memory is flat over these samples, and nothing else has piled up. Throws for fewer than three. */
export function judge(samples: readonly SoakSample[]): Judgement {
  const of = (figure: 'rss' | 'heap' | 'threads' | 'external') =>
    slopeOf(samples.map((one) => [one.calls, one[figure]] as const));
  const slopes = { rss: of('rss'), heap: of('heap'), threads: of('threads'), external: of('external') };
  const projectedMib = (slopes.rss.slope * 1_000_000) / MEBIBYTE;
  const violations: string[] = [];
  if (projectedMib >= MOST_PROJECTED_MIB) {
    violations.push(
      `over 1,000,000 calls it would grow by ${projectedMib.toFixed(1)} MiB, not ${MOST_PROJECTED_MIB}`,
    );
  }
  const [first, last] = [samples[0]!.resources, samples.at(-1)!.resources];
  for (const [kind, count] of Object.entries(last)) {
    const before = first[kind] ?? 0;
    if (count > before + MOST_MORE_RESOURCES)
      violations.push(`${kind}: ${count}, and ${before} at the first sample`);
  }
  return { samples, slopes, projectedMib, violations };
}
