import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useId, useLayoutEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { SpanId } from '../../../../core/base/ids.ts';
import type { RunState } from '../../../../core/journal/run-state.ts';
import { ChartCanvas, type ChartHandle } from '../../../charts/chart-canvas.tsx';
import { useFormat } from '../../../format/use-format.ts';
import { useRun } from '../../../stores/run-context.tsx';
import { moveBy } from '../../../widgets/grid-keys.ts';
import { elapsed } from '../run-figures.ts';
import type { Selection } from '../use-selection.ts';
import { drawAxis, drawBars } from './draw.ts';
import { ROW_HEIGHT, timeScale } from './geometry.ts';
import { hitTest, type Hit, type Scene } from './hit-test.ts';
import { Legend } from './legend.tsx';
import { treeRows, type Row } from './rows.ts';
import { timeView } from './time-view.ts';
import { SpanTooltip } from './span-tooltip.tsx';
import { useBarLabel } from './use-bar-label.ts';
import { useLiveFrame } from './use-live-frame.ts';
import { useZoomCommands } from './use-zoom-commands.ts';
import { WaterfallRow } from './waterfall-row.tsx';
import './waterfall.css';

interface WaterfallProps {
  readonly state: RunState;
  readonly selection: Selection;
}

/** The canvas covers the rows on the screen and this much above and below, so that it scrolls with them. */
const OVERSCAN = 240;

export function Waterfall({ state, selection }: WaterfallProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const base = useId();
  const labelOf = useBarLabel();
  const [toggled, setToggled] = useState<ReadonlySet<SpanId>>(new Set());
  const [view] = useState(timeView);
  const scroller = useRef<HTMLDivElement>(null);
  const body = useRef<HTMLDivElement>(null);
  const bars = useRef<ChartHandle>(null);
  const axis = useRef<ChartHandle>(null);
  const drawnAt = useRef(0);
  const { run, spans } = state;
  const lost = useRun(({ connection }) => connection === 'reconnecting');
  const live = run.status === 'running' && !lost;
  const stick = useRef(live && selection.span === undefined);

  const rows = useMemo(() => treeRows(spans, toggled), [spans, toggled]);
  const active = rows.findIndex((row) => row.span.id === selection.span);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 10,
    scrollPaddingStart: 28,
    useFlushSync: false,
  });
  const items = virtualizer.getVirtualItems();
  const viewport = scroller.current?.clientHeight ?? 0;
  const top = Math.max(0, Math.floor((virtualizer.scrollOffset ?? 0) / OVERSCAN) * OVERSCAN - OVERSCAN);
  const height = Math.min(viewport + 3 * OVERSCAN, Math.max(virtualizer.getTotalSize(), viewport) - top);

  const now = () => elapsed(run, lost ? undefined : Date.now());
  const scene = (): Scene => ({ rows, top, window: view.at(now()), now: now() });
  const redraw = () => {
    bars.current?.invalidate();
    axis.current?.invalidate();
  };
  useLiveFrame(live, () => {
    // Nothing moves on the screen until a whole pixel of time has passed.
    const { from, to } = view.at(now());
    if (now() - drawnAt.current < (to - from) / 2000) return;
    drawnAt.current = now();
    redraw();
  });
  const zoom = (factor: number, x: number | undefined, width: number) => {
    const window = view.at(now());
    const at =
      x === undefined ? (window.from + Math.min(window.to, now())) / 2 : timeScale(window, width).at(x);
    view.zoom(factor, at, now());
    redraw();
  };
  const zoomCommands = useZoomCommands({
    closer: () => zoom(1 / 1.5, undefined, 0),
    wider: () => zoom(1.5, undefined, 0),
    fit: () => {
      view.fit();
      redraw();
    },
  });

  useLayoutEffect(() => {
    if (live && stick.current && rows.length > 0) virtualizer.scrollToIndex(rows.length - 1);
  }, [live, rows.length, virtualizer]);

  const reveal = (index: number) => {
    const span = rows[index]!.span;
    virtualizer.scrollToIndex(index);
    view.reveal(span.startedAt, span.endedAt ?? now(), now());
    redraw();
  };
  useReveal(state, rows, selection.span, setToggled, reveal);
  const toggle = (row: Row) => {
    setToggled((before) => {
      const after = new Set(before);
      if (!after.delete(row.span.id)) after.add(row.span.id);
      return after;
    });
    // What is folded away cannot stay selected.
    if (row.expanded && active >= 0 && isBelow(rows, active, row)) selection.select(row.span.id);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const row = rows[active];
    const to = moveBy(event.key, active, rows.length, Math.max(1, Math.floor(viewport / ROW_HEIGHT) - 3));
    const go = (index: number) => {
      selection.select(rows[index]!.span.id);
      reveal(index);
    };
    if (to !== undefined) go(to);
    else if (!row) return;
    else if (event.key === 'Enter') selection.open(row.span.id);
    else if (event.key === 'ArrowRight' && row.expanded === false) toggle(row);
    else if (event.key === 'ArrowRight' && row.expanded) go(active + 1);
    else if (event.key === 'ArrowLeft' && row.expanded) toggle(row);
    else if (event.key === 'ArrowLeft' && row.parent >= 0) go(row.parent);
    else return;
    event.preventDefault();
  };

  return (
    <div className="waterfall">
      <Legend run={state.run} commands={zoomCommands} />
      <div
        ref={scroller}
        className="waterfall-scroll"
        role="treegrid"
        aria-label={t('run.views.waterfall')}
        aria-rowcount={rows.length + 1}
        aria-activedescendant={items.some(({ index }) => index === active) ? `${base}-${active}` : undefined}
        tabIndex={0}
        onKeyDown={onKeyDown}
        onScroll={({ currentTarget: { scrollTop, clientHeight, scrollHeight } }) => {
          stick.current = scrollTop + clientHeight >= scrollHeight - ROW_HEIGHT / 2;
        }}
      >
        <div role="row" aria-rowindex={1} className="waterfall-head">
          <div role="columnheader" className="waterfall-head-label">
            {t('run.span')}
          </div>
          <div role="columnheader" className="waterfall-axis">
            <span className="sr-only">{t('run.time')}</span>
            <ChartCanvas
              handle={axis}
              draw={(context, size, palette) => drawAxis(context, size, palette, view.at(now()), format.tick)}
            />
          </div>
        </div>
        <div
          ref={body}
          role="rowgroup"
          className="waterfall-body"
          style={{ height: virtualizer.getTotalSize() }}
        >
          {items.map(({ index, start }) => {
            const row = rows[index]!;
            return (
              <WaterfallRow
                key={row.span.id}
                id={`${base}-${index}`}
                index={index}
                start={start}
                row={row}
                selected={index === active}
                onOpen={selection.open}
                onToggle={toggle}
              />
            );
          })}
          <div className="waterfall-bars" role="presentation" style={{ top, height }}>
            <ChartCanvas<Hit>
              handle={bars}
              draw={(context, size, palette) => drawBars(context, size, palette, scene(), labelOf)}
              hitTest={(x, y, size) => hitTest(scene(), x, y, size.width)}
              surface={body}
              onDrag={(pixels, { width }) => {
                const { from, to } = view.at(now());
                view.pan((-pixels / width) * (to - from), now());
                redraw();
              }}
              onZoom={(factor, x, { width }) => zoom(factor, x, width)}
              tooltip={(hit) => <SpanTooltip hit={hit} />}
            />
          </div>
        </div>
      </div>
    </div>
  );
}

function isBelow(rows: readonly Row[], index: number, ancestor: Row): boolean {
  for (let at = rows[index]?.parent ?? -1; at >= 0; at = rows[at]!.parent)
    if (rows[at] === ancestor) return true;
  return false;
}

/** Brings a span that was selected elsewhere (a link, another view) into sight, unfolding its call if need be. */
function useReveal(
  state: RunState,
  rows: readonly Row[],
  span: SpanId | undefined,
  setToggled: (change: (before: ReadonlySet<SpanId>) => ReadonlySet<SpanId>) => void,
  scrollTo: (index: number) => void,
): void {
  const revealed = useRef<SpanId>(undefined);
  useEffect(() => {
    if (span === undefined || revealed.current === span) return;
    const known = state.spans.get(span);
    if (!known) return;
    const index = rows.findIndex((row) => row.span.id === span);
    if (index >= 0) {
      revealed.current = span;
      scrollTo(index);
    } else if (known.parentId !== undefined) {
      const parent = known.parentId;
      revealed.current = span;
      setToggled((before) => new Set(before).add(parent));
    }
  });
}
