import { useCallback, useEffect } from 'react';
import { ApiError, request } from '../../core/api/client.ts';
import type { FeedLine, HostInfo, RunList } from '../../core/api/contract.ts';
import { RUNS_PAGE, useApp } from '../stores/app-store.ts';
import { useApi } from './api-context.ts';
import { followLive } from './follow-live.ts';
import { frameBatch } from './frame-batch.ts';

/** How soon the window learns that recording has stopped; the feed does not say it. */
const HOST_MILLIS = 5000;

type FeedOrProblem = FeedLine | { readonly problem: { readonly message: string } };

/** Keeps what the host says about itself and its runs in the app's store; mounted once, by the shell. */
export function useHostFeed(): void {
  const api = useApi();
  const reloadHost = useReloadHost();
  const loadRuns = useLoadRuns();
  useEffect(() => {
    const { setConnection, refuse, takeFeed } = useApp.getState();
    const controller = new AbortController();
    const batch = frameBatch<FeedLine>(takeFeed);
    void followLive<FeedOrProblem>({
      api,
      path: () => '/api/feed',
      onConnection: setConnection,
      // Asked after the feed stands, so that nothing can happen unseen between the list and the feed.
      onOpen: () => {
        void reloadHost();
        void loadRuns();
      },
      onLine: (line) => {
        if (!('problem' in line)) batch.add([line]);
      },
      signal: controller.signal,
    }).then((refusal) => {
      if (refusal) refuse();
    });
    const timer = setInterval(() => {
      const { connection } = useApp.getState();
      if (connection === 'live' && document.visibilityState === 'visible') void reloadHost();
    }, HOST_MILLIS);
    return () => {
      clearInterval(timer);
      controller.abort();
      batch.dispose();
    };
  }, [api, reloadHost, loadRuns]);
}

/** Asks the host about itself again. A host that does not answer is the feed's affair. */
export function useReloadHost(): () => Promise<void> {
  const api = useApi();
  return useCallback(async () => {
    try {
      useApp.getState().setHost(await request<HostInfo>(api, '/api/host'));
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) useApp.getState().refuse();
    }
  }, [api]);
}

/** Loads the newest runs, or the page after the oldest one that is known. */
export function useLoadRuns(): (before?: string) => Promise<void> {
  const api = useApi();
  return useCallback(
    async (before) => {
      const { takePage, failRuns } = useApp.getState();
      const after = before === undefined ? '' : `&before=${before}`;
      try {
        const { runs } = await request<RunList>(api, `/api/runs?limit=${RUNS_PAGE}${after}`);
        takePage(runs, before !== undefined);
      } catch (error) {
        failRuns(error instanceof Error ? error.message : String(error));
      }
    },
    [api],
  );
}
