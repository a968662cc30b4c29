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
      ({ span, attempts }) => {
        if (span.endedAt === undefined) return { text: '', bad: false };
        const took = format.duration(span.endedAt - span.startedAt);
        if (span.status === 'error') {
          const what = span.error?.status ?? span.error?.code ?? t('status.error');
          return { text: t('run.failedAfter', { what, took }), bad: true };
        }
        if (span.status !== 'ok') return { text: `${t(`status.${span.status}`)} · ${took}`, bad: false };
        const retries = attempts.length - 1;
        return { text: retries > 0 ? `${took} · ${t('run.retried', { count: retries })}` : took, bad: false };
      },
    [t, format],
  );
}
