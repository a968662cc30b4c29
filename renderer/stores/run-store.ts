import { createStore, type StoreApi } from 'zustand';
import { followColumns, request, type ApiError, type ApiFetch } from '../../core/api/client.ts';
import type { Moment, RunMoment } from '../../core/api/contract.ts';
import { applyChanges, knownAfter, NOTHING_KNOWN } from '../../core/journal/columns/column-changes.ts';
import type { SpanColumns } from '../../core/journal/columns/span-columns.ts';
import { followLive, type Connection } from '../app/follow-live.ts';
import type { ShownRun } from './shown-run.ts';

type Changes = ReturnType<typeof followColumns> extends AsyncGenerator<infer Given> ? Given : never;

export interface OpenRun {
  /** What is shown; `undefined` until its columns have come. */
  readonly view: ShownRun | undefined;
  /** The run as it has come so far. */
  readonly newest: ShownRun | undefined;
  /** `view` is of an earlier event, at which the playhead stands; else it follows what comes. */
  readonly isPlayhead: boolean;
  readonly connection: Connection;
  /** Why the run cannot be shown, or not any further. */
  readonly problem: { readonly code: string; readonly message: string } | undefined;
}

/** What comes while a run goes on is shown after so long; where there is much to show, less often. Milliseconds. */
const SHOWN_EVERY = 100;
const SPANS_TO_MILLI = 2_000;

export type RunStore = StoreApi<OpenRun>;

/** Which moment of a run its views show. */
export interface Playhead {
  /** Of several moves that come at once only the last is made. */
  seek(moment: Moment): void;
  /** Shows the newest again, and what comes. */
  follow(): void;
}

export interface RunToOpen {
  readonly store: RunStore;
  readonly playhead: Playhead;
  /** Returns what ends it. */
  start(): () => void;
}

/** One open run: its columns as the store has them, followed as they grow. */
export function createRunStore(api: ApiFetch, id: string): RunToOpen {
  const store = createStore<OpenRun>()(() => ({
    view: undefined,
    newest: undefined,
    isPlayhead: false,
    connection: 'connecting',
    problem: undefined,
  }));
  let columns: SpanColumns | undefined;
  let known = NOTHING_KNOWN;
  let newest: ShownRun | undefined;

  const start = () => {
    const controller = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const show = () => {
      timer = undefined;
      store.setState(({ isPlayhead }) => ({ newest, ...(!isPlayhead && { view: newest }) }));
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
      if (!store.getState().newest || !newest.live) show();
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
  return { store, playhead: createPlayhead(api, id, store), start };
}

/** All views move together, when it is known what was going on then. */
function createPlayhead(api: ApiFetch, id: string, store: RunStore): Playhead {
  let wanted: Moment | undefined;
  let asking = false;
  /** Of what was asked before it follows again nothing is shown. */
  let turn = 0;

  async function move(): Promise<void> {
    if (asking) return;
    asking = true;
    while (wanted) {
      const moment = wanted;
      const asked = turn;
      wanted = undefined;
      const [[name, value]] = Object.entries(moment) as [[string, number]];
      try {
        const { run, spans } = await request<RunMoment>(api, `/api/runs/${id}/state?${name}=${value}`);
        const { newest } = store.getState();
        if (newest && asked === turn) {
          const view = { run, columns: newest.columns, spans, live: false };
          store.setState({ view, isPlayhead: true, problem: undefined });
        }
      } catch (error) {
        const { code = 'no_answer', message } = error as Partial<ApiError> & Error;
        store.setState({ problem: { code, message } });
      }
    }
    asking = false;
  }

  return {
    seek(moment) {
      wanted = moment;
      void move();
    },
    follow() {
      wanted = undefined;
      turn += 1;
      store.setState(({ newest }) => ({ view: newest, isPlayhead: false }));
    },
  };
}
