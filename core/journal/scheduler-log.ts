import type { EventType, JournalEvent } from './event.ts';

/** Events that concern no single call, and are told as a line of the log. */
type SchedulerEvent = Extract<
  JournalEvent,
  {
    type: Extract<
      EventType,
      `${'breaker' | 'tier' | 'health'}-changed` | `instance-${string}` | `optimisation-${string}`
    >;
  }
>;

/** What happened, in one line of English: logs are not translated. */
export function describeSchedulerEvent(event: SchedulerEvent): string {
  switch (event.type) {
    case 'breaker-changed': {
      const { scope, name, from, to, openForMs } = event.data;
      return `breaker of ${scope} ${name}: ${from} → ${to}${lasting(openForMs)}`;
    }
    case 'tier-changed': {
      const { group, tier, to } = event.data;
      return `tier ${tier} of ${group} is ${to === 'fallen' ? 'left out for now' : 'in use again'}`;
    }
    case 'health-changed': {
      const { instance, from, to, because, message, forMs } = event.data;
      const told = message === undefined ? '' : `: ${message}`;
      return `${instance}: ${from} → ${to}${lasting(forMs)} (${because}${told})`;
    }
    case 'instance-registered':
      return `instance ${event.data.instance.name} is registered`;
    case 'instance-updated':
      return `instance ${event.data.instance.name} is changed: ${event.data.changed.join(', ')}`;
    case 'instance-deregistered':
      return `instance ${event.data.name} is taken out of the registry`;
    case 'optimisation-proposed': {
      const { kind, target, from, to, reason } = event.data;
      return `proposed: ${kind} of ${target} ${from} → ${to} (${reason})`;
    }
    case 'optimisation-applied':
      return `proposal ${event.data.id} is applied by ${event.data.by === 'person' ? 'hand' : 'the optimiser'}`;
    case 'optimisation-undone':
      return `proposal ${event.data.id} is undone`;
  }
}

function lasting(millis: number | undefined): string {
  return millis === undefined ? '' : ` for ${millis / 1000} s`;
}
