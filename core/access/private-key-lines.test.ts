import { describe, expect, it } from 'vitest';
import { PrivateKeyLines } from './private-key-lines.ts';

const mark = '[redacted:private-key]';

describe('a private key in lines', () => {
  it('is masked to its end, in its own stream', () => {
    const keys = new PrivateKeyLines();
    const lines = ['a', '> -----BEGIN RSA PRIVATE KEY-----', 'MIIEow', '-----END RSA PRIVATE KEY-----', 'b'];
    const seen = lines.flatMap((line) => [keys.mask('out', line), keys.mask('err', 'MIIEow')]);
    expect(seen.filter((_, index) => index % 2 === 0)).toEqual([
      'a',
      `> -----BEGIN…${mark}`,
      mark,
      mark,
      'b',
    ]);
    expect(new Set(seen.filter((_, index) => index % 2 === 1))).toEqual(new Set(['MIIEow']));
  });

  it('that is in one line, or public, or without end, hides nothing else', () => {
    const keys = new PrivateKeyLines();
    const whole = '-----BEGIN PRIVATE KEY-----MIIE-----END PRIVATE KEY-----';
    expect([keys.mask('a', whole), keys.mask('a', 'b')]).toEqual([whole, 'b']);
    expect([keys.mask('a', '-----BEGIN PUBLIC KEY-----'), keys.mask('a', 'b')]).toEqual([
      '-----BEGIN PUBLIC KEY-----',
      'b',
    ]);
    keys.mask('a', '-----BEGIN PRIVATE KEY-----');
    const after = Array.from({ length: 300 }, () => keys.mask('a', 'MIIE'));
    expect(after.filter((line) => line === mark)).toHaveLength(199);
    expect(after.at(-1)).toBe('MIIE');
  });
});
