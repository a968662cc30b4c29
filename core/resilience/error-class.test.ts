import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { outcomeForBreaker } from './breaker.ts';
import type { ErrorClass } from '../journal/event.ts';
import { classifyError } from './error-class.ts';
import { isRetryable } from './retry.ts';

const errorOf = (status: number | undefined, code: string, message = '') => ({
  code,
  message,
  ...(status !== undefined && { status }),
});

/** Each of them, so that the compiler misses one that is new. */
const ALL: Readonly<Record<ErrorClass, true>> = {
  'rate-limit': true,
  billing: true,
  timeout: true,
  'server-error': true,
  'context-window': true,
  'content-policy': true,
  auth: true,
  untranslatable: true,
  'bad-request': true,
  cancelled: true,
};

describe('the class of an error', () => {
  it.each<[ErrorClass, status: number | undefined, code: string]>([
    // OpenAI, platform.openai.com/docs/guides/error-codes; its `code`, or its `type` where that is null.
    ['auth', 401, 'invalid_api_key'],
    ['auth', 403, 'unsupported_country_region_territory'],
    ['rate-limit', 429, 'rate_limit_exceeded'],
    ['billing', 429, 'insufficient_quota'],
    ['billing', 429, 'credit_balance_exhausted'],
    ['billing', 400, 'billing_hard_limit_reached'],
    ['billing', 429, 'billing_not_active'],
    ['server-error', 500, 'server_error'],
    ['server-error', 503, 'service_unavailable'],
    ['bad-request', 400, 'invalid_request_error'],
    ['bad-request', 404, 'model_not_found'],
    ['bad-request', 422, 'invalid_value'],
    ['context-window', 400, 'context_length_exceeded'],
    ['content-policy', 400, 'content_policy_violation'],
    ['content-policy', 400, 'content_filter'],
    ['content-policy', 400, 'moderation_blocked'],
    // Anthropic, docs.claude.com/en/api/errors.
    ['bad-request', 400, 'invalid_request_error'],
    ['auth', 401, 'authentication_error'],
    ['billing', 402, 'billing_error'],
    ['billing', 429, 'enforced_spend_limit_reached'],
    ['auth', 403, 'permission_error'],
    ['bad-request', 404, 'not_found_error'],
    ['context-window', 413, 'request_too_large'],
    ['rate-limit', 429, 'rate_limit_error'],
    ['server-error', 500, 'api_error'],
    ['timeout', 504, 'timeout_error'],
    ['server-error', 529, 'overloaded_error'],
    // Others, with a code of their own or none.
    ['context-window', 400, 'exceed_context_size_error'],
    ['rate-limit', 413, 'rate_limit_exceeded'],
    ['billing', 402, 'http_402'],
    ['timeout', 408, 'http_408'],
    ['timeout', 504, 'http_504'],
    ['context-window', 413, 'http_413'],
    ['bad-request', 409, 'http_409'],
    ['server-error', 501, 'http_501'],
    ['server-error', 524, 'http_524'],
    // A general code does not outweigh the status.
    ['server-error', 503, 'invalid_request_error'],
    ['bad-request', 400, 'server_error'],
    // Inside a stream that began well, and where no answer came at all.
    ['server-error', 200, 'overloaded_error'],
    ['rate-limit', 200, 'rate_limit_error'],
    ['bad-request', 200, 'invalid_request_error'],
    ['timeout', undefined, 'timeout'],
    ['server-error', undefined, 'connect_refused'],
    ['server-error', undefined, 'name_not_found'],
    ['server-error', undefined, 'tls'],
    ['server-error', undefined, 'connection_lost'],
    ['server-error', undefined, 'proxy_failed'],
    ['rate-limit', undefined, 'connections_exhausted'],
    ['server-error', undefined, 'stream_truncated'],
    ['cancelled', undefined, 'cancelled'],
    ['cancelled', 502, 'client_gone'],
  ])('is %s for %s %s', (expected, status, code) => {
    expect(classifyError(errorOf(status, code))).toBe(expected);
  });

  it.each([
    "This model's maximum context length is 6048 tokens. However, you requested 6616 tokens (568 in the messages, 6048 in the completion).",
    "This endpoint's maximum context length is 131072 tokens. However, you requested about 200000 tokens.",
    'The decoder prompt (length 5951) is longer than the maximum model length of 4096. Make sure that `max_model_len` is no smaller than the number of text tokens.',
    "The input (516368 tokens) is longer than the model's context length (262144 tokens).",
    "Requested token count exceeds the model's maximum context length of 4096 tokens.",
    'request (13392 tokens) exceeds the available context size (8192 tokens), try increasing it',
    'The number of tokens to keep from the initial prompt is greater than the context length.',
    'prompt is too long: 600446 tokens > 200000 maximum',
    'input length and `max_tokens` exceed context limit: 188240 + 21333 > 200000, decrease input length or `max_tokens` and try again',
    'The input token count (1196265) exceeds the maximum number of tokens allowed (1048575).',
    "This model's maximum prompt length is 131072 but the request contains 537812 tokens.",
    'Prompt contains 140000 tokens and 0 draft tokens, too large for model with 131072 maximum context length',
    'Please reduce the length of the messages or completion.',
  ])('is context-window where a server without a code says: %s', (message) => {
    expect(classifyError(errorOf(400, 'BadRequestError', message))).toBe('context-window');
    expect(classifyError(errorOf(undefined, 'invalid_request_error', message))).toBe('context-window');
    expect(classifyError(errorOf(500, 'api_error', message))).toBe('server-error');
    expect(classifyError(errorOf(429, 'http_429', message))).toBe('rate-limit');
  });

  it.each([
    'rate limit exceeded, please slow down',
    'your request timed out',
    'Invalid API key provided',
    'rejected as a result of our safety system',
    "Invalid 'user': string too long. Expected a string with maximum length 64.",
    'max_tokens is too large',
  ])('is not read out of: %s', (message) => {
    expect(classifyError(errorOf(400, 'http_400', message))).toBe('bad-request');
  });

  it('decides alone what is retried and what counts against the instance', () => {
    const consequences = new Map<ErrorClass, readonly [retried: boolean, outcome: string]>([
      ['rate-limit', [true, 'ignored']],
      ['billing', [false, 'ignored']],
      ['timeout', [true, 'failure']],
      ['server-error', [true, 'failure']],
      ['context-window', [false, 'ignored']],
      ['content-policy', [false, 'ignored']],
      ['auth', [false, 'ignored']],
      ['untranslatable', [false, 'ignored']],
      ['bad-request', [false, 'ignored']],
      ['cancelled', [false, 'ignored']],
    ]);
    expect(outcomeForBreaker(undefined)).toBe('success');
    const seen = new Set<ErrorClass>();
    const status = fc.option(fc.integer({ min: 400, max: 599 }), { nil: undefined });
    const code = fc.constantFrom(
      'cancelled',
      'content_filter',
      'invalid_request_error',
      'api_error',
      'translation_refused',
      'rate_limit_exceeded',
      'insufficient_quota',
      'context_length_exceeded',
      'invalid_api_key',
      'timeout',
      'other',
    );
    fc.assert(
      fc.property(status, code, (status, code) => {
        const error = errorOf(status, code);
        seen.add(classifyError(error));
        expect([isRetryable(error), outcomeForBreaker(error)]).toEqual(
          consequences.get(classifyError(error)),
        );
      }),
      { numRuns: 2000 },
    );
    expect([...seen].toSorted()).toEqual(Object.keys(ALL).toSorted());
  });
});
