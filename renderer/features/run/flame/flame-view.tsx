import { useMemo } from 'react';
import { useRun } from '../../../stores/run-context.tsx';
import type { ShownRun } from '../../../stores/shown-run.ts';
import { elapsed } from '../run-figures.ts';
import type { Selection } from '../use-selection.ts';
import { Flame } from './flame.tsx';
import type { FlameRun } from './flame-source.ts';

interface FlameViewProps {
  readonly view: ShownRun;
  readonly selection: Selection;
}

/** The flame of what is shown of a run. */
export function FlameView({ view, selection }: FlameViewProps) {
  const lost = useRun(({ connection }) => connection === 'reconnecting');
  const run = useMemo((): FlameRun => {
    const { run: summary, columns } = view;
    const live = view.live && !lost;
    return {
      source: columns,
      version: summary.lastSeq,
      // The columns may know of what is later.
      ...(!view.live && { seq: summary.lastSeq }),
      now: () => elapsed(summary, live ? Date.now() : undefined),
      live,
    };
  }, [view, lost]);
  return <Flame run={run} selection={selection} />;
}
