import type { InstanceInfo } from '../../../core/api/contract.ts';

/** Why no call goes to an instance now, whatever the call is; nothing where it can take some. */
export type Absence = 'maintenance' | 'isolated' | 'unhealthy' | 'ejected' | 'open' | 'cooling';

export function absenceOf(instance: InstanceInfo): Absence | undefined {
  const { maintenance, breaker, health, coolForMs } = instance;
  if (maintenance) return 'maintenance';
  if (breaker === 'isolated') return 'isolated';
  if (health !== 'healthy') return health;
  if (breaker === 'open') return 'open';
  return coolForMs === undefined ? undefined : 'cooling';
}
