import { createStore, type StoreApi } from 'zustand';
import type { ApiError, ApiFetch } from '../../core/api/client.ts';
import type { RunFeedLine } from '../../core/api/contract.ts';
import type { JournalEvent } from '../../core/journal/event.ts';
import { fold } from '../../core/journal/fold.ts';
import type { RunState } from '../../core/journal/run-state.ts';
import { followLive, type Connection } from '../app/follow-live.ts';
import { frameBatch } from '../app/frame-batch.ts';

/** Folding this many takes about one frame. */
const EVENTS_PER_FRAME = 4000;

export interface OpenRun {
  /** `undefined` until its first events arrived. */
  readonly state: RunState | undefined;
  readonly connection: Connection;
  /** Why the run cannot be shown, or not any further. */
  readonly problem: { readonly code: string; readonly message: string } | undefined;
}

export type RunStore = StoreApi<OpenRun>;

/** One open run: its journal, followed and folded as it grows. `start` returns what ends it. */
export function createRunStore(api: ApiFetch, id: string): { readonly store: RunStore; start(): () => void } {
  const store = createStore<OpenRun>()(() => ({
    state: undefined,
    connection: 'connecting',
    problem: undefined,
  }));
  return { store, start: () => followRun(api, id, store) };
}

function followRun(api: ApiFetch, id: string, store: RunStore): () => void {
  const controller = new AbortController();
  let received = store.getState().state?.run.lastSeq ?? 0;
  let ended = false;
  const batch = frameBatch<JournalEvent>((events) => {
    try {
      store.setState({ state: fold(store.getState().state, events) });
    } catch (error) {
      controller.abort();
      store.setState({ problem: { code: 'journal_broken', message: String(error) }, connection: 'ended' });
    }
  }, EVENTS_PER_FRAME);

  const take = (line: RunFeedLine) => {
    if ('problem' in line) {
      store.setState({ problem: line.problem });
      return;
    }
    const fresh = line.events.filter((event) => event.seq > received);
    const last = fresh.at(-1);
    if (!last) return;
    received = last.seq;
    ended ||= last.type === 'run-ended';
    batch.add(fresh);
  };

  void followLive<RunFeedLine>({
    api,
    path: () => `/api/runs/${id}/events?from=${received + 1}`,
    onOpen: () => store.setState({ problem: undefined }),
    onLine: take,
    onConnection: (connection) => store.setState({ connection }),
    complete: () => ended,
    signal: controller.signal,
  }).then((refusal: ApiError | undefined) => {
    if (refusal) store.setState({ problem: { code: refusal.code, message: refusal.message } });
  });

  return () => {
    controller.abort();
    batch.dispose();
  };
}
