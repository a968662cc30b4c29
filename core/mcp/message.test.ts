import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failureText, readMessages, sameId } from './message.ts';

const read = (value: unknown) =>
  readMessages(JSON.stringify(value))?.map((message) => ({ ...message, text: undefined }));

describe('JSON-RPC messages', () => {
  // JSON-RPC 2.0, and the examples of MCP's base protocol.
  it.each([
    [
      { jsonrpc: '2.0', id: 1, method: 'tools/list' },
      { kind: 'request', id: 1, method: 'tools/list', params: {} },
    ],
    [
      { jsonrpc: '2.0', id: 'a', method: 'ping', params: { _meta: {} } },
      { kind: 'request', id: 'a', method: 'ping', params: { _meta: {} } },
    ],
    [
      { jsonrpc: '2.0', method: 'notifications/initialized' },
      { kind: 'notification', method: 'notifications/initialized', params: {} },
    ],
    [
      { jsonrpc: '2.0', id: 1, result: {} },
      { kind: 'result', id: 1, result: {} },
    ],
    [
      { jsonrpc: '2.0', id: 1, error: { code: -32_601, message: 'Method not found' } },
      { kind: 'failure', id: 1, error: { code: -32_601, message: 'Method not found' } },
    ],
    [
      { jsonrpc: '2.0', id: null, error: { code: -32_700, message: 'Parse error', data: 0 } },
      { kind: 'failure', error: { code: -32_700, message: 'Parse error', data: 0 } },
    ],
    [
      { jsonrpc: '2.0', error: { code: 'odd' } },
      { kind: 'failure', error: { code: 0, message: '' } },
    ],
  ])('reads %j', (value, message) => {
    expect(read(value)).toEqual([{ ...message, text: undefined }]);
  });

  it.each([
    ['another version', { jsonrpc: '1.0', id: 1, method: 'ping' }],
    ['no version', { id: 1, method: 'ping' }],
    ['an id that is none', { jsonrpc: '2.0', id: {}, method: 'ping' }],
    ['the id null, which MCP forbids', { jsonrpc: '2.0', id: null, method: 'ping' }],
    ['nothing to say', { jsonrpc: '2.0', id: 1 }],
    ['an answer to nothing', { jsonrpc: '2.0', result: {} }],
    ['an empty batch', []],
    ['a batch with something else in it', [{ jsonrpc: '2.0', method: 'a' }, 1]],
    ['a number', 1],
  ])('does not take for a message what has %s', (_, value) => {
    expect(read(value)).toBeUndefined();
  });

  it.each([
    ['9007199254740993', 9_007_199_254_740_993n],
    ['-12345678901234567890', -12_345_678_901_234_567_890n],
    ['9007199254740991', 9_007_199_254_740_991],
    ['1.5', 1.5],
    ['1e25', 1e25],
    ['"9007199254740993"', '9007199254740993'],
  ])('keeps the id %s as it is', (written, id) => {
    const [message] = readMessages(`{"jsonrpc": "2.0", "method": "ping", "id": ${written} }`) ?? [];
    expect(message).toMatchObject({ kind: 'request', id });
    expect(failureText(id, { code: 1, message: 'no' })).toBe(
      `{"jsonrpc":"2.0","id":${written === '1e25' ? '1e+25' : written},"error":{"code":1,"message":"no"}}`,
    );
  });

  it('does not take a number without end for an id', () => {
    expect(readMessages('{"jsonrpc":"2.0","method":"ping","id":1e999}')).toBeUndefined();
  });

  it('finds a number that a server has rounded', () => {
    const known = ['1', 1, 12_345_678_901_234_567_890n];
    expect(sameId(12_345_678_901_234_567_168n, known)).toBe(12_345_678_901_234_567_890n);
    expect(sameId(1.234_567_890_123_456_7e19, known)).toBe(12_345_678_901_234_567_890n);
    expect(sameId('1', known)).toBeUndefined();
    expect(sameId(2, known)).toBeUndefined();
  });

  it.each(['', 'Listening on port 3000', '{"jsonrpc":"2.0"', 'null'])('does not take %j for one', (text) => {
    expect(readMessages(text)).toBeUndefined();
  });

  it('keeps every message of a batch as it was written', () => {
    const first = '{ "jsonrpc":"2.0", "method":"a,]" }';
    const second = '{"id" : 1e0,\n"jsonrpc":"2.0","result":{"b":"\\u00e9"}}';
    const messages = readMessages(`\n [ ${first} ,${second}]`);
    expect(messages?.map(({ text }) => text)).toEqual([first, second]);
  });

  it('takes no id that could not be said again', () => {
    const ask = (id: string) => readMessages(`{"jsonrpc":"2.0","id":${id},"method":"ping"}`);
    expect([ask('1e400'), ask('-1e400'), ask('null')]).toEqual([undefined, undefined, undefined]);
    expect(ask('1e300')).toMatchObject([{ kind: 'request', id: 1e300 }]);
  });

  it('never fails, whatever comes', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.jsonValue().map((value) => JSON.stringify([value])),
        ),
        (text) => {
          const messages = readMessages(text);
          expect(messages === undefined || messages.length > 0).toBe(true);
        },
      ),
    );
  });

  it('says what it refuses in the same form', () => {
    expect(readMessages(failureText(7, { code: 1, message: 'no' }))).toMatchObject([
      { kind: 'failure', id: 7 },
    ]);
    expect(JSON.parse(failureText(undefined, { code: 1, message: 'no' }))).toMatchObject({ id: null });
  });
});
