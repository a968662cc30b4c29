import { describe, expect, it } from 'vitest';
import { readErrorInAnswer, readUpstreamError } from './upstream-error.ts';

describe("an upstream's error document", () => {
  it.each([
    [
      'OpenAI',
      401,
      {
        error: {
          message: 'Incorrect API key provided',
          type: 'invalid_request_error',
          param: null,
          code: 'invalid_api_key',
        },
      },
      'invalid_api_key',
      'Incorrect API key provided',
    ],
    [
      'OpenAI without a code',
      500,
      { error: { message: 'The server had an error', type: 'server_error', param: null, code: null } },
      'server_error',
      'The server had an error',
    ],
    [
      'Anthropic',
      529,
      { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' }, request_id: 'req_1' },
      'overloaded_error',
      'Overloaded',
    ],
    [
      'Anthropic with a cause',
      429,
      {
        type: 'error',
        error: {
          type: 'rate_limit_error',
          message: 'This organization has reached its limit',
          details: { error_code: 'enforced_spend_limit_reached' },
        },
      },
      'enforced_spend_limit_reached',
      'This organization has reached its limit',
    ],
    [
      'llama.cpp',
      400,
      {
        error: {
          code: 400,
          message: 'request (4476 tokens) exceeds the available context size (4096 tokens)',
          type: 'exceed_context_size_error',
          n_prompt_tokens: 4476,
          n_ctx: 4096,
        },
      },
      'exceed_context_size_error',
      'request (4476 tokens) exceeds the available context size (4096 tokens)',
    ],
    [
      'vLLM',
      404,
      {
        error: { message: 'The model `x` does not exist.', type: 'NotFoundError', param: 'model', code: 404 },
      },
      'NotFoundError',
      'The model `x` does not exist.',
    ],
    [
      'older vLLM',
      400,
      { object: 'error', message: 'too long', type: 'BadRequestError', param: null, code: 400 },
      'BadRequestError',
      'too long',
    ],
    [
      'Ollama below /v1',
      404,
      { error: { message: "model 'x' not found", type: 'not_found_error', param: null, code: null } },
      'not_found_error',
      "model 'x' not found",
    ],
    ['Ollama', 404, { error: "model 'x' not found" }, 'http_404', "model 'x' not found"],
    ['FastAPI', 404, { detail: 'Not Found' }, 'http_404', 'Not Found'],
    [
      'FastAPI, invalid',
      422,
      { detail: [{ loc: ['body', 'messages', 0], msg: 'Field required', type: 'missing' }] },
      'http_422',
      'body.messages.0: Field required',
    ],
    ['a gateway', 403, { message: 'Forbidden' }, 'http_403', 'Forbidden'],
    [
      'Google',
      400,
      [{ error: { code: 400, message: 'API key not valid.', status: 'INVALID_ARGUMENT' } }],
      'INVALID_ARGUMENT',
      'API key not valid.',
    ],
  ])('of %s is read', (_, status, body, code, message) => {
    expect(readUpstreamError(status, JSON.stringify(body))).toEqual({ code, message, status });
  });

  it.each([
    ['', 'the upstream answered 502'],
    ['<html><body>502 Bad Gateway</body></html>', 'the upstream answered 502'],
    ['x'.repeat(301), 'the upstream answered 502'],
    [' upstream connect error \n', 'upstream connect error'],
    ['null', 'the upstream answered 502'],
    ['[]', 'the upstream answered 502'],
    ['{"error":null}', 'the upstream answered 502'],
    ['{"error":{}}', 'the upstream answered 502'],
    ['{"message":7}', 'the upstream answered 502'],
  ])('that is %j says as much as can be read of it', (body, message) => {
    expect(readUpstreamError(502, body)).toEqual({ code: 'http_502', message, status: 502 });
  });
});

describe('an error inside a 200', () => {
  it.each([
    [{ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }, 'overloaded_error', 529],
    [
      { error: { code: 400, message: 'm', type: 'exceed_context_size_error' } },
      'exceed_context_size_error',
      400,
    ],
    [{ error: { code: 502, message: 'm', metadata: {} }, choices: [] }, 'upstream_error', 502],
    [{ error: { message: 'm', type: 'server_error', code: 'odd_word' } }, 'odd_word', 500],
    [{ object: 'error', message: 'm', type: 'BadRequestError', code: 400 }, 'BadRequestError', 400],
    [{ error: 'm' }, 'upstream_error', undefined],
    [{ error: { type: 'odd_error', message: 'm' } }, 'odd_error', undefined],
    [{ error: { type: 'toString', message: 'm' } }, 'toString', undefined],
  ])('has the status of its words: %j', (body, code, status) => {
    expect(readErrorInAnswer(body)).toMatchObject({ code, ...(status !== undefined && { status }) });
    expect(readErrorInAnswer(body)?.status).toBe(status);
  });

  it.each([
    { error: null },
    { message: 'an answer' },
    { detail: 'an answer' },
    { object: 'list' },
    [],
    'error',
    null,
  ])('is not seen in %j', (body) => {
    expect(readErrorInAnswer(body)).toBeUndefined();
  });
});
