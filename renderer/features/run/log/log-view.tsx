import { useVirtualizer } from '@tanstack/react-virtual';
import { LoaderCircle, ScrollText } from 'lucide-react';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../../format/use-format.ts';
import type { RunView } from '../../../stores/run-view.ts';
import { Notice } from '../../../widgets/notice.tsx';
import { stripAnsi } from './ansi.ts';
import { useLog } from './use-log.ts';
import './log-view.css';

const LINE_HEIGHT = 20;

/** What the agent printed, and the telemetry it sent; stays at the end while it is there. */
export function LogView({ view }: { readonly view: RunView }) {
  const { t } = useTranslation();
  const format = useFormat();
  const scroller = useRef<HTMLDivElement>(null);
  const { live } = view;
  const [stick, setStick] = useState(live);
  const { lines, isWhole, problem, more } = useLog(view, stick);
  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_HEIGHT,
    getItemKey: (index) => lines[index]!.seq,
    overscan: 20,
    useFlushSync: false,
  });
  useLayoutEffect(() => {
    if (stick && lines.length > 0) virtualizer.scrollToIndex(lines.length - 1);
  }, [stick, lines.length, virtualizer]);
  const last = virtualizer.getVirtualItems().at(-1)?.index ?? -1;
  useEffect(() => {
    if (!isWhole && last >= lines.length - 1) more();
  });
  if (problem)
    return (
      <Notice title={t('log.failed')} tone="stop">
        <p>{problem}</p>
      </Notice>
    );
  if (lines.length === 0) {
    if (!isWhole) return <Notice title={t('log.loading')} icon={<LoaderCircle size={24} aria-hidden />} />;
    return (
      <Notice title={live ? t('log.waiting') : t('log.empty')} icon={<ScrollText size={24} aria-hidden />}>
        <p>{t('log.hint')}</p>
      </Notice>
    );
  }
  return (
    <div
      ref={scroller}
      className="log"
      role="log"
      aria-label={t('run.views.log')}
      aria-live="off"
      tabIndex={0}
      onScroll={({ currentTarget: { scrollTop, clientHeight, scrollHeight } }) => {
        setStick(live && scrollTop + clientHeight >= scrollHeight - LINE_HEIGHT);
      }}
    >
      <div className="log-body" style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map(({ key, index, start }) => {
          const { at, stream, text } = lines[index]!;
          return (
            <div
              key={key}
              ref={virtualizer.measureElement}
              data-index={index}
              className={`log-line log-${stream}`}
              style={{ transform: `translateY(${start}px)` }}
            >
              <span className="dim log-at">{format.duration(at)}</span>
              <span className="log-stream">
                {stream === 'telemetry' || stream === 'scheduler' || stream === 'journal'
                  ? t(`log.${stream}`)
                  : stream}
              </span>
              <span className="log-text">{stripAnsi(text) || ' '}</span>
            </div>
          );
        })}
      </div>
    </div>
  );
}
