import { Workflow } from 'lucide-react';
import {
  useCallback,
  useEffect,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
} from 'react';
import { useTranslation } from 'react-i18next';
import { ChartCanvas } from '../../../charts/chart-canvas.tsx';
import type { ChartHandle } from '../../../charts/chart-props.ts';
import { panZoom, type PanZoom, type Viewport } from '../../../graph/pan-zoom.ts';
import { ordinalIn, type ShownRun } from '../../../stores/shown-run.ts';
import { Notice } from '../../../widgets/notice.tsx';
import type { Selection } from '../use-selection.ts';
import { drawFlow } from './draw-flow.ts';
import { FlowNodeCard } from './flow-node.tsx';
import type { PlacedNode } from './flow-places.ts';
import { FlowTools } from './flow-tools.tsx';
import './flow-view.css';
import { neighbourOf } from './neighbour.ts';
import { boxOf, extentOf, seenNodes, type Seen } from './seen-nodes.ts';
import { useFlow } from './use-flow.ts';
import { usePhase } from './use-phase.ts';

interface FlowViewProps {
  readonly view: ShownRun;
  readonly selection: Selection;
}

const PAN_STEP = 80;

/** Who calls whom in a run, and how much: nodes for agents, what they ask for, and who answers. */
export function FlowView({ view, selection }: FlowViewProps) {
  const { t } = useTranslation();
  const base = useId();
  const { flow, arrange, isArranging } = useFlow(view);
  const surface = useRef<HTMLDivElement>(null);
  const plane = useRef<HTMLDivElement>(null);
  const canvas = useRef<ChartHandle>(null);
  const zooming = useRef<PanZoom>(undefined);
  const viewport = useRef<Viewport>({ left: 0, top: 0, scale: 1 });
  const isByHand = useRef(false);
  const [seen, setSeen] = useState<Seen>({ keys: new Set(), elements: true });
  const [active, setActive] = useState<string>();
  const latest = useRef(flow);
  const phase = usePhase(
    flow.edges.some(({ open }) => open > 0),
    () => canvas.current?.invalidate(),
  );

  const look = useCallback(() => {
    const { left, top, scale } = viewport.current;
    plane.current!.style.transform = `translate(${left}px, ${top}px) scale(${scale})`;
    canvas.current?.invalidate();
    setSeen((before) => seenNodes(before, latest.current, viewport.current, surface.current!));
  }, []);
  useEffect(() => {
    const controller = panZoom(surface.current!, (to, byHand) => {
      viewport.current = to;
      isByHand.current ||= byHand;
      look();
    });
    zooming.current = controller;
    const observer = new ResizeObserver(() => {
      if (isByHand.current) look();
      else controller.fit(extentOf(latest.current.nodes));
    });
    observer.observe(surface.current!);
    return () => {
      observer.disconnect();
      controller.destroy();
    };
  }, [look]);
  // Until somebody has moved it, all of it is in sight, however it grows.
  useLayoutEffect(() => {
    // What was arranged anew is nowhere near where it was looked at.
    if (flow.arranged !== latest.current.arranged) isByHand.current = false;
    latest.current = flow;
    if (isByHand.current) look();
    else zooming.current?.fit(extentOf(flow.nodes));
  }, [flow, look]);

  const fit = useCallback(() => {
    isByHand.current = false;
    zooming.current?.fit(extentOf(latest.current.nodes));
  }, []);
  const scaleBy = useCallback((factor: number) => {
    isByHand.current = true;
    zooming.current?.scaleBy(factor);
  }, []);

  const { columns } = view;
  const openNode = (node: PlacedNode) => selection.open(columns.idAt(node.newest));
  const go = (to: PlacedNode | undefined) => {
    if (!to) return;
    setActive(to.key);
    isByHand.current = true;
    zooming.current?.reveal(boxOf(to));
  };
  const activeNode = flow.nodes.find(({ key }) => key === active);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const pan = { w: [0, PAN_STEP], a: [PAN_STEP, 0], s: [0, -PAN_STEP], d: [-PAN_STEP, 0] }[event.key];
    if (pan) {
      isByHand.current = true;
      zooming.current?.panBy(pan[0]!, pan[1]!);
    } else if (event.key.startsWith('Arrow')) go(neighbourOf(flow, activeNode, event.key));
    else if (event.key === 'Enter' && activeNode) openNode(activeNode);
    else return;
    event.preventDefault();
  };
  const idOf = ({ index }: PlacedNode) => `${base}-${index}`;
  const selected = ordinalIn(view, selection.span);
  const elements = seen.elements ? flow.nodes.filter(({ key }) => seen.keys.has(key)) : [];
  const boxes = useMemo(
    () => (seen.elements ? [] : flow.nodes.filter(({ key }) => seen.keys.has(key))),
    [flow, seen],
  );
  return (
    <div className="flow">
      <div
        ref={surface}
        className="flow-surface"
        role="listbox"
        aria-label={t('run.views.flow')}
        aria-activedescendant={activeNode && elements.includes(activeNode) ? idOf(activeNode) : undefined}
        tabIndex={0}
        onKeyDown={onKeyDown}
        onFocus={() => setActive((before) => before ?? flow.nodes[0]?.key)}
      >
        <ChartCanvas
          handle={canvas}
          draw={(context, size, palette) =>
            drawFlow(context, size, palette, {
              flow,
              viewport: viewport.current,
              boxes,
              active: activeNode?.index ?? -1,
              phase: phase(),
            })
          }
        />
        <div ref={plane} className="flow-plane">
          {elements.map((node) => (
            <FlowNodeCard
              key={node.key}
              id={idOf(node)}
              node={node}
              isActive={node.key === active}
              isSelected={node.newest === selected}
              onActive={() => setActive(node.key)}
              onOpen={() => openNode(node)}
            />
          ))}
        </div>
      </div>
      {flow.nodes.length === 0 && <Notice title={t('flow.none')} icon={<Workflow size={24} aria-hidden />} />}
      <FlowTools fit={fit} scaleBy={scaleBy} arrange={arrange} isArranging={isArranging} />
      <p className="flow-legend dim">{t('flow.legend')}</p>
    </div>
  );
}
