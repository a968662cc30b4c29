import { describe, expect, it } from 'vitest';
import { createRedactor } from './redaction.ts';

const key = 'my-own-secret-value';

describe('redaction', () => {
  it('takes a known secret out of text, bytes and every depth of a value', () => {
    const redactor = createRedactor();
    redactor.learn(key);
    expect(redactor.text(`a ${key} b ${key}`)).toBe('a [redacted] b [redacted]');
    expect(new TextDecoder().decode(redactor.bytes(new TextEncoder().encode(`{"k":"${key}"}`)))).toBe(
      '{"k":"[redacted]"}',
    );
    expect(redactor.value({ list: [{ deep: `x${key}` }], number: 1, nothing: null })).toEqual({
      list: [{ deep: 'x[redacted]' }],
      number: 1,
      nothing: null,
    });
  });

  it.each([
    'sk-abcdefghijklmnopqrstuvwx',
    'sk-proj-abc_def-ghijklmnopqrstuv',
    'sk-ant-api03-abcdefghijklmnopqrst',
    'Bearer abcdefghijklmnopqrstuvwxyz.0123',
  ])('takes out %s without having seen it before', (secret) => {
    expect(createRedactor().text(`key=${secret} end`)).toBe('key=[redacted] end');
  });

  it('leaves ordinary words and short values alone, and unchanged bytes as the same object', () => {
    const redactor = createRedactor();
    redactor.learn('short');
    const bytes = new Uint8Array([0xff, 0xfe, 1]);
    expect(redactor.bytes(bytes)).toBe(bytes);
    expect(redactor.text('a short task-list, the bearer of news')).toBe(
      'a short task-list, the bearer of news',
    );
  });
});
