import { describe, expect, it } from 'vitest';
import { Cancellation } from '../base/cancellation.ts';
import { HeldEnd } from './held-end.ts';

function client() {
  const seen: string[] = [];
  const reply = {
    gone: new Cancellation(),
    start: (status: number) => void seen.push(`${status}`),
    write: (chunk: Uint8Array) => (seen.push(new TextDecoder().decode(chunk)), Promise.resolve()),
    end: () => void seen.push('end'),
    reset: () => void seen.push('reset'),
  };
  return { seen, held: new HeldEnd(reply) };
}
const bytes = (text: string) => new TextEncoder().encode(text);

describe('an end that is held', () => {
  it('keeps the last byte of an answer whose length is known', async () => {
    const { seen, held } = client();
    held.start(200, [['content-length', '4']]);
    await held.write(bytes('ab'));
    await held.write(bytes('cd'));
    held.end();
    expect(seen).toEqual(['200', 'ab']);
    held.release();
    expect(seen).toEqual(['200', 'ab', 'cd', 'end']);
  });

  it('keeps back of a stream only that it ends', async () => {
    const { seen, held } = client();
    held.start(200, []);
    await held.write(bytes('ab'));
    held.end();
    expect(seen).toEqual(['200', 'ab']);
    held.release();
    expect(seen.at(-1)).toBe('end');
  });

  it('breaks off at once, and ends nothing that has not ended', () => {
    const { seen, held } = client();
    held.start(200, []);
    held.reset();
    held.release();
    expect(seen).toEqual(['200', 'reset']);
  });
});
