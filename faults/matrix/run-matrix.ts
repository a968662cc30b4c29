import { ask, type View } from './ask.ts';
import type { Case, Mode } from './catalogue.ts';
import type { Outcome, Trial } from './fault.ts';
import { outcomeOf } from './outcome.ts';
import { PATIENCE_MS, type Subject } from './subject.ts';
import type { Upstreams } from './upstreams.ts';

/** What became of one case in one mode. */
export interface Result {
  readonly subject: string;
  readonly case: Case;
  readonly mode: Mode;
  readonly expected: Outcome;
  readonly seen: Outcome;
  readonly millis: number;
  /** Empty where all is as it should be. */
  readonly problems: readonly string[];
}

export interface Tried {
  readonly results: readonly Result[];
  /** What is wrong that belongs to no case. */
  readonly problems: readonly string[];
}

interface Turn {
  readonly one: Case;
  readonly mode: Mode;
}

const MODES: readonly Mode[] = ['pair', 'alone'];

/** Tries every case at a gateway, several at a time; those of a protocol that it does not have are left out. */
export async function tryAll(
  subject: Subject,
  cases: readonly Case[],
  upstreams: Upstreams,
  atOnce: number,
): Promise<Tried> {
  const able = new Map<Trial, boolean>();
  for (const { trial } of cases) {
    if (able.has(trial)) continue;
    able.set(trial, outcomeOf(await subject.baseline(trial), trial, undefined) === 'healthy');
  }
  const turns = cases
    .filter(({ trial }) => able.get(trial))
    .flatMap((one) => MODES.map((mode) => ({ one, mode })));
  // What only waits is done by itself: what is large would hold it up.
  const results = [
    ...(await each(turns.filter(waits), atOnce * 4, (turn) => tryOne(subject, turn, upstreams))),
    ...(await each(
      turns.filter((turn) => !waits(turn)),
      atOnce,
      (turn) => tryOne(subject, turn, upstreams),
    )),
  ];
  const left = await subject.leftovers?.();
  return {
    results: results.map((result) => ({
      ...result,
      problems: [...result.problems, ...(left?.of(result.case, result.mode) ?? [])],
    })),
    problems: left?.ofAll ?? [],
  };
}

function waits({ one }: Turn): boolean {
  return one.fault.waits ?? false;
}

async function each(
  turns: readonly Turn[],
  atOnce: number,
  work: (turn: Turn) => Promise<Result>,
): Promise<readonly Result[]> {
  const queue = [...turns];
  const results: Result[] = [];
  const worker = async () => {
    for (let turn = queue.shift(); turn; turn = queue.shift()) results.push(await work(turn));
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}

async function tryOne(subject: Subject, { one, mode }: Turn, upstreams: Upstreams): Promise<Result> {
  const expected = one.fault.expect(one.trial)[mode];
  const askedAt = performance.now();
  const view = await subject.put(one, mode);
  const direct = await askDirectly(one, expected, upstreams);
  const seen = outcomeOf(view, one.trial, direct);
  const problems = isAsExpected(subject, expected, seen) ? [] : [`${seen}, not ${expected}`];
  const more = (await subject.examine?.(one, mode, view, askedAt)) ?? [];
  return {
    subject: subject.name,
    case: one,
    mode,
    expected,
    seen,
    millis: view.millis,
    problems: [...problems, ...more],
  };
}

/** Others may say an error in a shape of their own, and may break the connection where we send an event. */
function isAsExpected({ examine }: Subject, expected: Outcome, seen: Outcome): boolean {
  if (seen === expected) return true;
  if (examine) return false;
  const said: readonly Outcome[] = ['refused', 'passed-on', 'no-answer'];
  const told: readonly Outcome[] = ['error-event', 'broken', 'no-answer'];
  return (said.includes(expected) && said.includes(seen)) || (told.includes(expected) && told.includes(seen));
}

/** The same question put to the faulty server itself, where the answer is to pass as it is. */
async function askDirectly(one: Case, expected: Outcome, upstreams: Upstreams): Promise<View | undefined> {
  if (expected !== 'as-sent' && expected !== 'passed-on') return undefined;
  const { upstream } = one.trial.lane;
  return ask({
    url: `${upstreams.faulty(one, 'direct')}${upstream.path}`,
    headers: {},
    body: JSON.stringify(upstream.request('raw', one.trial.streaming)),
    patienceMs: PATIENCE_MS,
  });
}
