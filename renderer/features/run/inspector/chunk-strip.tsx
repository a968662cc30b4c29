import { scaleLinear } from 'd3-scale';
import type { Millis } from '../../../../core/base/units.ts';
import type { ChunkTiming } from '../../../../core/journal/event.ts';
import './chunk-strip.css';

interface ChunkStripProps {
  readonly timing: readonly ChunkTiming[];
  /** From the start of the call to its first piece. */
  readonly wait: Millis;
  /** What it shows, in words and figures. */
  readonly label: string;
}

const WIDTH = 480;
const HEIGHT = 32;

/** When the pieces of a stream came, and how large each was: the empty stretches are its pauses. */
export function ChunkStrip({ timing, wait, label }: ChunkStripProps) {
  const last = timing.at(-1)?.[0] ?? 0;
  const most = timing.reduce((largest, [, bytes]) => Math.max(largest, bytes), 1);
  const x = scaleLinear([0, Math.max(1, wait + last)], [0, WIDTH - 1]);
  const height = scaleLinear([0, most], [4, HEIGHT - 4]);
  // One path, however many there are.
  const pieces = timing.map(
    ([at, bytes]) => `M${x(wait + at).toFixed(1)} ${HEIGHT}V${HEIGHT - height(bytes)}`,
  );
  return (
    <svg
      className="chunk-strip"
      role="img"
      aria-label={label}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
    >
      <title>{label}</title>
      <rect className="chunk-strip-wait" y={HEIGHT - 4} width={x(wait)} height={4} />
      <path className="chunk-strip-pieces" d={pieces.join('')} />
    </svg>
  );
}
