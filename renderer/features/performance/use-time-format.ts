import { useMemo } from 'react';
import type { Millis } from '../../../core/base/units.ts';
import { useFormat } from '../../format/use-format.ts';

const DAY_MS = 86_400_000;

/** Times of day, with the seconds where a range is short, and with the day where it is long. */
export function useTimeFormat(lengthMs: Millis): (at: Millis) => string {
  const { locale } = useFormat();
  return useMemo(() => {
    const format = new Intl.DateTimeFormat(locale, {
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
      ...(lengthMs < 3_600_000 && { second: '2-digit' }),
      ...(lengthMs > DAY_MS && { weekday: 'short' }),
    });
    return (at) => format.format(at);
  }, [locale, lengthMs]);
}
