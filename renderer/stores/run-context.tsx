import { createContext, useContext, useEffect, useMemo, type ReactNode } from 'react';
import { useStore } from 'zustand';
import { useApi } from '../app/api-context.ts';
import { createRunStore, type OpenRun, type RunStore } from './run-store.ts';

const RunContext = createContext<RunStore | undefined>(undefined);

/** Opens a run for as long as it is shown. Give it the run's id as `key`: another run is another store. */
export function RunProvider({ run, children }: { readonly run: string; readonly children: ReactNode }) {
  const api = useApi();
  const opened = useMemo(() => createRunStore(api, run), [api, run]);
  useEffect(() => opened.start(), [opened]);
  return <RunContext value={opened.store}>{children}</RunContext>;
}

function useRunStore(): RunStore {
  const store = useContext(RunContext);
  if (!store) throw new Error('useRunStore: there is no RunProvider above');
  return store;
}

export function useRun<Value>(select: (run: OpenRun) => Value): Value {
  return useStore(useRunStore(), select);
}
