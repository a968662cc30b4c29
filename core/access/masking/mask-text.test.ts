import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskText } from './mask-text.ts';
import { CANARIES, search, SPIKED } from '../../node/test-secrets.ts';

const masked = (text: string) => maskText(search, text);
const random = 'zaCELgL0imfnc8mVLWwsAawjYr4Rx1Af50DDqtlx';
const mark = '[redacted:generic-api-key]';

describe('a text', () => {
  it.each(CANARIES.map(({ id, text, secret }) => [id, text, secret] as const))(
    'loses a %s, as it is and at every depth of JSON',
    (_, text, secret) => {
      const call = { role: 'tool', content: `line\n${text}\nline`, n: [1, null] };
      const nested = { messages: [call, { arguments: JSON.stringify({ deep: call }) }] };
      for (const given of [
        text,
        JSON.stringify(call),
        JSON.stringify(nested),
        JSON.stringify(nested, undefined, 2),
      ]) {
        const result = masked(given);
        expect(result).toContain('[redacted');
        for (const form of [secret, JSON.stringify(secret).slice(1, -1)]) expect(result).not.toContain(form);
      }
    },
  );

  it.each([
    [
      'a name in one string and the secret in the next',
      `{"api_key":"${random}","b":1}`,
      `{"api_key":"${mark}","b":1}`,
    ],
    ['a list of pairs', `["api_key","${random}"]`, `["api_key","${mark}"]`],
    [
      'what a tool is told to write',
      JSON.stringify({ arguments: JSON.stringify({ content: `export A_TOKEN="${random}"\n` }) }),
      JSON.stringify({ arguments: JSON.stringify({ content: `export A_TOKEN="${mark}"\n` }) }),
    ],
    ['lines of JSON', `{"key":"${random}"}\n{"a":"\\n"}`, `{"key":"${mark}"}\n{"a":"\\n"}`],
    ['JSON that breaks off', `{"key":"${random}","b":"c`, `{"key":"${mark}","b":"c`],
    ['what only begins like JSON', `[info] it's "5"" token=${random} "`, `[info] it's "5"" token=${mark} "`],
    ['a number', `{"api_key": ${'1234567890'.repeat(3)} }`, `{"api_key": ${'1234567890'.repeat(3)} }`],
    [
      'the n of a line feed',
      `{"a":"x\\npm_${'a1B2c3D4e5F6'.repeat(3)} "}`,
      `{"a":"x\\npm_${'a1B2c3D4e5F6'.repeat(3)} "}`,
    ],
  ])('is masked with care for %s', (_, text, expected) => {
    expect(masked(text)).toBe(expected);
  });

  it('is the same the second time', () => {
    fc.assert(
      fc.property(SPIKED, (text) => {
        const once = masked(text);
        expect(masked(once)).toBe(once);
      }),
      { numRuns: 1000 },
    );
  });

  it('that is JSON stays JSON, and is otherwise equal', () => {
    const spiked = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        SPIKED,
        fc.jsonValue(),
        SPIKED.map((text) => JSON.stringify({ inner: text })),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(fc.constantFrom('a', 'api_key', 'token', '"\\', 'password'), tie('value'), {
          maxKeys: 4,
        }),
      ),
    })).value;
    fc.assert(
      fc.property(spiked, fc.constantFrom(undefined, 1, '\t'), (value, indent) => {
        const text = JSON.stringify(value, undefined, indent);
        const result = masked(text);
        expect(isSame(JSON.parse(result), JSON.parse(text))).toBe(true);
        expect(masked(result)).toBe(result);
      }),
      { numRuns: 1000 },
    );
  });
});

/** But for strings that have a mask in them. */
function isSame(now: unknown, before: unknown): boolean {
  if (typeof now === 'string' && now.includes('[redacted')) return typeof before === 'string';
  if (typeof now !== 'object' || now === null) return Object.is(now, before);
  if (typeof before !== 'object' || before === null || Array.isArray(now) !== Array.isArray(before))
    return false;
  const [entries, were] = [Object.entries(now), Object.entries(before)];
  return (
    entries.length === were.length &&
    entries.every(([key, inner], index) => isSame(key, were[index]![0]) && isSame(inner, were[index]![1]))
  );
}
