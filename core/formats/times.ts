import type { JsonValue } from '../base/json.ts';

const MICROS_PER_SECOND = 1_000_000n;

/** Whole nanoseconds of microseconds with a fraction, exact also where Unix time is past what a number can say. */
export function nanosOfMicros(micros: number): bigint {
  const whole = Math.floor(micros);
  return BigInt(whole) * 1000n + BigInt(Math.round((micros - whole) * 1000));
}

const ISO = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(?:[.,](\d{1,9})\d*)?\s*(Z|[+-]\d{2}:?\d{2})?$/i;

/** Of years that spans are from, as numbers: seconds, milliseconds, microseconds or nanoseconds, told by their size. */
const SCALES: readonly (readonly [least: number, nanos: number])[] = [
  [1e17, 1],
  [1e14, 1e3],
  [1e11, 1e6],
  [1e8, 1e9],
];

/** Unix nanoseconds of what JSON says of a time: ISO 8601 (UTC where it says no zone) or a number; 0 where it says none. */
export function nanosOfTime(given: JsonValue | undefined): bigint {
  if (typeof given === 'number') return ofNumber(given);
  if (typeof given !== 'string' || given === '') return 0n;
  const [, day, time, fraction = '', zone = 'Z'] = ISO.exec(given.trim()) ?? [];
  if (day === undefined) return /^\d{9,20}$/.test(given) ? ofNumber(Number(given)) : 0n;
  const offset = zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone.toUpperCase();
  const millis = Date.parse(`${day}T${time}${offset}`);
  if (Number.isNaN(millis)) return 0n;
  return BigInt(millis) * MICROS_PER_SECOND + BigInt(fraction.padEnd(9, '0'));
}

function ofNumber(given: number): bigint {
  const scale = SCALES.find(([least]) => given >= least);
  if (!scale) return 0n;
  const whole = Math.floor(given);
  return BigInt(whole) * BigInt(scale[1]) + BigInt(Math.round((given - whole) * scale[1]));
}
/** Microseconds with three decimals at the most, as JSON writes them. */
export function microsOfNanos(nanos: bigint): string {
  const [sign, size] = nanos < 0n ? ['-', -nanos] : ['', nanos];
  const [whole, rest] = [size / 1000n, size % 1000n];
  const decimals = rest === 0n ? '' : `.${String(rest).padStart(3, '0').replace(/0+$/, '')}`;
  return `${sign}${whole}${decimals}`;
}

/** ISO 8601 in UTC with nanoseconds as far as there are any past the millisecond. */
export function isoOfNanos(nanos: bigint): string {
  const millis = new Date(Number(nanos / 1_000_000n)).toISOString();
  const rest = nanos % 1_000_000n;
  return rest === 0n ? millis : `${millis.slice(0, -1)}${String(rest).padStart(6, '0').replace(/0+$/, '')}Z`;
}
