import { setTimeout as sleep } from 'node:timers/promises';
import type { HostInfo, InstanceInfo, Span, SpanList } from '../../core/api/contract.ts';
import { request } from '../../core/api/client.ts';
import type { RunId } from '../../core/base/ids.ts';
import type { AttemptSpan, CallSpan } from '../../core/journal/run-state.ts';
import type { RunningHost } from '../../e2e/support/host.ts';
import type { View } from './ask.ts';
import type { Case, Mode } from './catalogue.ts';
import type { Expectation } from './fault.ts';
import { LONGEST_WAIT_MS, MOST_ATTEMPTS, nameOf } from './matrix-config.ts';
import type { Upstreams } from './upstreams.ts';

interface Examined {
  readonly host: RunningHost;
  readonly upstreams: Upstreams;
  readonly run: RunId;
  readonly one: Case;
  readonly mode: Mode;
  readonly view: View;
  /** `performance.now()` before the call. */
  readonly askedAt: number;
}

/** What the journal, the instance's figures and the faulty server say of a call, against what was expected. */
export async function examineCall(examined: Examined): Promise<readonly string[]> {
  const { upstreams, one, mode, view } = examined;
  const expected = one.fault.expect(one.trial);
  const outcome = expected[mode];
  const problems: string[] = [];
  const check = (holds: boolean, words: string) => {
    if (!holds) problems.push(words);
  };
  const found = await findCall(examined);
  if (!found) return ['the journal does not hold the end of the call'];
  const { call, attempts } = found;

  const isSuccess = outcome === 'healthy' || outcome === 'as-sent';
  const status = outcome === 'passed-on' && expected.error === undefined ? 'ok' : isSuccess ? 'ok' : 'error';
  check(call.status === status, `the call is ${call.status}, not ${status}`);
  check(
    call.httpStatus === view.status,
    `the journal says ${call.httpStatus}, the client saw ${view.status}`,
  );
  if (one.trial.streaming) {
    const verdict =
      outcome === 'healthy'
        ? 'complete'
        : outcome === 'refused' || outcome === 'passed-on'
          ? undefined
          : expected.verdict;
    check(call.verdict === verdict, `the verdict is ${call.verdict}, not ${verdict}`);
  }

  const faulty = attempts.filter(({ instance }) => instance.startsWith('bad.'));
  const healthy = attempts.filter(({ instance }) => instance.startsWith('good.'));
  const tries = triesOf(expected, mode);
  check(faulty.length === tries, `${faulty.length} attempts at the faulty instance, not ${tries}`);
  const rescued = outcome === 'healthy' ? 1 : 0;
  check(healthy.length === rescued, `${healthy.length} attempts at the healthy instance, not ${rescued}`);
  for (const { instance, status } of attempts)
    check(status !== 'running', `the attempt at ${instance} has no end`);
  for (const { error } of faulty) checkError(error?.code);
  function checkError(code: string | undefined): void {
    const { error } = expected;
    const fits = error instanceof RegExp ? code !== undefined && error.test(code) : code === error;
    check(fits, `the error is ${code}, not ${error}`);
  }
  if (typeof one.fault.does === 'object' && 'acts' in one.fault.does) {
    const seen = upstreams.seenByFaulty(one, mode).length;
    check(seen === tries, `the faulty server has seen ${seen} requests, not ${tries}`);
  }
  if (expected.coolsMs !== undefined) problems.push(...(await examineCooling(examined, expected.coolsMs)));
  return problems;
}

/** Nobody can do better, or there is no time left. */
const NOT_RETRIED = new Set(['translation_refused', 'untranslatable_answer', 'total_timeout']);

/** How often the faulty one is asked: again only where it may well answer, and is not left alone for too long. */
function triesOf({ pair, error, coolsMs = 0 }: Expectation, mode: Mode): number {
  const retried = pair === 'healthy' && !NOT_RETRIED.has(String(error)) && coolsMs <= LONGEST_WAIT_MS;
  return mode === 'alone' && retried ? MOST_ATTEMPTS : 1;
}

/** For how long the instance is left alone. */
async function examineCooling(
  { host, one, mode, askedAt }: Examined,
  coolsMs: number,
): Promise<readonly string[]> {
  const { instances } = await request<HostInfo>(host.api, '/api/host');
  const { coolForMs = 0 } = instances.find(({ name }) => name === `bad.${nameOf(one, mode)}`) ?? {};
  // A date has no milliseconds.
  const least = coolsMs - (performance.now() - askedAt) - 1_000;
  const fits = coolForMs <= coolsMs && coolForMs >= least;
  return fits ? [] : [`it is left alone for ${coolForMs} ms, not ${coolsMs}`];
}

/** After everything: what the faulty instance of a case is thought to be worth, and that nothing of it is left over. */
export function examineInstance(
  instances: ReadonlyMap<string, InstanceInfo>,
  one: Case,
  mode: Mode,
): readonly string[] {
  const instance = instances.get(`bad.${nameOf(one, mode)}`);
  if (!instance) return ['the host does not know the faulty instance'];
  const problems: string[] = [];
  const expected = one.fault.expect(one.trial);
  const { successRate, breaker, outstanding } = instance;
  const rate = { success: 1, failure: 0, ignored: undefined }[expected.counts];
  if (successRate !== rate) problems.push(`its success rate is ${successRate}, not ${rate}`);
  const opens =
    expected.counts === 'failure' && triesOf(expected, mode) >= (mode === 'pair' ? 1 : MOST_ATTEMPTS);
  if ((breaker === 'open') !== opens) problems.push(`its breaker is ${breaker}`);
  if (outstanding !== 0) problems.push(`it still has ${outstanding} attempts`);
  return problems;
}

/** The call of this view, once the journal has its end: that is written a moment after the client has it. */
async function findCall({
  host,
  run,
  one,
  mode,
}: Examined): Promise<{ readonly call: CallSpan; readonly attempts: readonly AttemptSpan[] } | undefined> {
  const deadline = performance.now() + 5_000;
  for (;;) {
    const { spans } = await request<SpanList>(host.api, `/api/runs/${run}/spans`);
    const call = spans.find((span): span is CallSpan => isCallOf(span, nameOf(one, mode)));
    if (call && call.status !== 'running') {
      const attempts = spans.filter(
        (span): span is AttemptSpan => span.kind === 'attempt' && span.parentId === call.id,
      );
      return { call, attempts };
    }
    if (performance.now() > deadline) return undefined;
    await sleep(20);
  }
}

function isCallOf(span: Span, target: string): boolean {
  return span.kind === 'call' && span.model === target;
}
