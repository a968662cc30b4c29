import { useTranslation } from 'react-i18next';
import { NANOS_PER_MILLI } from '../../../../core/base/units.ts';
import type { CallSpan } from '../../../../core/journal/run-state.ts';
import { useFormat } from '../../../format/use-format.ts';
import { ChunkStrip } from './chunk-strip.tsx';
import { streamFigures, tokensPerSecond } from './stream-figures.ts';

/** How the stream ended, how fast it was, and how evenly it came. */
export function StreamNote({ call }: { readonly call: CallSpan }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { verdict, timing = [], firstTokenAt, startedAt, usage } = call;
  if (!verdict) return null;
  const millis = (time: number) => format.duration(time * NANOS_PER_MILLI);
  const figures = streamFigures(timing);
  const rate = tokensPerSecond(call);
  const wait = firstTokenAt === undefined ? undefined : firstTokenAt - startedAt;
  const notes = [
    wait !== undefined && t('timing.firstAfter', { time: format.duration(wait) }),
    rate !== undefined &&
      t('timing.rate', { rate: format.estimate(format.term(Math.round(rate * 10) / 10), usage?.estimated) }),
    figures &&
      t('timing.pieces', {
        count: figures.pieces,
        size: format.bytes(figures.bytes),
        time: millis(figures.lasted),
      }),
    figures && figures.pieces > 1 && t('timing.pause', { time: millis(figures.pause) }),
  ]
    .filter(Boolean)
    .join(' · ');
  return (
    <>
      {figures && <ChunkStrip timing={timing} wait={(wait ?? 0) / NANOS_PER_MILLI} label={notes} />}
      <p className="chat-note">
        <span className={verdict === 'complete' ? undefined : 'stop'}>{t(`facts.verdicts.${verdict}`)}</span>
        {notes && ` · ${notes}`}
      </p>
    </>
  );
}
