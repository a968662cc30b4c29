import type { IdSource, SpanId } from '../base/ids.ts';
import type { McpEventData } from '../journal/mcp-events.ts';
import type { Recorder } from '../journal/recorder.ts';
import { membersAt } from './json-slice.ts';
import { isMembers, type McpRequest, type McpResult } from './message.ts';
import { keepText, type OpenRequest } from './open-request.ts';
import { shortened, subjectOf } from './request-facts.ts';

/** Rounds that wait for the agent; the oldest is given up for a further one. */
const MOST_WAITING = 256;

/** Where a request belongs that brings what the server asked for. */
export interface Continuation {
  /** The span of the first round. */
  readonly first: SpanId;
  readonly round: number;
}

interface Asked extends Continuation {
  readonly recorder: Recorder;
  readonly method: string;
  readonly subject: string | undefined;
  readonly state: unknown;
  readonly inputs: ReadonlyMap<string, { readonly spanId: SpanId; readonly parentSpanId: SpanId }>;
}

type Facts = Pick<McpEventData['mcp-request-received'], 'server' | 'transport' | 'protocolVersion'>;

/**
 * Multi round-trip requests (2026-07-28, "Multi Round-Trip Requests"): instead of a result the server names the inputs
 * that it lacks, and the agent sends its request again with them, under a new id. Each input is a span below the round
 * that asked for it, from then until the next round brings it; the rounds after the first are spans below that one.
 */
export class InputRounds {
  private readonly ids: IdSource;
  private waiting: Asked[] = [];

  constructor(ids: IdSource) {
    this.ids = ids;
  }

  /** The answer to `open` asks for input. */
  ask(open: OpenRequest, { result, text }: McpResult, facts: Facts): void {
    const { recorder, request, span, round } = open;
    const wanted = isMembers(result['inputRequests']) ? result['inputRequests'] : {};
    const inputs = new Map(
      [...membersAt(text, 'result', 'inputRequests')].map(([key, written]) => {
        const input = Object.hasOwn(wanted, key) ? wanted[key] : undefined;
        const child = { spanId: this.ids.spanId(), parentSpanId: span.spanId };
        const { method, params } = isMembers(input) ? input : {};
        const named = { method: typeof method === 'string' ? method : 'unknown', params };
        const subject = subjectOf({ ...named, params: isMembers(params) ? params : {} });
        const data = {
          ...facts,
          from: 'server' as const,
          method: shortened(named.method),
          requestId: shortened(key),
          ...(subject !== undefined && { subject }),
          body: keepText(recorder, written),
        };
        recorder.append('mcp-request-received', data, child);
        return [key, child] as const;
      }),
    );
    this.waiting.push({
      recorder,
      method: request.method,
      subject: subjectOf(request),
      state: result['requestState'],
      inputs,
      first: round === 1 ? span.spanId : span.parentSpanId,
      round,
    });
    while (this.waiting.length > MOST_WAITING) this.end(this.waiting.shift()!, new Map());
  }

  /** The round that a request continues: that with the same state, or which asked for what it brings. */
  resume(request: McpRequest, recorder: Recorder): Continuation | undefined {
    const { inputResponses, requestState } = request.params;
    if (inputResponses === undefined && requestState === undefined) return undefined;
    const responses = isMembers(inputResponses) ? inputResponses : {};
    const asked = this.waiting.findLast(
      (one) =>
        one.recorder.runId === recorder.runId &&
        one.method === request.method &&
        one.subject === subjectOf(request) &&
        one.state === requestState &&
        Object.keys(responses).every((key) => requestState !== undefined || one.inputs.has(key)),
    );
    if (!asked) return undefined;
    this.waiting = this.waiting.filter((one) => one !== asked);
    this.end(asked, membersAt(request.text, 'params', 'inputResponses'));
    return { first: asked.first, round: asked.round + 1 };
  }

  private end({ recorder, inputs }: Asked, responses: ReadonlyMap<string, string>): void {
    for (const [key, span] of inputs) {
      const response = responses.get(key);
      if (response === undefined) recorder.append('mcp-request-cancelled', { by: 'client' }, span);
      else recorder.append('mcp-response-sent', { outcome: 'ok', body: keepText(recorder, response) }, span);
    }
  }
}
