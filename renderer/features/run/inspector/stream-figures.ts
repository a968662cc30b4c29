import { NANOS_PER_MILLI, type Millis } from '../../../../core/base/units.ts';
import type { ChunkTiming } from '../../../../core/journal/event.ts';
import type { CallSpan } from '../../../../core/journal/run-state.ts';

/** How a stream came, from its first piece on. */
interface StreamFigures {
  readonly pieces: number;
  readonly bytes: number;
  readonly lasted: Millis;
  /** The longest time between two pieces; 0 where there is one. */
  readonly pause: Millis;
}

/** `undefined` where no piece came. */
export function streamFigures(timing: readonly ChunkTiming[]): StreamFigures | undefined {
  const last = timing.at(-1);
  if (!last) return undefined;
  const pauses = timing.slice(1).map(([at], index) => at - timing[index]![0]);
  return {
    pieces: timing.length,
    bytes: timing.reduce((sum, [, bytes]) => sum + bytes, 0),
    lasted: last[0],
    pause: pauses.reduce((longest, one) => Math.max(longest, one), 0),
  };
}

/** How fast the output was generated once it had begun; `undefined` where that cannot be told. */
export function tokensPerSecond({ usage, firstTokenAt, endedAt }: CallSpan): number | undefined {
  if (!usage || firstTokenAt === undefined || endedAt === undefined || endedAt <= firstTokenAt)
    return undefined;
  return usage.output > 0 ? (usage.output * 1000 * NANOS_PER_MILLI) / (endedAt - firstTokenAt) : undefined;
}
