import type { OtlpLogRecord, OtlpSpan } from './protocol.ts';
import { isValidSpanId, isValidTraceId } from './traceparent.ts';

/** What is wrong with a span, so that it cannot be recorded although the export around it can. */
export function problemOf(span: OtlpSpan): string | undefined {
  const { traceId, spanId, parentSpanId, startTimeUnixNano: start, endTimeUnixNano: end } = span;
  if (!isValidTraceId(traceId)) return 'without a trace id of 16 bytes that are not all zero';
  if (!isValidSpanId(spanId)) return 'without a span id of 8 bytes that are not all zero';
  if (parentSpanId !== '' && !/^[0-9a-f]{16}$/.test(parentSpanId))
    return 'with a parent id that is not of 8 bytes';
  if (start === 0n) return 'without a start time';
  // Without an end, it is still under way: some exporters announce a span before they report it.
  if (end !== 0n && end < start) return 'that ends before it starts';
  return undefined;
}

/** The ids of a log record are optional, but where they are they must be whole. */
export function problemOfLog({ traceId, spanId }: OtlpLogRecord): string | undefined {
  if (traceId !== '' && !isValidTraceId(traceId))
    return 'with a trace id that is not of 16 bytes, or all zero';
  if (spanId !== '' && !isValidSpanId(spanId)) return 'with a span id that is not of 8 bytes, or all zero';
  return undefined;
}
