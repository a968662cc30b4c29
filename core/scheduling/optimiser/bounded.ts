import type { Factors } from '../../config/schema/optimiser.ts';

/** Where a number may go from where it is. */
export interface Bounds {
  readonly least: number;
  readonly most: number;
  /** The largest step, as a share of the value. */
  readonly maxStep: number;
}

export function boundsAround(configured: number, { min, max }: Factors, maxStep: number): Bounds {
  return { least: configured * min, most: configured * max, maxStep };
}

/** Less than this share is no change. */
const SMALLEST_STEP = 0.001;

/**
 * The value nearest to `wanted` that one step may lead to, with at most four digits; absent where that is no step, or
 * would lead away from `wanted`. What is out of bounds, because they were changed, comes back step by step.
 */
export function boundedStep(
  value: number,
  wanted: number,
  { least, most, maxStep }: Bounds,
): number | undefined {
  const step = value * maxStep;
  const to = clamp(clamp(wanted, least, most), value - step, value + step);
  const scale = 10 ** (3 - Math.floor(Math.log10(to)));
  // Towards the value, so that no bound is passed by rounding.
  const rounded = (to > value ? Math.floor(to * scale) : Math.ceil(to * scale)) / scale;
  return Math.abs(rounded - value) < value * SMALLEST_STEP ? undefined : stepTo(value, wanted, rounded);
}

/** The same for what is counted: at least 1, and a step of 1 is allowed where the share allows less. */
export function boundedWholeStep(
  value: number,
  wanted: number,
  { least, most, maxStep }: Bounds,
): number | undefined {
  const step = Math.max(1, Math.floor(value * maxStep));
  const lowest = Math.max(1, Math.ceil(least));
  const highest = Math.max(lowest, Math.floor(most));
  const to = clamp(clamp(wanted, lowest, highest), value - step, value + step);
  return stepTo(value, wanted, to > value ? Math.floor(to) : Math.ceil(to));
}

function stepTo(value: number, wanted: number, to: number): number | undefined {
  return (to - value) * (wanted - value) > 0 ? to : undefined;
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
