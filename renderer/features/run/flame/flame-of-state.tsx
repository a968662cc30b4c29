import { useMemo } from 'react';
import { SpanColumns } from '../../../../core/journal/columns/span-columns.ts';
import type { RunState, Span } from '../../../../core/journal/run-state.ts';
import { useRun } from '../../../stores/run-context.tsx';
import { elapsed } from '../run-figures.ts';
import type { Selection } from '../use-selection.ts';
import { Flame } from './flame.tsx';
import type { FlameRun } from './flame-source.ts';

interface FlameOfStateProps {
  readonly state: RunState;
  readonly selection: Selection;
}

/** The flame of a run that is held as objects: columns are made of it, and grow with it. */
export function FlameOfState({ state, selection }: FlameOfStateProps) {
  const lost = useRun(({ connection }) => connection === 'reconnecting');
  const { id } = state.run;
  const grow = useMemo(() => columnsOf(id), [id]);
  const run = useMemo(
    (): FlameRun => ({
      source: grow(state),
      version: state.run.lastSeq,
      now: () => elapsed(state.run, lost ? undefined : Date.now()),
      live: state.run.status === 'running' && !lost,
    }),
    [grow, state, lost],
  );
  return <Flame run={run} selection={selection} />;
}

/** Takes the spans of one run that have changed into columns, always the same. */
function columnsOf(_run: string): (state: RunState) => SpanColumns {
  const source = new SpanColumns();
  const known: Span[] = [];
  return ({ run, spans }) => {
    for (const span of spans.values()) {
      if (known[span.index] === span) continue;
      known[span.index] = span;
      source.put(span, run.lastSeq);
    }
    return source;
  };
}
