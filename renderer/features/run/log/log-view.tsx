import { useVirtualizer } from '@tanstack/react-virtual';
import { ScrollText } from 'lucide-react';
import { useLayoutEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { LogLine } from '../../../../core/journal/run-state.ts';
import { useFormat } from '../../../format/use-format.ts';
import { Notice } from '../../../widgets/notice.tsx';
import { stripAnsi } from './ansi.ts';
import './log-view.css';

interface LogViewProps {
  readonly logs: readonly LogLine[];
  readonly live: boolean;
}

const LINE_HEIGHT = 20;

/** What the agent printed, and the telemetry it sent; stays at the end while it is there. */
export function LogView({ logs, live }: LogViewProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const scroller = useRef<HTMLDivElement>(null);
  const stick = useRef(live);
  const virtualizer = useVirtualizer({
    count: logs.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_HEIGHT,
    getItemKey: (index) => logs[index]!.seq,
    overscan: 20,
    useFlushSync: false,
  });
  useLayoutEffect(() => {
    if (stick.current && logs.length > 0) virtualizer.scrollToIndex(logs.length - 1);
  }, [logs.length, virtualizer]);
  if (logs.length === 0) {
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
        stick.current = scrollTop + clientHeight >= scrollHeight - LINE_HEIGHT;
      }}
    >
      <div className="log-body" style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map(({ key, index, start }) => {
          const { at, stream, text } = logs[index]!;
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
