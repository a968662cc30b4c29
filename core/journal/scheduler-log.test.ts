import { expect, it } from 'vitest';
import { fold } from './fold.ts';
import { recordRun } from './recorded-events.ts';

it('what happens in the scheduler and belongs to no call is told in the log, line by line', () => {
  const { recorder, events } = recordRun('host');
  const instance = {
    name: 'mini',
    provider: 'p',
    category: 'llm',
    endpoint: 'http://x',
    model: 'm',
    weight: 1,
    priority: 1,
    maintenance: false,
  } as const;
  recorder.append('instance-registered', { instance });
  recorder.append('instance-updated', { instance, changed: ['weight', 'zone'] });
  recorder.append('breaker-changed', {
    scope: 'pool',
    name: 'fast',
    from: 'closed',
    to: 'open',
    openForMs: 15_000,
  });
  recorder.append('breaker-changed', { scope: 'instance', name: 'mini', from: 'open', to: 'half-open' });
  recorder.append('tier-changed', { group: 'g', tier: 'first', to: 'fallen' });
  recorder.append('tier-changed', { group: 'g', tier: 'first', to: 'in-use' });
  recorder.append('health-changed', {
    instance: 'mini',
    from: 'healthy',
    to: 'unhealthy',
    because: 'probes',
    message: 'answered 500',
  });
  recorder.append('health-changed', {
    instance: 'mini',
    from: 'healthy',
    to: 'ejected',
    because: 'consecutive-failures',
    forMs: 30_000,
  });
  const proposal = {
    id: 'p1',
    kind: 'weight',
    target: 'mini',
    from: 1,
    to: 1.25,
    evidence: {},
    reason: 'why',
  };
  recorder.append('optimisation-proposed', proposal);
  recorder.append('optimisation-applied', { id: 'p1', by: 'person' });
  recorder.append('optimisation-applied', { id: 'p1', by: 'optimiser' });
  recorder.append('optimisation-undone', { id: 'p1' });
  recorder.append('instance-deregistered', { name: 'mini' });
  expect(fold(undefined, events).logs.map(({ stream, text }) => `${stream}: ${text}`)).toEqual([
    'scheduler: instance mini is registered',
    'scheduler: instance mini is changed: weight, zone',
    'scheduler: breaker of pool fast: closed → open for 15 s',
    'scheduler: breaker of instance mini: open → half-open',
    'scheduler: tier first of g is left out for now',
    'scheduler: tier first of g is in use again',
    'scheduler: mini: healthy → unhealthy (probes: answered 500)',
    'scheduler: mini: healthy → ejected for 30 s (consecutive-failures)',
    'scheduler: proposed: weight of mini 1 → 1.25 (why)',
    'scheduler: proposal p1 is applied by hand',
    'scheduler: proposal p1 is applied by the optimiser',
    'scheduler: proposal p1 is undone',
    'scheduler: instance mini is taken out of the registry',
  ]);
});
