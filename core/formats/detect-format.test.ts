import { describe, expect, it } from 'vitest';
import { detectCompression, detectFormat } from './detect-format.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('detectFormat', () => {
  it.each([
    ['otlp-json', '{"resourceSpans":[{"resource":{}}]}'],
    ['otlp-json', '{"resourceLogs":[]}'],
    ['jaeger', '{"data":[{"traceID":"1","spans":[{"spanID":"2"}]}]}'],
    ['jaeger', '[{"traceID":"1","spans":[]}]'],
    ['zipkin', '[[{"traceId":"1","id":"2","name":"get"}]]'],
    ['chrome', '{"displayTimeUnit":"ms","traceEvents":[]}'],
    ['chrome', '[\n{"name":"a","ph":"B","pid":1,"ts":0},\n'],
    ['chrome', '{"metadata":{"source":"DevTools","hardwareConcurrency":8,"sourceMaps":[{'],
    ['chrome', '[]'],
    ['speedscope', '{"$schema":"x","profiles":[],"shared":{"frames":[]}}'],
    ['har', '\uFEFF{"log":{"version":"1.2","creator":{},"entries":[]}}'],
    ['openinference', '{"data":[{"name":"a","context":{"trace_id":"1","span_id":"2"}}],"next_cursor":null}'],
    ['openinference', '{"name":"a","context.span_id":"2","context.trace_id":"1"}'],
    ['langfuse', '{"trace":{"id":"1","projectId":"p"},"observations":[]}'],
    [
      'langfuse',
      '[{"id":"1","traceId":"2","type":"SPAN","level":"DEFAULT","startTime":"2024-01-01T00:00:00Z"}]',
    ],
  ])('knows %s by %s', (format, text) => {
    expect(detectFormat(bytes(text))).toEqual({ ok: true, value: format });
  });

  it('knows Protocol Buffers by their first field, alone or after a length', () => {
    for (const start of [[], [0x2c], [0, 0, 0, 0x2c]]) {
      const given = Uint8Array.from([...start, 0x0a, 0x2a, 0x0a, 0x04, 0x01, 0x02]);
      expect(detectFormat(given)).toEqual({ ok: true, value: 'otlp-protobuf' });
    }
  });

  it('is not led astray by what stands deep in a file, or in its texts', () => {
    const args = { a: { b: { c: { resourceSpans: [] } } }, text: '{"log":{"entries":[]}}' };
    const text = JSON.stringify([{ name: 'x', ph: 'X', pid: 1, ts: 0, args }]);
    expect(detectFormat(bytes(text))).toEqual({ ok: true, value: 'chrome' });
  });

  it.each([
    ['', 0, /^The file is empty\. Looked for OTLP/],
    [' \n ', 0, /^There is nothing but white space/],
    ['a;b;c 12\n', 0, /^It begins with "a", and not as JSON or Protocol Buffers do/],
    ['\n<html>', 1, /^It begins with "<"/],
    [
      '{"meta":{"version":4},"threads":[]}',
      0,
      /^It is JSON that begins with "meta", "version", "threads"\. Looked/,
    ],
    ['{}', 0, /^It is JSON that has no members/],
  ])('says of %j where and why it is none', (text, offset, reason) => {
    const found = detectFormat(bytes(text));
    expect(found).toMatchObject({ ok: false, error: { offset, reason: expect.stringMatching(reason) } });
  });
});

describe('detectCompression', () => {
  it('knows gzip and zstd', () => {
    expect(detectCompression(Uint8Array.from([0x1f, 0x8b, 8]))).toBe('gzip');
    expect(detectCompression(Uint8Array.from([0x28, 0xb5, 0x2f, 0xfd]))).toBe('zstd');
    expect(detectCompression(bytes('[]'))).toBeUndefined();
  });
});
