import { seededRandom, type Random } from '../base/random.ts';
import type { JournalEvent } from '../journal/event.ts';
import { DEFAULT_FALLBACK, type FallbackStep } from '../routing/fallback.ts';
import { scriptedWork, type Behaviour, type ScriptedWork } from './scripted-work.ts';
import { instanceOf, quiet, startScheduling, taskOf, type Scheduling } from './test-scheduler.ts';
import type { WorkEnd } from './work.ts';

export interface PlayedSchedule {
  readonly scheduling: Scheduling;
  /** How often each call ended, and how. */
  readonly ends: readonly (readonly WorkEnd[])[];
  readonly events: readonly JournalEvent[];
}

const ERRORS = [
  { code: 'connect_refused', message: 'down' },
  { code: 'rate_limit_exceeded', message: 'busy', status: 429 },
  { code: 'server_error', message: 'oops', status: 500 },
  { code: 'context_length_exceeded', message: 'long', status: 400 },
  { code: 'content_filter', message: 'no', status: 400 },
  { code: 'invalid_request_error', message: 'what', status: 400 },
  { code: 'invalid_api_key', message: 'who', status: 401 },
];

/** A random configuration, random arrivals, faults, leavers and changes by hand, all from one seed; played to its end. */
export async function playRandomSchedule(seed: number): Promise<PlayedSchedule> {
  const random = seededRandom(seed);
  const scheduling = randomScheduling(random, seed);
  const { clock, scheduler, table } = scheduling;
  const run = scheduling.startRun();
  const calls = 2 + below(random, 10);
  const ends: WorkEnd[][] = Array.from({ length: calls }, () => []);
  const targets = ['g', 'p', 'q', 'a/real-model', 'real-model'];
  for (const ended of ends) {
    clock.after(random() * 400, () => {
      const target = targets[below(random, targets.length)]!;
      const task = taskOf(target, { priority: 1 + below(random, 10), streaming: random() < 0.5 });
      const behaviours = Array.from({ length: 20 }, () => randomBehaviour(random));
      const defer = random() < 0.1 ? { defer: () => undefined } : {};
      const plan = table.resolve(target)!;
      const work: ScriptedWork = scriptedWork(clock, run, plan, task, (_, n) => behaviours[n % 20]!, {
        client: `client ${below(random, 2)}`,
        clientRetries: below(random, 3),
        ...defer,
      });
      if (random() < 0.2) clock.after(random() * 300, () => work.leave());
      void scheduler.run(work).then((end) => ended.push(end));
    });
  }
  if (random() < 0.3)
    clock.after(random() * 300, () => void scheduling.live.get('a')!.guard.isolate(clock.now()));
  if (random() < 0.3) {
    clock.after(300 + random() * 300, () => {
      scheduling.live.get('a')!.guard.restore(clock.now());
      scheduler.wake();
    });
  }
  do await quiet();
  while (clock.step());
  return { scheduling, ends, events: run.events };
}

function randomScheduling(random: Random, seed: number): Scheduling {
  const maybe = <Value>(chance: number, value: Value) => (random() < chance ? value : undefined);
  const guard = () => ({
    ...(random() < 0.4 && { capacity: 1 + below(random, 2) }),
    ...(random() < 0.2 && { limits: { rpm: 1 + below(random, 30) } }),
  });
  const instances = ['a', 'b', 'c'].map((name) => {
    const requires = maybe(0.3, { gpu: 0.1 * (1 + below(random, 9)) });
    return instanceOf(name, { ...guard(), ...(requires && { requires }) });
  });
  const hedge = maybe(0.3, { after: 1 + below(random, 50), max: 1 + below(random, 2) });
  const policies = { ...(hedge && { hedge }), timeouts: { firstTokenMs: 100, idleMs: 80, totalMs: 2000 } };
  const strategies = [
    'round-robin',
    'latency',
    'weighted-score',
    'least-connections',
    'consistent-hash',
  ] as const;
  const pool = (...members: readonly string[]) => ({
    strategy: strategies[below(random, strategies.length)]!,
    options: {},
    instances: members,
    guard: guard(),
    policies,
  });
  const steps: readonly FallbackStep[] = [
    { kind: 'none' },
    { kind: 'instance', name: 'c' },
    { kind: 'group', name: 'h' },
    { kind: 'answer', text: 'later' },
    { kind: 'queue' },
  ];
  const group = (...pools: readonly string[]) => ({
    tiers: pools.map((name) => ({ name, pools: [name], guard: guard(), policies: {} })),
    fallback: { ...DEFAULT_FALLBACK, exhausted: steps[below(random, steps.length)]! },
    promotion: { afterMs: 100, successes: 1 },
  });
  return startScheduling({
    instances,
    pools: { p: pool('a', 'b'), q: pool('b', 'c') },
    groups: { g: group('p', 'q'), h: group('q') },
    breaker: { minimumCalls: 2, openMs: 50, permittedProbes: 1 },
    health: { consecutiveFailures: 3, ejectionMs: 100 },
    queue: { maxLength: 1 + below(random, 5), maxWaitMs: 200, ageMs: 50 },
    resources: { gpu: 1 },
    maxConcurrent: 1 + below(random, 6),
    seed,
  });
}

function randomBehaviour(random: Random): Behaviour {
  const beginsAfterMs = random() < 0.2 ? 0 : random() * 150;
  if (random() < 0.35) return { beginsAfterMs, error: ERRORS[below(random, ERRORS.length)]! };
  const lastsMs = random() < 0.3 ? 0 : random() * 120;
  return random() < 0.1
    ? { beginsAfterMs, lastsMs, breaksOff: { code: 'connection_lost', message: 'cut' } }
    : { beginsAfterMs, lastsMs };
}

function below(random: Random, count: number): number {
  return Math.floor(random() * count);
}
