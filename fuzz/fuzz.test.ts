import { describe, expect, it } from 'vitest';
import { vectorsOf } from './corpus.ts';
import { Dice } from './dice.ts';
import { makeCase } from './make-case.ts';
import { mutateJson, treeOf, writeTree } from './mutate-json.ts';
import { decodeWire, encodeWire, mutateWire } from './mutate-protobuf.ts';
import { LOGS_WIRE, METRICS_WIRE, tracesWire } from './otlp-wire.ts';
import { problemOf } from './shapes.ts';
import { readAnswer, type WireAnswer } from './wire-client.ts';
import { decodeExport } from '../core/journal/otlp/decode-export.ts';
import { LOGS, METRICS, TRACES } from '../core/journal/otlp/protocol.ts';

const place = { port: 1, run: 'r', token: 't' };

describe('cases', () => {
  it('are the same for the same seed and number, and others for others', () => {
    const bytes = (seed: number, index: number) => makeCase(seed, index).bytes(place).toString('latin1');
    const some = Array.from({ length: 200 }, (_, index) => bytes(7, index));
    expect(some.map((_, index) => bytes(7, index))).toEqual(some);
    expect(new Set(some).size).toBeGreaterThan(190);
    expect(bytes(8, 3)).not.toBe(bytes(7, 3));
  });

  it('reach every kind of target', () => {
    const names = new Set(Array.from({ length: 2_000 }, (_, index) => makeCase(1, index).name));
    expect([...names].toSorted()).toMatchObject({ length: 18 });
  });
});

describe('mutations', () => {
  const document = { a: [1, 'x.y', { b: null }], c: { d: true } };

  it('of JSON begin with the document as it is, and change it', () => {
    expect(JSON.parse(writeTree(treeOf(document)))).toEqual(document);
    const made = Array.from({ length: 300 }, (_, index) => mutateJson(document, new Dice(index), ['0']));
    expect(made.filter((text) => text === JSON.stringify(document)).length).toBeLessThan(10);
    expect(made.some((text) => text.includes('"__proto__":'))).toBe(true);
  });

  it('of Protocol Buffers begin with exports that are taken, and stay messages', () => {
    const read = (bytes: Uint8Array, as: typeof TRACES | typeof LOGS | typeof METRICS) =>
      decodeExport<unknown>(bytes, 'protobuf', as).ok;
    expect(read(encodeWire(tracesWire()), TRACES)).toBe(true);
    expect(read(encodeWire(LOGS_WIRE), LOGS)).toBe(true);
    expect(read(encodeWire(METRICS_WIRE), METRICS)).toBe(true);
    for (let index = 0; index < 300; index++) {
      const made = encodeWire(mutateWire(LOGS_WIRE, new Dice(index)));
      expect(() => decodeWire(made)).not.toThrow();
    }
  });

  it('of HTTP begin with the vectors, by the rules of their format', () => {
    const markdown = '```http\nGET / HTTP/1.1\nA: b\\\n c\nX: \\xff\\t\n\n\n```\n';
    expect(vectorsOf(markdown).map((bytes) => bytes.toString('latin1'))).toEqual([
      'GET / HTTP/1.1\r\nA: b c\r\nX: \u00ff\t\r\n\r\n',
    ]);
  });
});

describe('an answer', () => {
  const answerOf = (text: string, isAll = false) => readAnswer(Buffer.from(text), isAll);

  it('is read whole or not at all, with its length, in chunks, or to the end', () => {
    expect(answerOf('HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nab')).toBeUndefined();
    expect(answerOf('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nabHTTP')).toMatchObject({
      length: 40,
      answer: { status: 200, body: Buffer.from('ab') },
    });
    const chunks = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n';
    expect(answerOf(chunks)).toMatchObject({ length: chunks.length, answer: { body: Buffer.from('abc') } });
    expect(answerOf(chunks.slice(0, -3))).toBeUndefined();
    expect(answerOf('HTTP/1.1 400 No\r\n\r\nabc')).toBeUndefined();
    expect(answerOf('HTTP/1.1 400 No\r\n\r\nabc', true)).toMatchObject({
      answer: { body: Buffer.from('abc') },
    });
    expect(answerOf('nonsense\r\n\r\n')).toBe('unreadable');
  });

  const refusal = (status: number, body: object | string): WireAnswer => ({
    status,
    headers: new Map([['content-type', 'application/json']]),
    body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  });
  it('that refuses is a 4xx in the shape of its protocol', () => {
    const openai = { error: { message: 'no', type: 'invalid_request_error' } };
    const anthropic = { type: 'error', error: { message: 'no', type: 'invalid_request_error' } };
    const mcp = { jsonrpc: '2.0', id: null, error: { code: -32_600, message: 'no' } };
    expect(problemOf(refusal(400, openai), 'openai')).toBeUndefined();
    expect(problemOf(refusal(400, openai), 'anthropic')).toContain('not in the shape');
    expect(problemOf(refusal(400, anthropic), 'anthropic')).toBeUndefined();
    expect(problemOf(refusal(400, mcp), 'mcp')).toBeUndefined();
    expect(problemOf(refusal(400, { code: 3, message: 'no' }), 'otlp')).toBeUndefined();
    expect(problemOf(refusal(400, ''), 'openai')).toContain('not in the shape');
    expect(problemOf(refusal(502, openai), 'openai')).toContain('502');
    expect(problemOf(refusal(200, 'anything'), 'openai')).toBeUndefined();
  });
});
