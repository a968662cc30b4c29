import { seededRandom } from '../base/random.ts';
import { VirtualClock } from '../base/virtual-clock.ts';
import { countingIds, recordRun, type RecordedRun } from '../journal/recorded-events.ts';
import type { Task } from '../journal/task.ts';
import type { Instance } from '../registry/instance.ts';
import { breakerOptionsSchema } from '../resilience/breaker.ts';
import { outlierOptionsSchema } from '../resilience/outlier-options.ts';
import { retryOptionsSchema } from '../resilience/retry.ts';
import { defaultRetryBudgetOptions } from '../resilience/retry-budget.ts';
import { timeoutOptionsSchema } from '../resilience/timeouts.ts';
import type { CallPolicies } from '../routing/call-policies.ts';
import { HealthWatch } from '../routing/health-watch.ts';
import { LiveInstances } from '../routing/live-instances.ts';
import { RoutingTable, type RoutingDefinitions } from '../routing/routing-table.ts';
import { createAdmission, type InstancePolicy } from './admission.ts';
import { queueOptionsSchema, type QueueOptions } from '../config/schema/scheduling.ts';
import { ResourceLedger } from './resources/ledger.ts';
import { RetryGuard } from './retry-guard.ts';
import { Scheduler } from './scheduler.ts';

export interface SchedulingOptions extends Partial<RoutingDefinitions> {
  readonly instances: readonly Instance[];
  readonly breaker?: object;
  readonly health?: object;
  /** Of the whole host. */
  readonly host?: CallPolicies;
  readonly instancePolicies?: Readonly<Record<string, CallPolicies>>;
  readonly policies?: readonly InstancePolicy[];
  readonly queue?: Partial<QueueOptions>;
  readonly resources?: Readonly<Record<string, number>>;
  readonly maxConcurrent?: number;
  readonly retryFloor?: number;
  readonly seed?: number;
}

/** For tests: the whole core on a virtual clock, with seeded randomness. */
export function startScheduling(options: SchedulingOptions) {
  const clock = new VirtualClock();
  const random = seededRandom(options.seed ?? 1);
  const ids = countingIds();
  const breaker = breakerOptionsSchema.parse(options.breaker ?? {});
  const settingsOf = (name: string) => ({ breaker, policies: options.instancePolicies?.[name] ?? {} });
  const live = new LiveInstances(clock, random, settingsOf);
  for (const instance of options.instances) live.put(instance);
  const resources = new ResourceLedger(options.resources ?? {});
  const { pools = {}, groups = {}, rules = [], categories = {} } = options;
  const admission = createAdmission(options.policies ?? [], resources);
  const table = new RoutingTable({ random, live, admission }, { pools, groups, rules, categories });
  const health = new HealthWatch(
    { clock, live, pools: () => table.memberNames, changed: () => undefined },
    outlierOptionsSchema.parse(options.health ?? {}),
  );
  const budget = {
    ...defaultRetryBudgetOptions,
    floor: options.retryFloor ?? defaultRetryBudgetOptions.floor,
  };
  const scheduler = new Scheduler(
    {
      clock,
      timers: clock,
      random,
      ids,
      retries: new RetryGuard(clock, budget),
      resources,
      follow: (step) => table.follow(step),
      judged: (instance, { outcome }) => health.note(instance, outcome),
    },
    {
      maxConcurrent: options.maxConcurrent ?? 256,
      queue: { ...queueOptionsSchema.parse({}), ...options.queue },
      policies: {
        timeouts: timeoutOptionsSchema.parse(options.host?.timeouts ?? {}),
        retry: retryOptionsSchema.parse(options.host?.retry ?? {}),
        ...(options.host?.hedge && { hedge: options.host.hedge }),
      },
    },
  );
  const startRun = (name?: string): RecordedRun => recordRun(name, clock, ids);
  return { clock, ids, live, resources, table, health, scheduler, startRun };
}

export type Scheduling = ReturnType<typeof startScheduling>;

export function instanceOf(name: string, more: Partial<Instance> = {}): Instance {
  return {
    name,
    provider: 'test',
    category: 'llm',
    endpoint: `http://${name}.test/v1`,
    model: 'real-model',
    weight: 1,
    priority: 1,
    maintenance: false,
    ...more,
  };
}

export function taskOf(model: string, more: Partial<Task> = {}): Task {
  return {
    category: 'llm',
    model,
    streaming: false,
    inputTokens: 5,
    outputTokens: 4,
    tools: 0,
    complexity: 0,
    capabilities: [],
    priority: 5,
    urgent: false,
    ...more,
  };
}

/** Round robin over these, without exploration. */
export function inTurn(...instances: readonly string[]) {
  return { strategy: 'round-robin', options: { exploration: 0 }, instances } as const;
}

/** Lets time pass, alarm by alarm, until the work has come to its end. Throws where it never would. */
export async function settled<Value>(clock: VirtualClock, work: Promise<Value>): Promise<Value> {
  let done = false;
  void work.then(
    () => (done = true),
    () => (done = true),
  );
  for (;;) {
    await quiet();
    if (done) return work;
    if (!clock.step()) throw new Error('nothing will ever happen any more');
  }
}

/** Lets everything run that waits for no time. */
export async function quiet(): Promise<void> {
  for (let turn = 0; turn < 40; turn++) await Promise.resolve();
}
