import type { Millis } from '../../core/base/units.ts';
import { dateFormat } from './intl.ts';

const relative = new Map<string, Intl.RelativeTimeFormat>();
const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
] as const;

/** `3 minutes ago`; `now` within a second, and for a clock that is a little ahead of ours. */
export function formatAgo(locale: string, at: Millis, now: Millis): string {
  let format = relative.get(locale);
  if (!format) {
    format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' });
    relative.set(locale, format);
  }
  const age = Math.max(0, now - at);
  const [unit, length] = UNITS.find(([, length]) => age >= length) ?? ['second', 1000];
  return format.format(-Math.floor(age / length) || 0, unit);
}

export function formatMoment(locale: string, at: Millis): string {
  return dateFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' }).format(at);
}
