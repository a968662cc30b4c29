import { create } from 'zustand';
import type { FeedLine, HostInfo } from '../../core/api/contract.ts';
import type { Connection } from '../app/follow-live.ts';
import { loadPreferences, savePreferences, type Preferences } from './preferences.ts';
import { mergeFeed, mergePage, type RunRows } from './runs.ts';

/** How many runs are asked for at a time. */
export const RUNS_PAGE = 200;

/** The state of the window as a whole; it lives as long as the page. */
export interface AppState {
  readonly preferences: Preferences;
  readonly host: HostInfo | undefined;
  readonly connection: Connection;
  /** `undefined` until the host has listed them once. */
  readonly runs: RunRows | undefined;
  /** Whether the host may have older runs than those in `runs`. */
  readonly moreRuns: boolean;
  readonly runsProblem: string | undefined;
  /** The host does not accept our token: it was started anew, or the address is an old one. */
  readonly refused: boolean;
  /** The opening of the sample run. */
  readonly sample: { readonly busy: boolean; readonly problem: string | undefined };
}

interface AppActions {
  choose(changes: Partial<Preferences>): void;
  setHost(host: HostInfo): void;
  setConnection(connection: Connection): void;
  refuse(): void;
  setSample(sample: AppState['sample']): void;
  failRuns(problem: string): void;
  /** `before`: the page follows the oldest run known; else it is the first. */
  takePage(page: RunRows, before: boolean): void;
  takeFeed(lines: readonly FeedLine[]): void;
}

export const useApp = create<AppState & AppActions>()((set) => ({
  preferences: loadPreferences(localStorage, navigator.languages),
  host: undefined,
  connection: 'connecting',
  runs: undefined,
  moreRuns: false,
  runsProblem: undefined,
  refused: false,
  sample: { busy: false, problem: undefined },

  choose: (changes) =>
    set((state) => {
      const preferences = { ...state.preferences, ...changes };
      savePreferences(localStorage, preferences);
      return { preferences };
    }),
  setHost: (host) => set({ host, refused: false }),
  setConnection: (connection) => set({ connection }),
  refuse: () => set({ refused: true }),
  setSample: (sample) => set({ sample }),
  failRuns: (runsProblem) => set({ runsProblem }),
  takePage: (page, before) =>
    set((state) => {
      const full = page.length === RUNS_PAGE;
      const loaded = state.runs?.length ?? 0;
      return {
        runs: mergePage(state.runs ?? [], page, { newest: !before, oldest: !full }),
        moreRuns: before || loaded <= RUNS_PAGE ? full : state.moreRuns,
        runsProblem: undefined,
      };
    }),
  takeFeed: (lines) => set((state) => (state.runs ? { runs: mergeFeed(state.runs, lines) } : {})),
}));
