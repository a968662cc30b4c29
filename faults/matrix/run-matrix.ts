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

const MODES: readonly Mode[] = ['pair', 'alone'];

/** Tries every case at a gateway, several at a time. */
export async function tryAll(
  subject: Subject,
  cases: readonly Case[],
  upstreams: Upstreams,
  atOnce: number,
): Promise<readonly Result[]> {
  const able = new Map<Trial, boolean>();
  for (const { trial } of cases) {
    if (able.has(trial)) continue;
    able.set(trial, outcomeOf(await subject.baseline(trial), trial, undefined) === 'healthy');
  }
  const work = cases
    .filter(({ trial }) => able.get(trial))
    .flatMap((one) => MODES.map((mode) => ({ one, mode })));
  const results: Result[] = [];
  // What only waits is done by itself: what is large would hold it up.
  const [waiting, others] = [true, false].map((waits) =>
    work.filter(({ one }) => (one.fault.waits ?? false) === waits),
  ) as [typeof work, typeof work];
  for (const [queue, workers] of [
    [waiting, atOnce * 4],
    [others, atOnce],
  ] as const) {
    const worker = async () => {
      for (let next = queue.shift(); next; next = queue.shift())
        results.push(await tryOne(subject, next.one, next.mode, upstreams));
    };
    await Promise.all(Array.from({ length: workers }, worker));
  }
  return results;
}

async function tryOne(subject: Subject, one: Case, mode: Mode, upstreams: Upstreams): Promise<Result> {
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
  const told: readonly Outcome[] = ['error-event', 'broken'];
  return (said.includes(expected) && said.includes(seen)) || (told.includes(expected) && told.includes(seen));
}

/** The same question put to the faulty server itself, where the answer is to pass as it is. */
function askDirectly(one: Case, expected: Outcome, upstreams: Upstreams): Promise<View> | undefined {
  if (expected !== 'as-sent' && expected !== 'passed-on') return undefined;
  const { upstream } = one.trial.lane;
  return ask({
    url: `${upstreams.faulty(one, 'direct')}${upstream.path}`,
    headers: {},
    body: JSON.stringify(upstream.request('raw', one.trial.streaming)),
    patienceMs: PATIENCE_MS,
  });
}
