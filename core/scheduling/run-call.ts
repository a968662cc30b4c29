import { unreachable } from '../base/result.ts';
import type { Task } from '../journal/task.ts';
import type { CallError, RouteTarget } from '../journal/event.ts';
import type { Pick } from '../journal/pick.ts';
import type { Recorder } from '../journal/recorder.ts';
import type { Instance } from '../registry/instance.ts';
import { demandOf, type Pool } from '../routing/routing-table.ts';
import { attemptCall } from './attempt.ts';
import type { Call } from './call.ts';
import {
  giveUp,
  refuse,
  refuseUnserved,
  type CallLife,
  type CallPorts,
  type FailedAttempt,
} from './end-call.ts';
import { headerOf, recordedRequestHeaders } from './headers.ts';
import type { Reply } from './reply.ts';

/** Where a call may go: to the members of a pool, to the provider it was meant for, or nowhere. */
export type Destination =
  | { readonly kind: 'pool'; readonly pool: Pool; readonly maxAttempts: number }
  | { readonly kind: 'pass-through'; readonly provider: string; readonly endpoint: string }
  | { readonly kind: 'refused'; readonly status: number; readonly error: CallError };

/** One token is about four bytes of JSON: enough to tell which context windows cannot hold a call. */
const BYTES_PER_TOKEN = 4;
/** What a call is taken to be answered with where it does not say how much it wants. */
const EXPECTED_OUTPUT_TOKENS = 256;

/**
 * The life of a call: received → routed → attempted (a failure before the first byte loops back to routed, at another
 * instance) → streaming → ended. Every step is in the journal; the client's answer is the upstream's, byte for byte.
 * Resolves when the call has ended; never rejects for what an agent or an upstream does.
 */
export async function runCall(
  ports: CallPorts,
  recorder: Recorder,
  call: Call,
  destination: Destination,
  reply: Reply,
): Promise<void> {
  const life: CallLife = { ports, recorder, call, reply, spanId: ports.ids.spanId() };
  recordReceived(life);
  switch (destination.kind) {
    case 'refused':
      return refuse(life, destination.status, destination.error);
    case 'pass-through':
      return passToProvider(life, destination);
    case 'pool':
      return tryPool(life, destination.pool, destination.maxAttempts);
    default:
      unreachable(destination);
  }
}

function recordReceived({ recorder, call, spanId }: CallLife): void {
  const clientRetry = Number(headerOf(call.headers, 'x-stainless-retry-count') ?? Number.NaN);
  recorder.append(
    'call-received',
    {
      dialect: call.dialect,
      operation: call.operation,
      method: call.method,
      path: call.path,
      ...(call.model !== undefined && { model: call.model }),
      streaming: call.streaming,
      attribution: call.attribution,
      headers: recordedRequestHeaders(call.headers),
      ...(call.body.length > 0 && { body: recorder.keepBody(call.body) }),
      ...(Number.isInteger(clientRetry) && { clientRetry }),
    },
    { spanId, parentSpanId: recorder.rootSpanId },
  );
}

async function tryPool(life: CallLife, pool: Pool, maxAttempts: number): Promise<void> {
  const tried = new Set<string>();
  const task = taskOf(life.call);
  let last: FailedAttempt | undefined;
  life.ports.retries.countCall();
  for (let number = 1; number <= maxAttempts; number++) {
    const pick = pool.pick({ tried, task, affinity: life.recorder.runId });
    if (pick.chosen === undefined && last) break;
    recordRouted(life, number, pool.target, pick, last?.error);
    const instance = pool.members.find((member) => member.name === pick.chosen);
    if (!instance) return refuseUnserved(life, pick);
    tried.add(instance.name);
    const end = await attemptCall(life, { number, instance, demand: demandOf(task, tried) });
    if (end === 'ended') return;
    last = end;
    const isLast = number === maxAttempts || tried.size === pool.members.length;
    if (isLast || !end.retryable || !life.ports.retries.take()) break;
  }
  giveUp(life, last!);
}

async function passToProvider(
  life: CallLife,
  { provider, endpoint }: Extract<Destination, { kind: 'pass-through' }>,
): Promise<void> {
  const model = life.call.model ?? '';
  const instance: Instance = {
    name: provider,
    provider,
    category: 'llm',
    endpoint,
    model,
    weight: 1,
    priority: 1,
    maintenance: false,
  };
  const considered = [{ instance: provider, terms: {} }];
  const pick: Pick = { strategy: 'pass-through', chosen: provider, probability: 1, considered, inputs: {} };
  recordRouted(life, 1, { kind: 'pass-through', name: provider }, pick, undefined);
  const end = await attemptCall(life, { number: 1, instance });
  if (end !== 'ended') giveUp(life, end);
}

function recordRouted(
  { recorder, spanId }: CallLife,
  attempt: number,
  target: RouteTarget,
  pick: Pick,
  after: CallError | undefined,
): void {
  const span = { spanId, parentSpanId: recorder.rootSpanId };
  recorder.append('call-routed', { attempt, target, pick, ...(after && { after }) }, span);
}

function taskOf(call: Call): Task {
  return {
    category: 'llm',
    model: call.model ?? '',
    streaming: call.streaming,
    inputTokens: Math.ceil(call.body.length / BYTES_PER_TOKEN),
    outputTokens: call.maxOutputTokens ?? EXPECTED_OUTPUT_TOKENS,
    ...(call.maxOutputTokens !== undefined && { maxOutputTokens: call.maxOutputTokens }),
    tools: call.tools,
    complexity: 0.5,
    capabilities: [],
    priority: 5,
    urgent: false,
  };
}
