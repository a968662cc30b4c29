import { useTranslation } from 'react-i18next';
import type { Span } from '../../../core/journal/run-state.ts';
import '../../widgets/chip.css';
import './call-marks.css';

/** What is out of the ordinary about a span: an answer that nobody gave, one that is given later, a second try beside the first, one that its client repeats. */
export function CallMarks({ span }: { readonly span: Span }) {
  const { t } = useTranslation();
  const marks =
    span.kind === 'call'
      ? [
          span.preset && t('run.preset'),
          span.deferred && t('run.deferred'),
          span.retryOf && t('run.clientRetry'),
        ]
      : [span.kind === 'attempt' && span.hedge && t('run.hedge')];
  return marks.map(
    (mark) =>
      mark && (
        <span key={mark} className="chip call-mark">
          {mark}
        </span>
      ),
  );
}
