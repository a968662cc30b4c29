import { TRIALS, keyOf, type Case, type Mode } from './catalogue.ts';
import type { Trial } from './fault.ts';
import type { Upstreams } from './upstreams.ts';

/** Attempts of a call before it is given up. */
export const MOST_ATTEMPTS = 2;
/** Whoever has to wait longer for a place is refused. */
export const LONGEST_WAIT_MS = 400;

/** The deadlines of an instance whose fault is that it lets one wait. */
const SHORT = '{ first_token_ms = 500, idle_ms = 500, total_ms = 2_000 }';

/**
 * For every case two targets: `pair`, the faulty instance before a healthy one, and `alone`, the faulty one by itself. Its
 * breaker opens when as many failures were counted as there should be attempts.
 */
export function matrixConfig(cases: readonly Case[], upstreams: Upstreams): string {
  return [
    `[queue]\nmax_wait_ms = ${LONGEST_WAIT_MS}`,
    `[retry]\nmax_attempts = ${MOST_ATTEMPTS}\nbase_ms = 10\ncap_ms = 20\nbudget_share = 1.0`,
    // What is being counted is each instance by itself, not in comparison.
    '[health]\nconsecutive_failures = 1_000\nsuccess_rate = { minimum_hosts = 1_000 }',
    ...TRIALS.map(healthyInstance),
    ...cases.flatMap((one) => [targetOf(one, 'pair'), targetOf(one, 'alone')]),
    '',
  ].join('\n\n');

  function healthyInstance(trial: Trial): string {
    const name = `good.${keyOf(trial)}`;
    const endpoint = upstreams.healthy(trial, 'ours');
    return [
      provider(name, endpoint, trial),
      `[instances."${name}"]`,
      `provider = "${name}"`,
      'priority = 2',
      modelOf(trial),
    ].join('\n');
  }

  function targetOf(one: Case, mode: Mode): string {
    const { trial, fault } = one;
    const name = nameOf(one, mode);
    const healthy = `good.${keyOf(trial)}`;
    const faulty = [
      provider(`bad.${name}`, upstreams.faulty(one, mode), trial),
      `[instances."bad.${name}"]`,
      `provider = "bad.${name}"`,
      modelOf(trial),
      `breaker = { minimum_calls = ${mode === 'pair' ? 1 : MOST_ATTEMPTS}, failure_rate = 1.0, open_ms = 300_000 }`,
    ];
    // What waits for its total has no time for another try: only another tier has more.
    if (mode === 'pair' && fault.waits) return [...faulty, ...tiers(name, `bad.${name}`, healthy)].join('\n');
    const members = mode === 'pair' ? [`bad.${name}`, healthy] : [`bad.${name}`];
    const waits = fault.waits ? [`timeouts = ${SHORT}`] : [];
    return [...faulty, ...waits, ...poolOf(name, members)].join('\n');
  }
}

function poolOf(name: string, members: readonly string[]): readonly string[] {
  return [
    `[pools."${name}"]`,
    'strategy = "priority"',
    // Now and then it would try the others.
    'options = { exploration = 0.0 }',
    `instances = [${members.map((member) => `"${member}"`).join(', ')}]`,
  ];
}

function tiers(name: string, first: string, second: string): readonly string[] {
  return [
    ...poolOf(`first.${name}`, [first]),
    ...poolOf(`second.${name}`, [second]),
    `[[groups."${name}".tiers]]\nname = "first"\npools = ["first.${name}"]`,
    `timeouts = ${SHORT}\nretry = { max_attempts = 1 }`,
    `[[groups."${name}".tiers]]\nname = "second"\npools = ["second.${name}"]`,
  ];
}

export function nameOf({ key }: Case, mode: Mode): string {
  return `${key}.${mode}`;
}

function provider(name: string, endpoint: string, { lane }: Trial): string {
  const category = { embeddings: 'embedding', service: 'vector-db' }[lane.name as 'service'] ?? 'llm';
  const dialect = lane.upstream.family === 'anthropic' ? '\ndialect = "anthropic"' : '';
  return `[providers."${name}"]\nendpoint = "${endpoint}"\ncategory = "${category}"${dialect}`;
}

function modelOf({ lane }: Trial): string {
  return lane.name === 'service' ? '' : 'model = "raw"';
}
