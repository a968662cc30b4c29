import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../../format/use-format.ts';
import type { BarLabel } from './draw.ts';
import type { Row } from './rows.ts';

/** What is written after a bar: how long it took, or how it failed. */
export function useBarLabel(): (row: Row) => BarLabel {
  const { t } = useTranslation();
  const format = useFormat();
  return useMemo(
    () =>
      ({ span, detail, attempts }) => {
        if (span.endedAt === undefined) return { text: '', bad: false };
        const took = format.duration(span.endedAt - span.startedAt);
        if (span.status === 'error') {
          const what = detail?.error?.status ?? detail?.error?.code ?? t('status.error');
          return { text: t('run.failedAfter', { what, took }), bad: true };
        }
        if (span.status !== 'ok') return { text: `${t(`status.${span.status}`)} · ${took}`, bad: false };
        const hedges = attempts.filter(({ hedge }) => hedge).length;
        const retries = attempts.length - hedges - 1;
        const parts = [
          took,
          retries > 0 && t('run.retried', { count: retries }),
          hedges > 0 && t('run.hedged', { count: hedges }),
          detail?.kind === 'call' && detail.preset && t('run.preset'),
          detail?.kind === 'call' && detail.deferred && t('run.deferred'),
        ];
        return { text: parts.filter(Boolean).join(' · '), bad: false };
      },
    [t, format],
  );
}
