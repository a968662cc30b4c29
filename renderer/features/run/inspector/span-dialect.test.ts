import { expect, test } from 'vitest';
import { attemptSpan, callSpan } from '../sample-spans.ts';
import { dialectOfAttempt, dialectOfCall } from './span-dialect.ts';

test('the dialect of a call is that of its path below its family', () => {
  expect(dialectOfCall(callSpan())).toBe('openai-chat');
  expect(dialectOfCall(callSpan({ path: '/responses' }))).toBe('openai-responses');
  expect(dialectOfCall(callSpan({ dialect: 'anthropic', path: '/messages' }))).toBe('anthropic-messages');
});

test('what is only passed on has none', () => {
  expect(dialectOfCall(callSpan({ path: '/images' }))).toBeUndefined();
  expect(dialectOfCall(callSpan({ dialect: 'http' }))).toBeUndefined();
});

test('an attempt is answered in the dialect that it was said in', () => {
  const translated = { from: 'openai-chat', to: 'anthropic-messages', leftOut: [] };
  expect(dialectOfAttempt(attemptSpan({ translated }), callSpan())).toBe('anthropic-messages');
  expect(dialectOfAttempt(attemptSpan(), callSpan())).toBe('openai-chat');
  const unknown = { ...translated, to: 'esperanto' };
  expect(dialectOfAttempt(attemptSpan({ translated: unknown }), callSpan())).toBeUndefined();
});
