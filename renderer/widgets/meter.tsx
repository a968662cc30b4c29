import './meter.css';

interface MeterProps {
  readonly value: number;
  readonly most: number;
  /** Nothing is left to give. */
  readonly spent: boolean;
  /** What it shows, in words and figures. */
  readonly label: string;
}

/** How much of something there is, or is taken, as a small bar; the figure stands beside it. */
export function Meter({ value, most, spent, label }: MeterProps) {
  const share = most > 0 ? Math.min(1, Math.max(0, value / most)) : 0;
  return (
    <span
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={most}
      aria-valuenow={Math.min(most, Math.max(0, value))}
      title={label}
      className={spent ? 'meter meter-spent' : 'meter'}
    >
      <div className="meter-fill" style={{ transform: `scaleX(${share})` }} />
    </span>
  );
}
