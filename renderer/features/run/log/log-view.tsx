import { useVirtualizer } from '@tanstack/react-virtual';
import { LoaderCircle, ScrollText } from 'lucide-react';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../../format/use-format.ts';
import { useRun } from '../../../stores/run-context.tsx';
import type { ShownRun } from '../../../stores/shown-run.ts';
import { Notice } from '../../../widgets/notice.tsx';
import { stripAnsi } from './ansi.ts';
import { useLog } from './use-log.ts';
import './log-view.css';

const LINE_HEIGHT = 20;

/** What the agent printed, and the telemetry it sent; stays at the end while it is there. */
export function LogView({ view }: { readonly view: ShownRun }) {
  const { t } = useTranslation();
  const format = useFormat();
  const scroller = useRef<HTMLDivElement>(null);
  const { live } = view;
  const isPlayhead = useRun((run) => run.isPlayhead);
  const atEnd = live || isPlayhead;
  const [stick, setStick] = useState(atEnd);
  const log = useLog(view, { follows: atEnd && stick, tail: atEnd });
  const { lines, problem } = log;
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
  // What is read before the lines that are there must not move them.
  const firstSeq = lines[0]?.seq;
  const knownFirst = useRef(firstSeq);
  useLayoutEffect(() => {
    const before = knownFirst.current;
    knownFirst.current = firstSeq;
    if (before === undefined || firstSeq === undefined || firstSeq >= before || stick) return;
    virtualizer.scrollToIndex(
      lines.findIndex(({ seq }) => seq === before),
      { align: 'start' },
    );
  }, [firstSeq, lines, stick, virtualizer]);
  // Where the playhead is set, or taken away, the other end is looked at.
  useEffect(() => setStick(atEnd), [atEnd]);
  const first = virtualizer.getVirtualItems().at(0)?.index ?? -1;
  const last = virtualizer.getVirtualItems().at(-1)?.index ?? -1;
  useEffect(() => {
    if (!log.isToEnd && last >= lines.length - 1) log.later();
    const isAtTop = lines.length === 0 ? log.isToEnd : first === 0 && !stick;
    if (!log.isFromStart && isAtTop) log.earlier();
  });
  if (problem)
    return (
      <Notice title={t('log.failed')} tone="stop">
        <p>{problem}</p>
      </Notice>
    );
  if (lines.length === 0) {
    if (!log.isToEnd || !log.isFromStart)
      return <Notice title={t('log.loading')} icon={<LoaderCircle size={24} aria-hidden />} />;
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
        setStick(atEnd && scrollTop + clientHeight >= scrollHeight - LINE_HEIGHT);
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
