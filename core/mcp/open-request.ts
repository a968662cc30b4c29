import type { SpanId } from '../base/ids.ts';
import type { McpSide } from '../journal/mcp-events.ts';
import type { Recorder } from '../journal/recorder.ts';
import type { McpRequest } from './message.ts';

/** A request that is under way, with the span that it opened in a run. */
export interface OpenRequest {
  readonly from: McpSide;
  readonly request: McpRequest;
  readonly recorder: Recorder;
  readonly span: { readonly spanId: SpanId; readonly parentSpanId: SpanId };
  /** From 2 where the server asked for input before; the first of the rounds is its parent. */
  readonly round: number;
}

/** Keeps a message, or a piece of one, with the run. */
export function keepText(recorder: Recorder, text: string) {
  return recorder.keepBody(new TextEncoder().encode(text));
}
