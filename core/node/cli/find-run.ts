import { request, type ApiFetch } from '../../api/client.ts';
import type { RunList, RunSummary } from '../../api/contract.ts';
import { CommandFailure } from './failure.ts';

/** By its id, or by as much of its beginning as no other run has. */
export async function findRun(api: ApiFetch, wanted: string): Promise<RunSummary> {
  if (/^[0-9a-f]{32}$/.test(wanted)) return request<RunSummary>(api, `/api/runs/${wanted}`);
  const { runs } = await request<RunList>(api, '/api/runs?limit=1000');
  const [first, second] = runs.filter((run) => run.id.startsWith(wanted));
  if (wanted === '' || !first)
    throw new CommandFailure(
      `There is no run ${wanted} among the newest 1,000; signalbox runs list shows them.`,
    );
  if (second) throw new CommandFailure(`${wanted} is the beginning of several runs; give more of the id.`);
  return first;
}
