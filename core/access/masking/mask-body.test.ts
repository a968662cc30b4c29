import { describe, expect, it } from 'vitest';
import { maskBody } from './mask-body.ts';
import { CANARIES, search } from '../../node/test-secrets.ts';

const encoder = new TextEncoder();
const key = `ghp_${'Ab3dE6gH9'.repeat(4)}`;

/** A field of Protocol Buffers with a length of up to 127 before its content. */
function field(number: number, content: Uint8Array): Uint8Array {
  return Uint8Array.from([number * 8 + 2, content.length, ...content]);
}

describe('a body', () => {
  it('is the same object where nothing was taken out', () => {
    const texts = ['', 'nothing here', '\uFEFF{"a":1}', 'é'];
    const bodies = [...texts.map((text) => encoder.encode(text)), new Uint8Array([0xff, 0xfe, 0, 1])];
    for (const body of bodies) expect(maskBody(search, body)).toBe(body);
  });

  it('keeps its byte order mark and its umlauts', () => {
    const masked = maskBody(search, encoder.encode(`\uFEFFü ${key} ü`));
    expect(Buffer.from(masked).toString()).toBe('\uFEFFü ghp_…[redacted:github-pat] ü');
  });

  it.each([
    [
      'Protocol Buffers',
      field(1, Uint8Array.from([...field(2, encoder.encode(key)), ...field(3, encoder.encode('ok'))])),
    ],
    ['Protocol Buffers that happen to be UTF-8', field(1, encoder.encode(`a\u0001${key}`))],
    ['bytes that are no text', Uint8Array.from([0xff, 0, ...encoder.encode(` ${key} `), 0xfe])],
  ])('that is %s keeps its length and every other byte', (_, body) => {
    const masked = maskBody(search, body);
    const at = Buffer.from(body).indexOf(key);
    expect(masked).toHaveLength(body.length);
    expect(Buffer.from(masked.subarray(at, at + key.length)).toString()).toBe('*'.repeat(key.length));
    const others = (bytes: Uint8Array) => [...bytes.subarray(0, at), ...bytes.subarray(at + key.length)];
    expect(others(masked)).toEqual(others(body));
  });

  it('loses every kind of secret, in Protocol Buffers, too', () => {
    for (const { id, text, secret } of CANARIES) {
      const masked = maskBody(search, Uint8Array.from([0xff, 10, 200, ...encoder.encode(text), 18, 0]));
      expect([id, Buffer.from(masked).toString().includes(secret)]).toEqual([id, false]);
    }
  });
});
