import type { HostInfo, StartedRun } from '../../core/api/contract.ts';
import { request } from '../../core/api/client.ts';
import type { RunId } from '../../core/base/ids.ts';
import { startHost, type RunningHost } from '../../e2e/support/host.ts';
import { ask, type View } from './ask.ts';
import { keyOf, type Case } from './catalogue.ts';
import { examineCall, examineInstance } from './examine.ts';
import type { Trial } from './fault.ts';
import { matrixConfig, nameOf } from './matrix-config.ts';
import { PATIENCE_MS, type Leftovers, type Subject } from './subject.ts';
import type { Upstreams } from './upstreams.ts';

/** A real host in a process of its own, in front of every case. */
export async function startOurs(cases: readonly Case[], upstreams: Upstreams): Promise<Subject> {
  const host = await startHost({ config: matrixConfig(cases, upstreams) });
  const runs = new Map<string, Promise<RunId>>();
  const runOf = (name: string): Promise<RunId> => {
    const known = runs.get(name);
    if (known) return known;
    const started = request<StartedRun>(host.api, '/api/runs', { method: 'POST', body: { name } }).then(
      ({ run }) => run.id,
    );
    runs.set(name, started);
    return started;
  };
  const put = async (trial: Trial, target: string, runName: string): Promise<View> => {
    const { client } = trial.lane;
    const base = `${host.dataPlane}/r/${await runOf(runName)}`;
    const url = client.family
      ? `${base}/${client.family}/v1${client.path}`
      : `${base}/services/${target}${client.path}`;
    const body = JSON.stringify(client.request(target, trial.streaming));
    return ask({ url, headers: {}, body, patienceMs: PATIENCE_MS });
  };
  return {
    name: 'signalbox',
    put: (one, mode) => put(one.trial, nameOf(one, mode), one.fault.name),
    baseline(trial) {
      const name = `good.${keyOf(trial)}`;
      return put(trial, trial.lane.name === 'service' ? name : `${name}/raw`, 'baseline');
    },
    async examine(one, mode, view, askedAt) {
      const run = await runOf(one.fault.name);
      return examineCall({ host, upstreams, run, one, mode, view, askedAt });
    },
    leftovers: () => leftovers(host),
    close: () => host.stop(),
  };
}

/** Every place is free again, and the host still answers. */
async function leftovers(host: RunningHost): Promise<Leftovers> {
  const { scheduler, instances } = await request<HostInfo>(host.api, '/api/host');
  const byName = new Map(instances.map((instance) => [instance.name, instance]));
  const ofAll: string[] = [];
  if (scheduler.outstanding !== 0) ofAll.push(`${scheduler.outstanding} attempts are still in flight`);
  for (const { name, waiting } of scheduler.queues)
    if (waiting > 0) ofAll.push(`${waiting} wait for ${name}`);
  for (const { name, outstanding } of instances)
    if (outstanding > 0) ofAll.push(`${name} still has ${outstanding} attempts`);
  return { of: (one, mode) => examineInstance(byName, one, mode), ofAll };
}
