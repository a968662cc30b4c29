import type { Tokens, Usd } from '../../core/base/units.ts';
import { numberFormat } from './intl.ts';

export function formatCount(locale: string, count: number): string {
  return numberFormat(locale, { maximumFractionDigits: 0 }).format(count);
}

/** `980`, `1.2k`, `118.4k`, `3.1M`; Chinese counts in 万. */
export function formatTokens(locale: string, tokens: Tokens): string {
  const text = numberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 }).format(tokens);
  return text.replace('K', 'k');
}

/** Two significant digits below ten cents, so that a cheap call is not shown as free. */
export function formatCost(locale: string, usd: Usd): string {
  const small = usd > 0 && usd < 0.1;
  const precision = small
    ? { maximumSignificantDigits: 2 }
    : { minimumFractionDigits: 2, maximumFractionDigits: 2 };
  const currency = { style: 'currency', currency: 'USD', currencyDisplay: 'narrowSymbol' } as const;
  return numberFormat(locale, { ...currency, ...precision }).format(usd);
}

/**
 * A sum of costs of which some are not known. Unknown is never shown as nothing: `undefined` where no cost is
 * known at all.
 */
export function formatCostSum(
  locale: string,
  usd: Usd,
  unpriced: number,
  estimated = false,
): string | undefined {
  const sum = markEstimate(formatCost(locale, usd), estimated);
  if (unpriced === 0) return sum;
  return usd > 0 ? `≥ ${sum}` : undefined;
}

/** `~` before a figure that nobody has counted. */
export function markEstimate(figure: string, estimated: boolean | undefined): string {
  return estimated ? `~${figure}` : figure;
}

export function formatBytes(locale: string, bytes: number): string {
  const steps = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;
  const step = bytes < 1000 ? 0 : Math.min(3, Math.floor(Math.log10(bytes) / 3));
  return numberFormat(locale, {
    style: 'unit',
    unit: steps[step]!,
    unitDisplay: 'narrow',
    maximumFractionDigits: step === 0 ? 0 : 1,
  }).format(bytes / 1000 ** step);
}

export function formatShare(locale: string, share: number): string {
  return numberFormat(locale, { style: 'percent', maximumFractionDigits: 1 }).format(share);
}

/** A figure that a strategy looked at, without a unit; a whole one (a seed, a cursor) to its last digit. */
export function formatTerm(locale: string, value: number): string {
  if (Number.isInteger(value)) return numberFormat(locale, { useGrouping: false }).format(value);
  return numberFormat(locale, { maximumSignificantDigits: 4 }).format(value);
}
