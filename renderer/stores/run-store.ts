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
    let frame = 0;
    const show = () => {
      frame = 0;
      if (newest) store.setState({ view: newest });
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
      // The first is shown at once, what follows with the next frame.
      if (!store.getState().view) show();
      else frame ||= requestAnimationFrame(show);
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
      cancelAnimationFrame(frame);
    };
  };
  return { store, start };
}
