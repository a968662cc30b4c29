import { every, type Clock, type Timers } from '../base/clock.ts';
import type { IdSource } from '../base/ids.ts';
import type { Random } from '../base/random.ts';
import type { Config } from '../config/schema.ts';
import type { Recorder } from '../journal/recorder.ts';
import type { Instance } from '../registry/instance.ts';
import { defaultRetryBudgetOptions } from '../resilience/retry-budget.ts';
import { HealthWatch } from '../routing/health-watch.ts';
import { LiveInstances } from '../routing/live-instances.ts';
import type { Admission } from '../routing/pool.ts';
import { RoutingTable } from '../routing/routing-table.ts';
import { createAdmission } from '../scheduling/admission.ts';
import { ResourceLedger } from '../scheduling/resources/ledger.ts';
import { RetryGuard } from '../scheduling/retry-guard.ts';
import { Scheduler } from '../scheduling/scheduler.ts';
import { InstanceRegistry } from './instance-registry.ts';
import { createHttpProbe } from './probes/http-probe.ts';
import { Prober } from './probes/prober.ts';
import type { Way } from './upstream/way.ts';
import { instancePolicies, instanceSettings, routingDefinitions } from './routing-definitions.ts';

export interface SchedulingPorts {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly ids: IdSource;
  /** The host's own run. */
  readonly recorder: Recorder;
  /** How probes reach an origin; directly where it is absent. */
  readonly wayTo?: (origin: URL, provider: string) => Way;
}

/** The scheduler core as the configuration has it, with its health checks running. */
export interface HostScheduling {
  readonly live: LiveInstances;
  readonly table: RoutingTable;
  readonly registry: InstanceRegistry;
  readonly resources: ResourceLedger;
  readonly scheduler: Scheduler;
  readonly admission: Admission;
  stop(): void;
}

export function startScheduling(
  ports: SchedulingPorts,
  config: Config,
  instances: readonly Instance[],
): HostScheduling {
  const { clock, timers, random, ids, recorder } = ports;
  const live = new LiveInstances(clock, random, (name) => instanceSettings(config, name));
  for (const instance of instances) live.put(instance);
  const resources = new ResourceLedger(config.resources);
  const admission = createAdmission(instancePolicies(config), resources);
  const table = new RoutingTable({ random, live, admission }, routingDefinitions(config));
  const health = new HealthWatch(
    {
      clock,
      live,
      pools: () => table.memberNames,
      changed: (change) => recorder.append('health-changed', change),
    },
    config.health,
  );
  const scheduler = new Scheduler(
    {
      clock,
      timers,
      random,
      ids,
      retries: new RetryGuard(clock, { ...defaultRetryBudgetOptions, share: config.retry.budgetShare }),
      resources,
      follow: (step) => table.follow(step),
      judged: (instance, { outcome }) => health.note(instance, outcome),
    },
    {
      maxConcurrent: config.scheduler.maxConcurrent,
      queue: config.queue,
      policies: { timeouts: config.timeouts, retry: config.retry },
    },
  );
  const prober: Prober = new Prober(
    {
      clock,
      timers,
      random,
      probe: createHttpProbe(ports.wayTo),
      onChange(instance, change) {
        health.probed(instance, change, prober.stateOf(instance)?.failures ?? 0);
        scheduler.wake();
      },
    },
    config.probes,
  );
  const changed = () => {
    prober.watch(registry.list());
    scheduler.wake();
  };
  const gone = (instance: string) => health.forget(instance);
  const registry: InstanceRegistry = new InstanceRegistry(
    { live, table, recorder, changed, gone },
    instances,
  );
  prober.watch(instances);
  const stopSweeping = every(timers, config.health.sweepMs, () => health.sweep());
  return {
    live,
    table,
    registry,
    resources,
    scheduler,
    admission,
    stop() {
      stopSweeping();
      prober.stop();
    },
  };
}
