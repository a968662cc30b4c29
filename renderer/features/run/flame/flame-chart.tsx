import { useEffect, useId, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ChartHandle } from '../../../charts/chart-props.ts';
import {
  onAxis,
  wholeAxis,
  windowAround,
  zoomedAround,
  type AxisWindow,
} from '../../../charts/axis-window.ts';
import { ChartCanvas } from '../../../charts/chart-canvas.tsx';
import { hitFlame, type FlameHit } from '../../../charts/flame/flame-hit.ts';
import { LANE_HEIGHT } from '../../../charts/flame/flame-look.ts';
import type { FlameModel } from '../../../charts/flame/flame-model.ts';
import { FlamePainter, type FlameScene } from '../../../charts/flame/flame-painter.ts';
import type { Weight } from '../../../charts/flame/weights.ts';
import { highlighted } from '../../../charts/lanes/highlight.ts';
import { laneCount, laneOfBox } from '../../../charts/lanes/lanes.ts';
import { OverviewStrip } from '../../../charts/overview-strip.tsx';
import { useFormat } from '../../../format/use-format.ts';
import { useLiveFrame } from '../waterfall/use-live-frame.ts';
import type { Selection } from '../use-selection.ts';
import { drawFlameAxis } from './draw-axis.ts';
import { FlamePath } from './flame-path.tsx';
import { FlameTable } from './flame-table.tsx';
import { subjectsOf } from './flame-subjects.ts';
import type { FlameRun } from './flame-source.ts';
import { FlameTooltip } from './flame-tooltip.tsx';
import { stepFrom } from './step.ts';

interface FlameChartProps {
  readonly model: FlameModel;
  readonly run: FlameRun;
  readonly weight: Weight;
  readonly search: string;
  readonly selection: Selection;
}

/** The canvas of a flame with its strip, its axis and the path to what is selected. */
export function FlameChart({ model, run, weight, search, selection }: FlameChartProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const keys = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const [bars, axis, strip] = [
    useRef<ChartHandle>(null),
    useRef<ChartHandle>(null),
    useRef<ChartHandle>(null),
  ];
  const [painter] = useState(() => new FlamePainter());
  const chosen = useRef<AxisWindow>(undefined);
  /** Of a flame by weight, a path of names that no other view knows. */
  const [node, setNode] = useState<number>();
  const subjects = useMemo(() => subjectsOf(model, run.source), [model, run.source]);
  const words = search.trim().toLowerCase();
  const lanes = useMemo(
    () => (words === '' ? model.lanes : highlighted(model.lanes, subjects.matching(words))),
    [model, subjects, words],
  );
  const { finest } = lanes;
  const selected = useMemo(() => {
    const subject = model.order === 'heavy' ? node : selection.span && run.source.ordinalOf(selection.span);
    const box = subject === undefined ? -1 : finest.subject.indexOf(subject);
    return box < 0 ? undefined : box;
  }, [model, finest, node, selection.span, run.source]);

  const extent = () => (model.order === 'heavy' ? model.total : Math.max(model.density.to, run.now()));
  const shown = () => chosen.current ?? wholeAxis(extent());
  const scene = (): FlameScene => ({
    lanes,
    window: shown(),
    top: scroller.current?.scrollTop ?? 0,
    now: model.order === 'heavy' ? Number.POSITIVE_INFINITY : run.now(),
    isSearching: words !== '',
    selected,
    labelOf: subjects.label,
  });
  const redraw = () => {
    bars.current?.invalidate();
    axis.current?.invalidate();
    strip.current?.invalidate();
  };
  const show = (window: AxisWindow) => {
    chosen.current = window.to - window.from >= wholeAxis(extent()).to ? undefined : window;
    redraw();
  };
  useLiveFrame(run.live && model.order === 'time', redraw);

  const select = (box: number) => {
    const subject = finest.subject[box]!;
    if (model.order === 'heavy') setNode(subject);
    else selection.select(run.source.idAt(subject));
  };
  const open = (box: number) => {
    if (model.order === 'heavy') setNode(finest.subject[box]);
    else selection.open(run.source.idAt(finest.subject[box]!));
  };
  const scrollTo = (box: number) => {
    const stage = scroller.current;
    const lane = laneOfBox(finest, box) * LANE_HEIGHT;
    if (!stage || (lane >= stage.scrollTop && lane + LANE_HEIGHT <= stage.scrollTop + stage.clientHeight))
      return;
    stage.scrollTop = lane - stage.clientHeight / 2;
  };
  const zoomTo = (box: number) => {
    show(windowAround(finest.start[box]!, Math.min(finest.end[box]!, extent()), extent()));
    scrollTo(box);
  };
  const reveal = (box: number) => {
    const { from, to } = shown();
    if (finest.start[box]! >= to || Math.min(finest.end[box]!, extent()) <= from) zoomTo(box);
    else scrollTo(box);
  };
  // What was selected, here or in another view, is brought into sight: once, and not whenever the run has grown.
  const subject = selected === undefined ? undefined : finest.subject[selected];
  const revealed = useRef<number>(undefined);
  useEffect(() => {
    if (subject === revealed.current) return;
    revealed.current = subject;
    if (selected !== undefined) reveal(selected);
  });

  return (
    <div className="flame-body">
      {model.order === 'time' && (
        <OverviewStrip
          handle={strip}
          density={model.density}
          extent={extent}
          window={shown}
          onWindow={show}
          label={t('flame.strip')}
        />
      )}
      <div className="flame-axis">
        <ChartCanvas
          handle={axis}
          draw={(context, size, palette) =>
            drawFlameAxis(context, size, palette, shown(), model.order === 'time' ? format.tick : undefined)
          }
        />
      </div>
      <div className="flame-stage">
        <div className="flame-canvas">
          <ChartCanvas<FlameHit>
            handle={bars}
            surface={scroller}
            draw={(context, size, palette) => painter.paint(context, size, palette, scene())}
            hitTest={(x, y, size) => hitFlame(finest, scene(), x, y, size.width)}
            onClick={({ box }) => open(box)}
            onDoubleClick={({ box }) => zoomTo(box)}
            onDrag={(pixels, size, { vertical }) => {
              const { from, to } = shown();
              const by = (-pixels / size.width) * (to - from);
              scroller.current?.scrollBy({ top: -vertical });
              show(onAxis({ from: from + by, to: to + by }, extent()));
            }}
            onZoom={(factor, x, size) => {
              const { from, to } = shown();
              show(zoomedAround({ from, to }, from + (x / size.width) * (to - from), factor, extent()));
            }}
            onStep={(key) => {
              if (key === 'Escape') return show(wholeAxis(extent()));
              if (key === 'Enter') return selected === undefined ? undefined : zoomTo(selected);
              const next = stepFrom(finest, selected, key, subjects.parent);
              if (next !== undefined) select(next);
            }}
            tooltip={(hit) => <FlameTooltip hit={hit} model={model} run={run} weight={weight} />}
          />
        </div>
        <div
          ref={scroller}
          className="flame-scroll"
          role="group"
          aria-label={t('run.views.flame')}
          aria-describedby={keys}
          tabIndex={0}
          onScroll={() => bars.current?.invalidate()}
        >
          <p id={keys} className="sr-only">
            {t('flame.keys')}
          </p>
          <div style={{ height: laneCount(finest) * LANE_HEIGHT + 8 }} />
        </div>
      </div>
      <FlamePath
        lanes={finest}
        selected={selected}
        subjects={subjects}
        model={model}
        run={run}
        weight={weight}
        onZoom={(box) => (box === undefined ? show(wholeAxis(extent())) : zoomTo(box))}
      />
      <FlameTable model={model} run={run} weight={weight} subjects={subjects} />
    </div>
  );
}
