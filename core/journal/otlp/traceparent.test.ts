import { describe, expect, it } from 'vitest';
import { parseTraceparent } from './traceparent.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = 'b7ad6b7169203331';

// W3C Trace Context, §§ 3.2.2 and 3.2.3, and its examples.
describe('traceparent', () => {
  it.each([
    [`00-${traceId}-${spanId}-01`],
    [`00-${traceId}-${spanId}-00`],
    [`cc-${traceId}-${spanId}-01`],
    [`cc-${traceId}-${spanId}-01-what-the-future-will-be-like`],
  ])('%s is one', (header) => {
    expect(parseTraceparent(header)).toEqual({ traceId, spanId });
  });

  it.each([
    [undefined],
    [''],
    [`ff-${traceId}-${spanId}-01`],
    [`00-${traceId}-${spanId}-01-more`],
    [`cc-${traceId}-${spanId}-01.what-the-future-will-not-be-like`],
    [`00-${traceId}-${spanId}`],
    [`00-${traceId.toUpperCase()}-${spanId}-01`],
    [`00-${'0'.repeat(32)}-${spanId}-01`],
    [`00-${traceId}-${'0'.repeat(16)}-01`],
    [`00-${traceId.slice(1)}-${spanId}-01`],
    [`00-${traceId}-${spanId}-0`],
    [` 00-${traceId}-${spanId}-01`],
  ])('%s is none', (header) => {
    expect(parseTraceparent(header)).toBeUndefined();
  });
});
