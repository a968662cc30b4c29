import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { startOwnWorker } from '../../../charts/own-worker.ts';
import type { Layout } from '../../../graph/layered-layout.ts';
// oxlint-disable-next-line import/default -- the bundler makes an address of it
import workerUrl from '../../../graph/layout-worker.ts?worker&url';
import type { ShownRun } from '../../../stores/shown-run.ts';
import { flowGraphOf } from './flow-graph.ts';
import { FlowPlaces, type PlacedFlow } from './flow-places.ts';

/** Of a run that grows, the flow is made again after so long, and a millisecond more for so many spans. */
const SHORTEST_REST_MS = 100;
const SPANS_TO_REST_MS = 2_000;

interface Flow extends PlacedFlow {
  /** Goes up when everything was arranged anew. */
  readonly arranged: number;
}

/** The flow of what is shown of a run, each node where it first stood; `arrange` places all of them anew, in another thread. */
export function useFlow(view: ShownRun): {
  readonly flow: Flow;
  readonly arrange: () => void;
  readonly isArranging: boolean;
} {
  const [places] = useState(() => new FlowPlaces());
  const shown = useRested(view);
  const [arranged, setArranged] = useState(0);
  const [isArranging, setArranging] = useState(false);
  const worker = useRef<Worker>(undefined);
  useEffect(() => () => worker.current?.terminate(), []);
  const graph = useMemo(() => flowGraphOf(shown), [shown]);
  const flow = useMemo(() => ({ ...places.place(graph), arranged }), [places, graph, arranged]);
  const arrange = useCallback(() => {
    worker.current?.terminate();
    const thread = startOwnWorker(workerUrl);
    worker.current = thread;
    setArranging(true);
    thread.onmessage = ({ data }: MessageEvent<Layout>) => {
      thread.terminate();
      places.arrange(graph, data);
      setArranging(false);
      setArranged((before) => before + 1);
    };
    // As they were before, they can still be looked at.
    thread.onerror = () => setArranging(false);
    thread.postMessage(places.toArrange(graph));
  }, [places, graph]);
  return { flow, arrange, isArranging };
}

/** The view, but of a run that grows not more often than it can be drawn. */
function useRested(view: ShownRun): ShownRun {
  const [shown, setShown] = useState({ view, at: 0 });
  useEffect(() => {
    if (shown.view === view) return undefined;
    const rest = view.live ? SHORTEST_REST_MS + view.spans / SPANS_TO_REST_MS : 0;
    const timer = setTimeout(
      () => setShown({ view, at: performance.now() }),
      Math.max(0, shown.at + rest - performance.now()),
    );
    return () => clearTimeout(timer);
  }, [view, shown]);
  return view.live ? shown.view : view;
}
