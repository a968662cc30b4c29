import { describe, expect, it } from 'vitest';
import { SecretDetector } from './detector.ts';
import { GITLEAKS, sampleOf } from '../../node/test-secrets.ts';

const detector = new SecretDetector(GITLEAKS.rules);
const found = (text: string, with_ = detector) =>
  with_.confirm(text, with_.scan(text)).map(({ rule, start, end }) => [rule, text.slice(start, end)]);

const random = 'zaCELgL0imfnc8mVLWwsAawjYr4Rx1Af50DDqtlx';

describe('secrets in a text', () => {
  it.each(GITLEAKS.rules.map((rule) => [rule.id, rule] as const))('%s are found', (id, rule) => {
    const { text } = sampleOf(rule);
    expect(found(text).map(([name]) => name)).toContain(id);
  });

  it.each([
    ['an assignment', `my_api_key = "${random}"`, random],
    ['JSON', `{"token":"${random}"}`, random],
    ['an environment', `export DB_PASSWORD=${random}\n`, random],
    ['YAML', `secret: ${random}\nother: 1`, random],
    ['a header', `x-auth: ${random}`, random],
  ])('are found by their names, in %s', (_, text, secret) => {
    expect(found(text)).toEqual([['generic-api-key', secret]]);
  });

  it.each([
    ['words', 'access: everybody-who-has-asked', 'the key, however, is simplicity_itself'],
    ['names of keys that are not secret', `primary_key = "${random}"`, `keyboard: ${random}`],
    ['what repeats', 'api_key = "1111111111111111111111"', `token=${'ab12'.repeat(6)}`],
    ['placeholders', 'AKIAIOSFODNN7EXAMPLE', 'api_key = "${API_KEY_IN_ENVIRONMENT_1}"'],
    ['words with a digit', 'token = "my-example-token-1"', 'key: service.name.v2'],
    [
      'limits of a request',
      '{"max_tokens":4096,"max_completion_tokens": 123456}',
      'total_tokens: 1234567890',
    ],
    ['nothing', '', 'sk'],
  ])('are not taken for %s', (_, one, other) => {
    expect([...found(one), ...found(other)]).toEqual([]);
  });

  it('are found beside counts, and where they are numbers themselves', () => {
    const counts = `{"token": 12,"total_tokens":1234},`;
    expect(found(`${counts}"token":"${random}"`)).toEqual([['generic-api-key', random]]);
    const client = 'asana_client_id: 4821907365128764';
    expect(found(client)).toContainEqual(['asana-client-id', '4821907365128764']);
  });

  it('are not what somebody has allowed', () => {
    const lenient = new SecretDetector(GITLEAKS.rules, { allow: [/^zaCE/] });
    expect(found(`api_key = "${random}"`, lenient)).toEqual([]);
    expect(found(`api_key = "x${random}"`, lenient)).toHaveLength(1);
  });

  it('are taken to their end, without their quotes', () => {
    const pat = `ghp_${'Ab3dE6gH9'.repeat(4)}`;
    expect(found(`a ${pat}TAIL-of_it.`)).toEqual([['github-pat', `${pat}TAIL-of_it`]]);
    expect(found(`curl -u "someuser:s3cr3tPass" x`)).toEqual([['curl-auth-user', 'someuser:s3cr3tPass']]);
  });

  it('say how much of them may be shown', () => {
    const kept = (text: string) => {
      const [first] = detector.confirm(text, detector.scan(text));
      return text.slice(first!.start, first!.start + first!.kept);
    };
    expect(kept(`ghp_${'Ab3dE6gH9'.repeat(4)}`)).toBe('ghp_');
    expect(kept(`sk-ant-api03-${'aB3_'.repeat(23)}xAA`)).toBe('sk-ant-api03-');
    expect(kept(`api_key = "${random}"`)).toBe('');
    expect(kept(`pypi-AgEIcHlwaS5vcmc${random}${random}`)).toBe('pypi-');
  });

  it('are found in the same time wherever they are not', () => {
    // Each would take minutes in an engine that goes back and forth without bounds.
    const hostile = [
      `curl ${'\n-'.repeat(20)}`.repeat(3000),
      '-----BEGIN PRIVATE KEY-----'.repeat(4000),
      'kind: secret data: '.repeat(6000),
      'api_key_api_key_api_key = '.repeat(4000),
      `token=${'a1'.repeat(50_000)}`,
      `ey${'a1'.repeat(50_000)}.ey`,
      'facebook 123456789012345|'.repeat(4000),
    ];
    for (const text of hostile) {
      const started = performance.now();
      found(text);
      expect([text.slice(0, 20), performance.now() - started < 2_000]).toEqual([text.slice(0, 20), true]);
    }
  });
});
