import './size-strip.css';

interface SizeStripProps {
  /** Oldest first. */
  readonly sizes: readonly number[];
  /** As many as there is room for; older ones are left out. */
  readonly steps: number;
  /** What it shows, in words and figures. */
  readonly label: string;
}

const HEIGHT = 16;
const STEP = 2;

/** How the number of something changed, as small bars against the most of that time; now is at the right. */
export function SizeStrip({ sizes, steps, label }: SizeStripProps) {
  const shown = sizes.slice(-steps);
  const most = Math.max(1, ...shown);
  const width = steps * STEP;
  return (
    <svg
      className="size-strip"
      role="img"
      aria-label={label}
      width={width}
      height={HEIGHT}
      viewBox={`0 0 ${width} ${HEIGHT}`}
    >
      <title>{label}</title>
      <path className="size-strip-floor" d={`M0 ${HEIGHT - 0.5}H${width}`} />
      {shown.map((size, index) => {
        const height = (size / most) * (HEIGHT - 1);
        const x = width - (shown.length - index) * STEP;
        return <rect key={index} x={x} y={HEIGHT - height} width={STEP} height={height} />;
      })}
    </svg>
  );
}
