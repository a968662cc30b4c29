import { useTranslation } from 'react-i18next';
import { unknownCosts, type RunSummary } from '../../../core/journal/run-state.ts';
import { useFormat } from '../../format/use-format.ts';
import './run-sums.css';

/** The tokens of a run, with what of them is estimated and which calls are not in the sum. */
export function TokenSum({ run }: { readonly run: RunSummary }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { inputTokens, outputTokens, estimatedCalls = 0, uncountedCalls } = run;
  const detail = t('runs.tokensDetail', {
    input: format.count(inputTokens),
    output: format.count(outputTokens),
  });
  return (
    <span title={joined(detail, estimatedCalls > 0 && t('runs.estimated', { count: estimatedCalls }))}>
      {format.estimate(format.tokens(inputTokens + outputTokens), estimatedCalls > 0)}
      {uncountedCalls > 0 && (
        <span className="sum-hint">{t('runs.uncounted', { count: uncountedCalls })}</span>
      )}
    </span>
  );
}

interface CostSumProps {
  readonly run: RunSummary;
  /** Says beside the sum what it leaves out and what it takes in; else only on hover. */
  readonly full?: boolean;
}

/** What a run has cost, as far as that is known: never nothing for what is unknown. */
export function CostSum({ run, full = false }: CostSumProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { estimatedCalls = 0 } = run;
  const unknown = unknownCosts(run);
  const hints = joined(
    unknown > 0 && t('runs.unpriced', { count: unknown }),
    estimatedCalls > 0 && t('runs.estimated', { count: estimatedCalls }),
  );
  const short = joined(
    unknown > 0 && t('runs.unknown', { count: unknown }),
    estimatedCalls > 0 && t('runs.includesEstimates'),
  );
  return (
    <span title={hints || undefined}>
      {format.costSum(run.cost, unknown, estimatedCalls > 0) ?? '—'}
      {full && short && <span className="sum-hint">{short}</span>}
    </span>
  );
}

/** The attempts after the first ones; hedges are no retries and stand beside them. */
export function RetrySum({ run: { retries, hedges = 0 } }: { readonly run: RunSummary }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <span className={retries + hedges > 0 ? undefined : 'dim'}>
      {format.count(retries)}
      {hedges > 0 && <span className="sum-hint">{t('runs.hedges', { count: hedges })}</span>}
    </span>
  );
}

function joined(...parts: readonly (string | false)[]): string {
  return parts.filter(Boolean).join(' · ');
}
