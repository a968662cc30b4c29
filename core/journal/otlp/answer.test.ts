import { describe, expect, it } from 'vitest';
import { encodeStatus, encodeSuccess, Rejections, RPC_CODES } from './answer.ts';

const parsed = (bytes: Uint8Array): unknown => JSON.parse(new TextDecoder().decode(bytes));
const none = { count: 0, message: '' };

describe('the answer to an export', () => {
  it('is empty where all was taken', () => {
    expect(parsed(encodeSuccess('json', 'traces', none))).toEqual({});
    expect(encodeSuccess('protobuf', 'traces', none)).toHaveLength(0);
  });

  it.each([
    ['traces', 'rejectedSpans'],
    ['logs', 'rejectedLogRecords'],
    ['metrics', 'rejectedDataPoints'],
  ] as const)('says how many of the %s were not', (signal, member) => {
    const rejected = { count: 300, message: 'no' };
    expect(parsed(encodeSuccess('json', signal, rejected))).toEqual({
      partialSuccess: { [member]: '300', errorMessage: 'no' },
    });
    // Field 1, 7 bytes: field 1 = 300, field 2 = "no".
    expect([...encodeSuccess('protobuf', signal, rejected)]).toEqual([10, 7, 8, 0xac, 2, 18, 2, 110, 111]);
  });

  it('is a google.rpc.Status where it was refused', () => {
    expect(parsed(encodeStatus('json', RPC_CODES.invalidArgument, 'no'))).toEqual({ code: 3, message: 'no' });
    expect([...encodeStatus('protobuf', RPC_CODES.invalidArgument, 'no')]).toEqual([8, 3, 18, 2, 110, 111]);
  });
});

describe('what was rejected', () => {
  it('is summed up by its reasons', () => {
    const rejections = new Rejections();
    expect(rejections.sum('span')).toEqual(none);
    for (const problem of ['without a start time', 'that ends before it starts', 'without a start time']) {
      rejections.add(problem);
    }
    expect(rejections.sum('span')).toEqual({
      count: 3,
      message: 'Not recorded: 2 spans without a start time; 1 span that ends before it starts.',
    });
  });
});
