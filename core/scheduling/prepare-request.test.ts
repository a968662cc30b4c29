import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concat } from '../base/bytes.ts';
import type { Call } from './call.ts';
import { prepareRequest } from './prepare-request.ts';
import { instanceOf, taskOf } from './test-scheduler.ts';

const NONE = { kind: 'none' } as const;
const encode = (text: string) => new TextEncoder().encode(text);

/** What the instance `a`, which calls the model `real-model`, is sent for these bytes. */
function sent(body: Uint8Array): Uint8Array {
  const call: Call = {
    dialect: 'openai',
    wire: 'openai-chat',
    operation: 'chat.completions',
    method: 'POST',
    path: '/chat/completions',
    query: '',
    model: 'asked',
    streaming: false,
    attribution: 'prefix',
    headers: [],
    body,
    json: new TextDecoder().decode(body),
    task: taskOf('asked'),
  };
  const prepared = prepareRequest(call, instanceOf('a'), NONE);
  if (!prepared.ok) throw new Error(prepared.error.message);
  return prepared.value.body;
}

describe('a request in the dialect of its instance', () => {
  it.each([
    ['{"model":"asked"}', '{"model":"real-model"}'],
    [' { "x" : 1.0 ,\n"model"\t: "asked" } ', ' { "x" : 1.0 ,\n"model"\t: "real-model" } '],
    ['{"metadata":{"model":"asked"},"model":"asked"}', '{"metadata":{"model":"asked"},"model":"real-model"}'],
    ['{"model":"first","model":"asked"}', '{"model":"first","model":"real-model"}'],
    ['{"\\u006dodel":"ask\\u0065d","é":"☃"}', '{"\\u006dodel":"real-model","é":"☃"}'],
    ['\ufeff{"model":"asked"}', '\ufeff{"model":"real-model"}'],
  ])('%j differs in the name of the model alone', (body, expected) => {
    expect(new TextDecoder('utf-8', { ignoreBOM: true }).decode(sent(encode(body)))).toBe(expected);
  });

  it('keeps every other byte, of whatever it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string({ unit: 'binary' }), fc.uint8Array(), (value, text, odd) => {
        // Bytes that are no UTF-8, but neither end the string nor escape anything.
        const bytes = odd.filter((byte) => byte >= 0x80);
        const before = concat([
          encode(`{"a":${JSON.stringify([value, text])},"b":"`),
          bytes,
          encode('","model":'),
        ]);
        const after = encode(`,"c":${JSON.stringify({ model: value })}}`);
        const asked = concat([before, encode('"asked"'), after]);
        expect(sent(asked)).toEqual(concat([before, encode('"real-model"'), after]));
      }),
    );
  });
});
