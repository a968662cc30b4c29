import type { Millis } from '../../../core/base/units.ts';

/** How far back figures go, and how long the time is that each point of a chart stands for. */
export const RANGES = {
  minutes: { lengthMs: 5 * 60_000, bucketMs: 5_000 },
  hour: { lengthMs: 3_600_000, bucketMs: 60_000 },
  day: { lengthMs: 86_400_000, bucketMs: 20 * 60_000 },
  week: { lengthMs: 7 * 86_400_000, bucketMs: 2 * 3_600_000 },
} as const satisfies Record<string, { readonly lengthMs: Millis; readonly bucketMs: Millis }>;
export type RangeId = keyof typeof RANGES;

/** When each bucket of a range begins, the last one being that of `now`. */
export function bucketsOf({ lengthMs, bucketMs }: (typeof RANGES)[RangeId], now: Millis): readonly Millis[] {
  const last = Math.floor(now / bucketMs) * bucketMs;
  const count = lengthMs / bucketMs;
  return Array.from({ length: count }, (_, at) => last - (count - 1 - at) * bucketMs);
}

/** The condition for what began in these buckets and is wanted. */
export function conditionFrom(begin: Millis, kind: 'call' | 'attempt', where: string): string {
  const since = `kind == "${kind}" && time >= timestamp("${new Date(begin).toISOString()}")`;
  return where === '' ? since : `${since} && (${where})`;
}

/** A value for each bucket: of the row that begins with it, else `none`. */
export function valuesIn<Row extends { readonly from?: Millis }, None>(
  buckets: readonly Millis[],
  rows: readonly Row[],
  valueOf: (row: Row) => number | undefined,
  none: None,
): readonly (number | None)[] {
  const byBegin = new Map(rows.map((row) => [row.from, row]));
  return buckets.map((begin) => {
    const row = byBegin.get(begin);
    return (row && valueOf(row)) ?? none;
  });
}
