import { createContext, useCallback, useContext, useEffect, useMemo, type ReactNode } from 'react';
import { useStore } from 'zustand';
import type { Span } from '../../core/journal/run-state.ts';
import { useApi } from '../app/api-context.ts';
import { createRunStore, type OpenRun, type Playhead, type RunStore } from './run-store.ts';
import type { ShownRun } from './shown-run.ts';
import { createSpanDetails, type SpanDetails } from './span-details.ts';

interface Opened {
  readonly store: RunStore;
  readonly playhead: Playhead;
  readonly details: SpanDetails;
}

const RunContext = createContext<Opened | undefined>(undefined);

/** Opens a run for as long as it is shown. Give it the run's id as `key`: another run is another store. */
export function RunProvider({ run, children }: { readonly run: string; readonly children: ReactNode }) {
  const api = useApi();
  const opened = useMemo(() => {
    return { ...createRunStore(api, run), details: createSpanDetails(api, run) };
  }, [api, run]);
  useEffect(() => opened.start(), [opened]);
  return <RunContext value={opened}>{children}</RunContext>;
}

function useOpened(): Opened {
  const opened = useContext(RunContext);
  if (!opened) throw new Error('useOpened: there is no RunProvider above');
  return opened;
}

export function useRun<Value>(select: (run: OpenRun) => Value): Value {
  return useStore(useOpened().store, select);
}

export function usePlayhead(): Playhead {
  return useOpened().playhead;
}

const NOTHING: readonly number[] = [];

/** Spans in full, as far as they have been read; asked for as long as they are wanted and whenever they change. */
export function useSpanDetails(
  view: ShownRun | undefined,
  ordinals: readonly number[],
): (ordinal: number) => Span | undefined {
  const { details } = useOpened();
  const known = useStore(details.store);
  useEffect(() => {
    if (view) details.want(view, ordinals);
  });
  useEffect(() => () => details.want(undefined, NOTHING), [details]);
  return useCallback((ordinal) => known.get(ordinal)?.span, [known]);
}
