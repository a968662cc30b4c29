import { useCallback } from 'react';
import { request } from '../../../core/api/client.ts';
import type { RunSummary } from '../../../core/api/contract.ts';
import { useApi } from '../../app/api-context.ts';
import { navigate } from '../../app/router.ts';
import { useApp } from '../../stores/app-store.ts';

/**
 * Starts the bundled sample agent and goes to its run. It can be asked for on any page, so a failure leads to
 * the Connect page, which shows it.
 */
export function useOpenSample(): () => Promise<void> {
  const api = useApi();
  const setSample = useApp((app) => app.setSample);
  return useCallback(async () => {
    setSample({ busy: true, problem: undefined });
    try {
      const run = await request<RunSummary>(api, '/api/sample', { method: 'POST' });
      setSample({ busy: false, problem: undefined });
      navigate({ page: 'run', run: run.id, view: 'waterfall' });
    } catch (error) {
      setSample({ busy: false, problem: error instanceof Error ? error.message : String(error) });
      navigate({ page: 'connect' });
    }
  }, [api, setSample]);
}
