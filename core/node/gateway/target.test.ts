import { describe, expect, it } from 'vitest';
import { targetReader } from './target.ts';

const origin = 'http://127.0.0.1:4600';

describe('what a request names', () => {
  it('is its path and its query, below the origin, the same object each time', () => {
    const read = targetReader(origin);
    const target = read({ url: '/openai/v1/chat/completions?beta=true' });
    expect(target).toEqual({
      path: '/openai/v1/chat/completions',
      query: '?beta=true',
      address: { kind: 'dialect', dialect: 'openai', path: '/chat/completions' },
    });
    expect(read({ url: '/openai/v1/chat/completions?beta=true' })).toBe(target);
    expect(read({ url: '/openai/v1/chat/completions' })).not.toBe(target);
  });

  it("stays below the origin with two slashes, is another server's as a whole URL, and may be no place", () => {
    const read = targetReader(origin);
    expect(read({ url: '//elsewhere/healthz' })).toMatchObject({ path: '//elsewhere/healthz' });
    expect(read({ url: 'http://127.0.0.1:4600/healthz' })?.address).toEqual({ kind: 'health' });
    expect([read({ url: '*' }), read({ url: '*' })]).toEqual([undefined, undefined]);
  });

  it('is read again where it was forgotten, or is too long to be remembered', () => {
    const read = targetReader(origin);
    const first = read({ url: '/healthz' });
    for (let index = 0; index < 256; index++) read({ url: `/services/parse/${index}` });
    expect(read({ url: '/healthz' })).toEqual(first);
    expect(read({ url: '/healthz' })).not.toBe(first);
    const long = { url: `/services/parse/${'x'.repeat(300)}` };
    expect(read(long)).not.toBe(read(long));
  });
});
