import { useApp } from '../stores/app-store.ts';
import type { Language } from '../stores/preferences.ts';
import { formatCountdown, formatDuration, formatOffset, formatTick } from './duration.ts';
import { formatAgo, formatMoment } from './moment.ts';
import {
  formatBytes,
  formatCost,
  formatCostSum,
  formatCount,
  formatShare,
  formatTerm,
  formatTokens,
  markEstimate,
} from './quantity.ts';

const LOCALES = { en: 'en', zh: 'zh-CN' } as const satisfies Record<Language, string>;

function formatsOf(language: Language) {
  const locale = LOCALES[language];
  return {
    locale,
    duration: (nanos: number) => formatDuration(locale, nanos),
    offset: (nanos: number) => formatOffset(locale, nanos),
    countdown: (millis: number) => formatCountdown(locale, millis),
    tick: (at: number, step: number) => formatTick(locale, at, step),
    ago: (at: number, now: number) => formatAgo(locale, at, now),
    moment: (at: number) => formatMoment(locale, at),
    count: (count: number) => formatCount(locale, count),
    tokens: (tokens: number) => formatTokens(locale, tokens),
    cost: (usd: number) => formatCost(locale, usd),
    costSum: (usd: number, unpriced: number, estimated?: boolean) =>
      formatCostSum(locale, usd, unpriced, estimated),
    estimate: markEstimate,
    bytes: (bytes: number) => formatBytes(locale, bytes),
    share: (share: number) => formatShare(locale, share),
    term: (value: number) => formatTerm(locale, value),
  };
}

export type Formats = ReturnType<typeof formatsOf>;

const FORMATS: Record<Language, Formats> = { en: formatsOf('en'), zh: formatsOf('zh') };

/** The formats of the chosen language; the same object until the language changes. */
export function useFormat(): Formats {
  return FORMATS[useApp((app) => app.preferences.language)];
}
