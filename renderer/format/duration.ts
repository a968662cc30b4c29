import type { Millis, Nanos } from '../../core/base/units.ts';
import { numberFormat } from './intl.ts';

const SECOND = 1e9;

/** A length of time: three significant digits below a minute, then `1:47.3` and `2:03:09`. */
export function formatDuration(locale: string, nanos: Nanos): string {
  if (nanos < 1e3 && nanos > 0) return unit(locale, nanos, 'nanosecond');
  if (nanos < 1e6) return unit(locale, nanos / 1e3, nanos === 0 ? 'millisecond' : 'microsecond');
  if (nanos < 999.5e6) return unit(locale, nanos / 1e6, 'millisecond');
  if (nanos < 59.95 * SECOND) return unit(locale, nanos / SECOND, 'second');
  return clock(locale, nanos);
}

/** How much later, or earlier, than another moment: `+2ms`, `−1.5s`. */
export function formatOffset(locale: string, nanos: Nanos): string {
  return `${nanos < 0 ? '−' : '+'}${formatDuration(locale, Math.abs(nanos))}`;
}

/** What is left of a time in whole seconds, never 0 while something is left: `5s`, `1:05`. */
export function formatCountdown(locale: string, millis: Millis): string {
  const seconds = Math.ceil(millis / 1000);
  return seconds < 60 ? unit(locale, seconds, 'second', 0) : clock(locale, seconds * SECOND, 0);
}

/** A time on the axis of a run, with as many digits as its neighbours, `step` apart, need to differ. */
export function formatTick(locale: string, at: Nanos, step: Nanos): string {
  if (at >= 60 * SECOND && step >= SECOND) return clock(locale, at, 0);
  if (step >= 1e8 || at >= SECOND) {
    const digits = Math.max(0, Math.min(6, Math.ceil(-Math.log10(step / SECOND) - 1e-9)));
    return unit(locale, at / SECOND, 'second', digits);
  }
  if (step >= 1e6) return unit(locale, at / 1e6, 'millisecond', 0);
  return unit(locale, at / 1e6, 'millisecond', 3);
}

function unit(locale: string, value: number, name: string, digits?: number): string {
  const precision =
    digits === undefined
      ? { maximumSignificantDigits: 3 }
      : { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return numberFormat(locale, { style: 'unit', unit: name, unitDisplay: 'narrow', ...precision }).format(
    value,
  );
}

function clock(locale: string, nanos: Nanos, decimals = 1): string {
  const hours = Math.floor(nanos / (3600 * SECOND));
  const withTenths = hours === 0 ? decimals : 0;
  const scale = 10 ** withTenths;
  const whole = Math.floor((nanos / SECOND) * scale) / scale;
  const minutes = Math.floor(whole / 60) % 60;
  const seconds = numberFormat(locale, {
    minimumIntegerDigits: 2,
    minimumFractionDigits: withTenths,
    maximumFractionDigits: withTenths,
  }).format(whole % 60);
  if (hours === 0) return `${Math.floor(whole / 60)}:${seconds}`;
  return `${hours}:${String(minutes).padStart(2, '0')}:${seconds}`;
}
