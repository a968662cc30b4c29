import { expect, test } from 'vitest';
import { maskedSecrets } from './masked-secrets.ts';

test('masks are counted, and named by their rules, each once', () => {
  const text = 'a ghp_…[redacted:github-pat] b [redacted] c [redacted:jwt] d ghp_…[redacted:github-pat]';
  expect(maskedSecrets(text)).toEqual({ count: 4, rules: ['github-pat', 'jwt'] });
});

test('nothing is said where nothing is masked', () => {
  expect(maskedSecrets('redacted: nothing [redaction]')).toBeUndefined();
});
