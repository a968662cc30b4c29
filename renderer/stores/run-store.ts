import { createStore, type StoreApi } from 'zustand';
import { followColumns, type ApiError, type ApiFetch } from '../../core/api/client.ts';
import { applyChanges, knownAfter, NOTHING_KNOWN } from '../../core/journal/columns/column-changes.ts';
import type { SpanColumns } from '../../core/journal/columns/span-columns.ts';
import { followLive, type Connection } from '../app/follow-live.ts';
import type { RunView } from './run-view.ts';

type Changes = ReturnType<typeof followColumns> extends AsyncGenerator<infer Given> ? Given : never;

export interface OpenRun {
  /** What is shown; `undefined` until its columns have come. */
  readonly view: RunView | undefined;
  readonly connection: Connection;
  /** Why the run cannot be shown, or not any further. */
  readonly problem: { readonly code: string; readonly message: string } | undefined;
}

/** What comes while a run goes on is shown after so long; where there is much to show, less often. Milliseconds. */
const SHOWN_EVERY = 100;
const SPANS_TO_MILLI = 2_000;

export type RunStore = StoreApi<OpenRun>;

/** One open run: its columns as the store has them, followed as they grow. `start` returns what ends it. */
export function createRunStore(api: ApiFetch, id: string): { readonly store: RunStore; start(): () => void } {
  const store = createStore<OpenRun>()(() => ({
    view: undefined,
    connection: 'connecting',
    problem: undefined,
  }));
  let columns: SpanColumns | undefined;
  let known = NOTHING_KNOWN;
  let newest: RunView | undefined;

  const start = () => {
    const controller = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const show = () => {
      timer = undefined;
      store.setState({ view: newest });
    };
    const take = (changes: Changes) => {
      if ('problem' in changes) {
        store.setState({ problem: changes.problem });
        return;
      }
      columns = applyChanges(columns, changes);
      known = knownAfter(changes);
      const { run, spans } = changes;
      newest = { run, columns, spans, live: run.status === 'running' };
      if (!store.getState().view || !newest.live) show();
      else timer ??= setTimeout(show, Math.max(SHOWN_EVERY, spans / SPANS_TO_MILLI));
    };
    void followLive<Changes>({
      api,
      path: () => `/api/runs/${id}/columns?seq=${known.seq}&spans=${known.spans}&names=${known.names}`,
      read: followColumns,
      onOpen: () => store.setState({ problem: undefined }),
      onLine: take,
      onConnection: (connection) => store.setState({ connection }),
      complete: () => newest !== undefined && newest.run.status !== 'running',
      signal: controller.signal,
    }).then((refusal: ApiError | undefined) => {
      if (refusal) store.setState({ problem: { code: refusal.code, message: refusal.message } });
    });
    return () => {
      controller.abort();
      clearTimeout(timer);
    };
  };
  return { store, start };
}
