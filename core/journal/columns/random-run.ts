import type { SpanId } from '../../base/ids.ts';
import { seededRandom } from '../../base/random.ts';
import { NANOS_PER_MILLI } from '../../base/units.ts';
import type { JournalEvent } from '../event.ts';
import { recordRun } from '../recorded-events.ts';
import type { SpanReport } from '../span-report.ts';
import type { ChainedEvent } from './load-span.ts';
import { RunProjection } from './run-projection.ts';

/**
 * A run of calls, attempts and reported spans that overlap, come late, come twice and before their parents; some are
 * still open at its end.
 */
export function randomRun(seed: number, steps: number): readonly JournalEvent[] {
  const random = seededRandom(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const { recorder, events, ids, advance } = recordRun();
  const calls: { readonly id: SpanId; readonly attempts: SpanId[] }[] = [];
  const reported: { readonly id: SpanId; readonly trace: string }[] = [];
  const root = recorder.rootSpanId;
  const body = { bytes: 4, parts: ['x'] };

  const begin = () => {
    const id = ids.spanId();
    calls.push({ id, attempts: [] });
    const data = {
      dialect: 'openai',
      operation: 'chat',
      method: 'POST',
      path: '/',
      streaming: true,
    } as const;
    const about = { model: `model ${below(3)}`, attribution: 'prefix', headers: {}, body } as const;
    const parent = reported.length > 0 && below(3) === 0 ? reported[below(reported.length)] : undefined;
    const remoteParent = parent && { traceId: parent.trace, spanId: parent.id };
    const span = { spanId: id, parentSpanId: root };
    recorder.append('call-received', { ...data, ...about, ...(remoteParent && { remoteParent }) }, span);
  };
  const attempt = () => {
    const call = calls[below(calls.length)];
    if (!call) return;
    const span = { spanId: ids.spanId(), parentSpanId: call.id };
    call.attempts.push(span.spanId);
    const data = { instance: `instance ${below(4)}`, provider: 'p', endpoint: 'http://127.0.0.1' };
    recorder.append('attempt-started', { attempt: call.attempts.length, ...data }, span);
    if (below(2) === 0) recorder.append('first-token-received', {}, span);
    if (below(2) === 0) recorder.append('attempt-ended', { outcome: 'ok' }, span);
  };
  const end = () => {
    const [call] = calls.splice(below(calls.length), 1);
    if (!call) return;
    const usage = { input: below(100), output: below(100) };
    recorder.append(
      'call-ended',
      { outcome: below(4) === 0 ? 'error' : 'ok', usage },
      { spanId: call.id, parentSpanId: root },
    );
  };
  const report = () => {
    const again = reported.length > 0 && below(4) === 0 ? reported[below(reported.length)] : undefined;
    const id = again?.id ?? ids.spanId();
    // The same id in another trace is another span.
    const trace = again && below(2) === 0 ? again.trace : (below(2) + 1).toString(16).padStart(32, '0');
    reported.push({ id, trace });
    const parents = [
      root,
      ...reported.map((span) => span.id),
      (below(40) + 1).toString(16).padStart(16, '0'),
    ];
    const parentSpanId = parents[below(parents.length)] as SpanId;
    recorder.append('span-reported', spanReport(trace, events.at(-1)!, below(3)), {
      spanId: id,
      parentSpanId,
    });
  };
  const log = () => {
    const spanId = below(2) === 0 ? root : (calls[below(calls.length)]?.id ?? root);
    recorder.append('log-written', { stream: 'stdout', text: `line ${below(100)}` }, { spanId });
  };
  const acts = [begin, begin, attempt, attempt, end, report, report, log];
  for (let step = 0; step < steps; step++) {
    advance(below(3));
    acts[below(acts.length)]!();
  }
  if (below(2) === 0) recorder.append('run-ended', { status: 'completed' });
  return events;
}

/** Its projection; `step` sees it after every event. */
export function projectRandomly(
  seed: number,
  steps: number,
  step: (projection: RunProjection) => void = () => undefined,
): RunProjection {
  const rows: ChainedEvent[] = [];
  let projection: RunProjection | undefined;
  for (const event of randomRun(seed, steps)) {
    const known = projection;
    projection ??= RunProjection.begin(event, (seq) => rows[seq - 1]!);
    rows.push({ event, previous: known?.apply(event) ?? 0 });
    step(projection);
  }
  return projection!;
}

function spanReport(traceId: string, newest: JournalEvent, attributes: number): SpanReport {
  const at = BigInt(Math.round(newest.wallTime)) * BigInt(NANOS_PER_MILLI);
  return {
    details: { bytes: 2, parts: ['y'] },
    traceId,
    name: `reported ${attributes}`,
    role: 'internal',
    startTime: String(at - 1_000_000n),
    ...(attributes > 0 && { endTime: String(at) }),
    status: 'ok',
    meaning: { activity: 'llm' },
    sources: {},
    attributes: Array.from({ length: attributes }, (_, index) => ({ key: `k${index}`, value: index })),
    events: [],
    links: [],
  };
}
