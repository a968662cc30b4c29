import { compileTaskCondition, INSTANCE_VARIABLES } from '../balancing/task-condition.ts';
import type { Config } from '../config/schema.ts';
import type { Category } from '../journal/task.ts';
import { withOverrides } from '../resilience/overrides.ts';
import type { CallPolicies } from '../routing/call-policies.ts';
import { FALLBACK_CLASSES, type FallbackClass, type FallbackStep } from '../routing/fallback.ts';
import type { GuardOptions } from '../routing/guard.ts';
import type { InstanceSettings } from '../routing/live-instance.ts';
import type {
  CategoryDefaults,
  GroupDefinition,
  PoolDefinition,
  RoutingDefinitions,
  RoutingRule,
} from '../routing/routing-table.ts';
import type { InstancePolicy } from '../scheduling/admission.ts';

type PoolConfig = Config['pools'][string];
type GroupConfig = Config['groups'][string];
type Guarded = Pick<PoolConfig, 'maxConcurrent' | 'limits' | 'breaker' | 'timeouts' | 'hedge'> &
  Partial<Pick<PoolConfig, 'retry'>>;

/** What the configuration says about ways, as the routing table has it. */
export function routingDefinitions(config: Config): RoutingDefinitions {
  return {
    pools: mapValues(config.pools, (pool) => poolDefinition(config, pool)),
    groups: mapValues(config.groups, (group) => groupDefinition(config, group)),
    rules: config.routing.map(({ when, to }) => routingRule(when, to)),
    categories: mapValues(config.categories, categoryDefaults),
  };
}

/** How the attempts at one instance are treated; what is registered at run time has the host's settings. */
export function instanceSettings(config: Config, name: string): InstanceSettings {
  const own = config.instances[name];
  return { breaker: withOverrides(config.breaker, own?.breaker), policies: own ? policiesOf(own) : {} };
}

export function instancePolicies(config: Config): readonly InstancePolicy[] {
  return config.policies.map(({ name, deny }) => {
    const condition = checked(compileTaskCondition(deny, INSTANCE_VARIABLES));
    return {
      name,
      denies(task, { name: instance, provider, zone = '', labels = {} }) {
        const denied = condition.evaluate(task, { instance, provider, zone, labels });
        return denied.ok && denied.value;
      },
    };
  });
}

function poolDefinition(config: Config, pool: PoolConfig): PoolDefinition {
  const { strategy, options, instances } = pool;
  return {
    ...(strategy !== undefined && { strategy, options }),
    instances,
    guard: guardOf(config, pool),
    policies: policiesOf(pool),
  };
}

function groupDefinition(config: Config, { tiers, fallback, promotion }: GroupConfig): GroupDefinition {
  return {
    tiers: tiers.map((tier) => ({
      name: tier.name,
      pools: tier.pools,
      guard: guardOf(config, tier),
      policies: policiesOf(tier),
    })),
    fallback: {
      byClass: Object.fromEntries(
        FALLBACK_CLASSES.map((name) => [name, stepOf(fallback[KEY_OF_CLASS[name]])]),
      ) as Record<FallbackClass, FallbackStep>,
      exhausted: stepOf(fallback.exhausted),
    },
    promotion,
  };
}

const KEY_OF_CLASS = {
  'rate-limit': 'rateLimit',
  billing: 'billing',
  timeout: 'timeout',
  'server-error': 'serverError',
  'context-window': 'contextWindow',
  'content-policy': 'contentPolicy',
  auth: 'auth',
} as const satisfies Record<FallbackClass, keyof GroupConfig['fallback']>;

function categoryDefaults({
  strategy,
  fallback,
}: NonNullable<Config['categories'][Category]>): CategoryDefaults {
  return { ...(strategy !== undefined && { strategy }), ...(fallback && { fallback: stepOf(fallback) }) };
}

type FallbackConfig =
  | 'none'
  | 'next-tier'
  | { readonly group: string }
  | { readonly instance: string }
  | { readonly answer: string }
  | { readonly queue: true };

function stepOf(written: FallbackConfig): FallbackStep {
  if (typeof written === 'string') return { kind: written };
  if ('group' in written) return { kind: 'group', name: written.group };
  if ('instance' in written) return { kind: 'instance', name: written.instance };
  if ('answer' in written) return { kind: 'answer', text: written.answer };
  return { kind: 'queue' };
}

/** Pools and tiers have a breaker only where they have such a table. */
function guardOf(config: Config, { maxConcurrent, limits, breaker }: Guarded): GuardOptions {
  return {
    ...(maxConcurrent !== undefined && { capacity: maxConcurrent }),
    ...(limits && { limits }),
    ...(breaker && { breaker: withOverrides(config.breaker, breaker) }),
  };
}

function policiesOf({ timeouts, retry, hedge }: Guarded): CallPolicies {
  return { ...(timeouts && { timeouts }), ...(retry && { retry }), ...(hedge && { hedge }) };
}

function routingRule(when: string, to: string): RoutingRule {
  const condition = checked(compileTaskCondition(when, {}));
  return {
    to,
    holds(task) {
      const holds = condition.evaluate(task, {});
      return holds.ok && holds.value;
    },
  };
}

/** The configuration has refused what does not compile. */
function checked<Value>(
  result:
    | { readonly ok: true; readonly value: Value }
    | { readonly ok: false; readonly error: { readonly message: string } },
): Value {
  if (!result.ok) throw new Error(`a condition was not checked: ${result.error.message}`);
  return result.value;
}

function mapValues<From, To>(
  table: Readonly<Record<string, From>>,
  map: (value: From) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(table).map(([name, value]) => [name, map(value)]));
}
