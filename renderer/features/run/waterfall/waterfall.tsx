import { useEffect, useId, useLayoutEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { rowOf } from '../../../../core/journal/columns/span-chunk.ts';
import { ChartCanvas } from '../../../charts/chart-canvas.tsx';
import type { ChartHandle } from '../../../charts/chart-props.ts';
import { useFormat } from '../../../format/use-format.ts';
import { useRun, useSpanDetails } from '../../../stores/run-context.tsx';
import { attemptsIn, ordinalIn, spanRow, type ShownRun } from '../../../stores/shown-run.ts';
import { moveBy } from '../../../widgets/grid-keys.ts';
import { useRowWindow } from '../../../widgets/use-row-window.ts';
import { elapsed } from '../run-figures.ts';
import type { Selection } from '../use-selection.ts';
import { drawAxis, drawBars } from './draw.ts';
import { ROW_HEIGHT, timeScale } from './geometry.ts';
import { hitTest, type Hit, type Scene } from './hit-test.ts';
import { Legend } from './legend.tsx';
import { rowAt, treeRows, type Row, type TreeRows } from './rows.ts';
import { timeView } from './time-view.ts';
import { SpanTooltip } from './span-tooltip.tsx';
import { useBarLabel } from './use-bar-label.ts';
import { useLiveFrame } from './use-live-frame.ts';
import { useZoomCommands } from './use-zoom-commands.ts';
import { WaterfallRow } from './waterfall-row.tsx';
import './waterfall.css';

interface WaterfallProps {
  readonly view: ShownRun;
  readonly selection: Selection;
}

const HEAD_HEIGHT = 28;
/** Rows that the canvas covers above and below those on the screen, so that it scrolls with them. */
const MORE_ROWS = 10;

export function Waterfall({ view, selection }: WaterfallProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const base = useId();
  const labelOf = useBarLabel();
  const [toggled, setToggled] = useState<ReadonlySet<number>>(new Set());
  const [time] = useState(timeView);
  const scroller = useRef<HTMLDivElement>(null);
  const body = useRef<HTMLDivElement>(null);
  const bars = useRef<ChartHandle>(null);
  const axis = useRef<ChartHandle>(null);
  const drawnAt = useRef(0);
  const { run } = view;
  const lost = useRun(({ connection }) => connection === 'reconnecting');
  const live = view.live && !lost;
  const stick = useRef(live && selection.span === undefined);

  const rows = useMemo(() => treeRows(view, toggled), [view, toggled]);
  const chosen = useMemo(() => ordinalIn(view, selection.span), [view, selection.span]);
  const active = useMemo(() => (chosen < 0 ? -1 : rows.ordinals.indexOf(chosen)), [rows, chosen]);
  const list = useRowWindow({
    scroller,
    rows: rows.count,
    rowHeight: ROW_HEIGHT,
    head: HEAD_HEIGHT,
    more: MORE_ROWS,
  });
  const { toEnd } = list;
  // As many at any place: neither the canvas nor the rows are made anew where it scrolls.
  const covered = tens(list.viewport / ROW_HEIGHT) + 3 * MORE_ROWS;
  const from = tens(list.from);
  const to = Math.min(rows.count, from + covered);
  const height = covered * ROW_HEIGHT;

  const shown = Array.from(rows.ordinals.subarray(from, to));
  const wanted = shown.flatMap((ordinal) => [ordinal, ...attemptsIn(view, ordinal)]);
  const detailOf = useSpanDetails(view, wanted);
  const rowOn = (index: number) => rowAt(view, rows, index, detailOf);

  const newest = useRun((opened) => opened.newest) ?? view;
  const isPlayhead = useRun((opened) => opened.isPlayhead);
  const now = () => elapsed(run, live ? Date.now() : undefined);
  // The time that there is stays where it is, wherever the playhead stands.
  const end = () => (live ? now() : newest.run.duration);
  const scene = (): Scene => ({
    rows: rows.count,
    rowAt: rowOn,
    top: from * ROW_HEIGHT,
    window: time.at(end()),
    now: now(),
    playhead: isPlayhead ? now() : undefined,
  });
  const redraw = () => {
    bars.current?.invalidate();
    axis.current?.invalidate();
  };
  useLiveFrame(live, () => {
    // Nothing moves on the screen until a whole pixel of time has passed.
    const { from, to } = time.at(end());
    if (now() - drawnAt.current < (to - from) / 2000) return;
    drawnAt.current = now();
    redraw();
  });
  const zoom = (factor: number, x: number | undefined, width: number) => {
    const window = time.at(end());
    const at =
      x === undefined ? (window.from + Math.min(window.to, now())) / 2 : timeScale(window, width).at(x);
    time.zoom(factor, at, end());
    redraw();
  };
  const zoomCommands = useZoomCommands({
    closer: () => zoom(1 / 1.5, undefined, 0),
    wider: () => zoom(1.5, undefined, 0),
    fit: () => {
      time.fit();
      redraw();
    },
  });

  useLayoutEffect(() => {
    if (live && stick.current) toEnd();
  }, [live, rows.count, toEnd]);

  const reveal = (index: number) => {
    const { startedAt, endedAt } = spanRow(view, rows.ordinals[index]!);
    list.reveal(index);
    time.reveal(startedAt, endedAt ?? now(), end());
    redraw();
  };
  useReveal(view, chosen, active, setToggled, reveal);
  const toggle = ({ index, span, expanded }: Row) => {
    setToggled((before) => {
      const after = new Set(before);
      if (!after.delete(span.ordinal)) after.add(span.ordinal);
      return after;
    });
    // What is folded away cannot stay selected.
    if (expanded && active >= 0 && isBelow(rows, active, index)) selection.select(span.id);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor(list.viewport / ROW_HEIGHT) - 2);
    const target = moveBy(event.key, active, rows.count, page);
    const row = active < 0 ? undefined : rowOn(active);
    const go = (index: number) => {
      selection.select(view.columns.idAt(rows.ordinals[index]!));
      reveal(index);
    };
    if (target !== undefined) go(target);
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
      <Legend run={run} commands={zoomCommands} />
      <div
        ref={scroller}
        className="waterfall-scroll"
        role="treegrid"
        aria-label={t('run.views.waterfall')}
        aria-rowcount={rows.count + 1}
        aria-activedescendant={active >= from && active < to ? `${base}-${active}` : undefined}
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
              draw={(context, size, palette) => drawAxis(context, size, palette, time.at(end()), format.tick)}
            />
          </div>
        </div>
        <div ref={body} role="rowgroup" className="waterfall-body" style={{ height: list.height }}>
          {shown.map((_, place) => (
            <WaterfallRow
              key={(from + place) % covered}
              id={`${base}-${from + place}`}
              start={list.top(from + place)}
              row={rowOn(from + place)}
              selected={from + place === active}
              onOpen={selection.open}
              onToggle={toggle}
            />
          ))}
          <div className="waterfall-bars" role="presentation" style={{ top: list.top(from), height }}>
            <ChartCanvas<Hit>
              handle={bars}
              draw={(context, size, palette) => drawBars(context, size, palette, scene(), labelOf)}
              hitTest={(x, y, size) => hitTest(scene(), x, y, size.width)}
              surface={body}
              onDrag={(pixels, { width }) => {
                const { from, to } = time.at(end());
                time.pan((-pixels / width) * (to - from), end());
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

/** Whole tens: the canvas is not moved with every row. */
function tens(row: number): number {
  return Math.floor(row / 10) * 10;
}

function isBelow({ parents }: TreeRows, index: number, ancestor: number): boolean {
  for (let at = parents[index]!; at >= 0; at = parents[at]!) if (at === ancestor) return true;
  return false;
}

/** Brings a span that was selected elsewhere (a link, another view) into sight, unfolding what is above it if need be. */
function useReveal(
  { columns }: ShownRun,
  chosen: number,
  index: number,
  setToggled: (change: (before: ReadonlySet<number>) => ReadonlySet<number>) => void,
  scrollTo: (index: number) => void,
): void {
  const revealed = useRef(-1);
  useEffect(() => {
    if (chosen < 0 || revealed.current === chosen) return;
    if (index >= 0) {
      revealed.current = chosen;
      scrollTo(index);
      return;
    }
    const parent = columns.chunkOf(chosen).parent[rowOf(chosen)]!;
    revealed.current = chosen;
    if (parent >= 0) setToggled((before) => new Set(before).add(parent));
  });
}
