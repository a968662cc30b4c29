import type { TFunction } from 'i18next';
import { costIsUnknown, type CallSpan } from '../../../core/journal/run-state.ts';
import type { Formats } from '../../format/use-format.ts';

/** What a call has cost, marked where that is estimated; unknown is said, and nothing where nothing was to be paid for yet. */
export function costOf(call: CallSpan, format: Formats, t: TFunction): string | undefined {
  if (call.cost) return format.estimate(format.cost(call.cost.usd), call.usage?.estimated);
  return costIsUnknown(call) ? t('runs.unknownCost') : undefined;
}
