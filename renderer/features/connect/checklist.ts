import type { CallError } from '../../../core/journal/event.ts';
import type { Span } from '../../../core/journal/run-state.ts';

export type Step = 'request' | 'model' | 'tool';

export interface Checklist {
  readonly steps: Readonly<Record<Step, boolean>>;
  /** Why the newest call failed, while no model has answered yet. */
  readonly error: CallError | undefined;
}

/** How far an agent has come, from the spans of its run. */
export function checkList(spans: Iterable<Span>): Checklist {
  let request = false;
  let model = false;
  let tool = false;
  let error: CallError | undefined;
  for (const span of spans) {
    if (span.kind !== 'call') continue;
    request = true;
    model ||= span.status === 'ok' || span.routes.some((route) => route.pick.chosen !== undefined);
    tool ||= span.finishReason === 'tool_calls' || span.finishReason === 'tool_use';
    error = span.status === 'error' ? span.error : undefined;
  }
  return { steps: { request, model, tool }, error };
}
