import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { Span } from '../../../core/journal/run-state.ts';
import '../../widgets/chip.css';
import './call-marks.css';

/** What is out of the ordinary about a span: an answer that nobody gave, one that is given later, a second try beside the first, one that its client repeats, a stream that did not end well, a request that was said in another dialect. */
export function CallMarks({ span }: { readonly span: Span }) {
  const { t } = useTranslation();
  return marksOf(span, t).map(
    (mark) =>
      mark && (
        <span key={mark.text} className="chip call-mark" title={mark.detail}>
          {mark.text}
        </span>
      ),
  );
}

type Mark = { readonly text: string; readonly detail?: string } | false | undefined;

function marksOf(span: Span, t: TFunction): readonly Mark[] {
  if (span.kind === 'call') {
    const { preset, deferred, retryOf, verdict } = span;
    return [
      preset && { text: t('run.preset') },
      deferred && { text: t('run.deferred') },
      retryOf && { text: t('run.clientRetry') },
      verdict &&
        verdict !== 'complete' && {
          text: t(`run.verdicts.${verdict}`),
          detail: t(`facts.verdicts.${verdict}`),
        },
    ];
  }
  if (span.kind !== 'attempt') return [];
  const { hedge, translated } = span;
  return [
    hedge && { text: t('run.hedge') },
    translated && { text: t('run.translated'), detail: `${translated.from} → ${translated.to}` },
  ];
}
