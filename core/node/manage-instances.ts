import type {
  ApiProblem,
  Discover,
  Discovered,
  InstanceInfo,
  RegisterInstance,
  UpdateInstance,
} from '../api/contract.ts';
import type { Clock } from '../base/clock.ts';
import { fail, ok, type Result } from '../base/result.ts';
import type { Task } from '../journal/task.ts';
import { unmet } from '../registry/requirements.ts';
import type { Instance } from '../registry/instance.ts';
import { describeRejection } from '../scheduling/explain-refusals.ts';
import { describeInstance } from './describe-scheduling.ts';
import { withAssumedWindow } from './prices/assume-window.ts';
import type { ModelTable } from './prices/model-table.ts';
import type { HostScheduling } from './host-scheduling.ts';

type Answer<Value> = Result<Value, ApiProblem['error']>;

export interface ManagementPorts {
  readonly clock: Clock;
  readonly environment: NodeJS.ProcessEnv;
  readonly models: ModelTable;
  /** Told of every key, so that it is never recorded. */
  readonly learnKey: (key: string) => void;
}

/** Registers, changes, removes and finds instances while the host runs. */
export function manageInstances(
  scheduling: HostScheduling,
  { clock, environment, models, learnKey }: ManagementPorts,
) {
  const { registry } = scheduling;
  const described = (result: Result<Instance, ApiProblem['error']>): Answer<InstanceInfo> =>
    result.ok ? ok(describeInstance(scheduling, result.value)) : result;
  return {
    registerInstance(wanted: RegisterInstance): Answer<InstanceInfo> {
      const { pools = [], apiKeyEnv, endpoint, ...settings } = wanted;
      const apiKey = apiKeyEnv === undefined ? undefined : environment[apiKeyEnv];
      if (apiKeyEnv !== undefined && !apiKey) {
        const message = `The environment of the host has no variable ${apiKeyEnv}; it is where the key would be.`;
        return fail({ code: 'key_missing', message });
      }
      const { category = 'llm', model = '' } = settings;
      if (model === '' && (category === 'llm' || category === 'embedding')) {
        return fail({
          code: 'invalid_request',
          message: `model: an instance of the category ${category} needs one.`,
        });
      }
      if (apiKey !== undefined) learnKey(apiKey);
      const instance: Instance = {
        provider: settings.name,
        weight: 1,
        priority: 1,
        maintenance: false,
        ...settings,
        category,
        model,
        endpoint: endpoint.replace(/\/+$/, ''),
        ...(apiKey !== undefined && { apiKey }),
      };
      return described(registry.register(withAssumedWindow(instance, models), pools));
    },
    updateInstance(name: string, patch: UpdateInstance): Answer<InstanceInfo> {
      return described(registry.update(name, patch));
    },
    deregisterInstance: (name: string): Answer<undefined> => registry.deregister(name),
    discover(wanted: Discover): Discovered {
      return discover(scheduling, clock, wanted);
    },
  };
}

/** Those of a category that could take such a call now, the best measured first; and the others, with the reason. */
function discover(
  scheduling: HostScheduling,
  clock: Clock,
  { category, requirements = {} }: Discover,
): Discovered {
  const now = clock.now();
  const task = taskFor(category, requirements);
  const instances: Discovered['instances'][number][] = [];
  const refused: Discovered['refused'][number][] = [];
  for (const instance of scheduling.registry.list()) {
    if (instance.category !== category) continue;
    const live = scheduling.live.get(instance.name)!;
    const why =
      unmet(instance, requirements) ?? live.reject(task, now) ?? scheduling.admission(instance, task);
    if (why) refused.push({ instance: instance.name, reason: describeRejection(why) });
    else {
      const { costUsd } = live.signals(task, now);
      instances.push({
        ...describeInstance(scheduling, instance),
        ...(costUsd !== undefined && { costUsd }),
      });
    }
  }
  return { instances: instances.toSorted(byMeasure), refused };
}

function taskFor(category: Task['category'], requirements: NonNullable<Discover['requirements']>): Task {
  const { capabilities = [], inputTokens = 0, outputTokens = 0 } = requirements;
  return {
    category,
    model: '',
    streaming: false,
    inputTokens,
    outputTokens,
    tools: 0,
    complexity: 0,
    capabilities,
    priority: 5,
    urgent: false,
  };
}

/** The surest first, then the quickest, then the least busy. */
function byMeasure(one: InstanceInfo, other: InstanceInfo): number {
  return (
    (other.successRate ?? 1) - (one.successRate ?? 1) ||
    (one.firstTokenMs ?? 0) - (other.firstTokenMs ?? 0) ||
    one.outstanding - other.outstanding
  );
}
