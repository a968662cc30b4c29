/** A span of somebody else, as W3C Trace Context names it: lower-case hex. */
export interface RemoteSpan {
  readonly traceId: string;
  readonly spanId: string;
}

/** What may come after the flags is for versions after 00, which must be read as far as they are known. */
const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?$/;

/** The caller that a `traceparent` header names (W3C Trace Context, § 3.2); nothing where it is not a valid one. */
export function parseTraceparent(header: string | undefined): RemoteSpan | undefined {
  const [, version, traceId = '', spanId = '', more] = TRACEPARENT.exec(header ?? '') ?? [];
  if (version === undefined || version === 'ff' || (version === '00' && more !== undefined)) return undefined;
  return isValidTraceId(traceId) && isValidSpanId(spanId) ? { traceId, spanId } : undefined;
}

/** Lower-case hex, and not all zero, which stands for none. */
export function isValidTraceId(id: string): boolean {
  return /^[0-9a-f]{32}$/.test(id) && !/^0+$/.test(id);
}

export function isValidSpanId(id: string): boolean {
  return /^[0-9a-f]{16}$/.test(id) && !/^0+$/.test(id);
}
