import { OpenAI, APIError, AuthenticationError, RateLimitError } from 'openai';
import { describe, expect, it } from 'vitest';
import type { CallError } from '../../journal/event.ts';
import { errorDocument, errorEvent } from './own-error.ts';
import { readErrorInAnswer, readUpstreamError } from './upstream-error.ts';

const full: CallError = { code: 'no_instance_available', message: 'Nobody is there.', status: 503 };

/** The official client over an answer of ours. */
function clientOf(status: number, contentType: string, body: string): OpenAI {
  return new OpenAI({
    apiKey: 'sk-test',
    baseURL: 'http://upstream.test/v1',
    maxRetries: 0,
    fetch: async () => new Response(body, { status, headers: { 'content-type': contentType } }),
  });
}

describe('an error of ours', () => {
  it.each([
    [400, 'invalid_request_error', 'invalid_request_error'],
    [401, 'authentication_error', 'authentication_error'],
    [402, 'insufficient_quota', 'billing_error'],
    [403, 'permission_error', 'permission_error'],
    [404, 'invalid_request_error', 'not_found_error'],
    [409, 'invalid_request_error', 'conflict_error'],
    [413, 'invalid_request_error', 'request_too_large'],
    [415, 'invalid_request_error', 'invalid_request_error'],
    [429, 'rate_limit_error', 'rate_limit_error'],
    [500, 'server_error', 'api_error'],
    [502, 'server_error', 'api_error'],
    [503, 'server_error', 'overloaded_error'],
    [504, 'timeout_error', 'timeout_error'],
    [529, 'server_error', 'overloaded_error'],
  ])("with status %i has the type %s in OpenAI's shape, %s in Anthropic's", (status, openai, anthropic) => {
    expect(JSON.parse(errorDocument('openai', status, full))).toEqual({
      error: { message: full.message, type: openai, param: null, code: full.code },
    });
    expect(JSON.parse(errorDocument('anthropic', status, full))).toEqual({
      type: 'error',
      error: { type: anthropic, message: full.message, details: { error_code: full.code } },
      request_id: null,
    });
  });

  it.each(['openai', 'anthropic'] as const)('in the shape of %s is read back as it was', (family) => {
    expect(readUpstreamError(503, errorDocument(family, 503, full))).toEqual(full);
    const inStream = JSON.parse(
      errorEvent(family === 'openai' ? 'openai-chat' : 'anthropic-messages', full).match(/data: (.*)/)![1]!,
    );
    expect(readErrorInAnswer(inStream)).toMatchObject({ code: full.code, message: full.message });
  });

  it('is the error of its status to the openai SDK', async () => {
    const messages = [{ role: 'user', content: 'hi' }] as const;
    const ask = (status: number) =>
      clientOf(status, 'application/json', errorDocument('openai', status, full)).chat.completions.create({
        model: 'm',
        messages: [...messages],
      });
    await expect(ask(401)).rejects.toThrow(AuthenticationError);
    await expect(ask(429)).rejects.toThrow(RateLimitError);
    await expect(ask(503)).rejects.toMatchObject({ status: 503, code: full.code, type: 'server_error' });
  });

  it('breaks off a chat stream of the openai SDK', async () => {
    const chunk = { object: 'chat.completion.chunk', choices: [{ index: 0, delta: { content: 'a' } }] };
    const body = `data: ${JSON.stringify(chunk)}\n\n${errorEvent('openai-chat', full)}`;
    const stream = await clientOf(200, 'text/event-stream', body).chat.completions.create({
      model: 'm',
      messages: [{ role: 'user', content: 'hi' }],
      stream: true,
    });
    const seen: unknown[] = [];
    const reading = (async () => {
      for await (const one of stream) seen.push(one);
    })();
    await expect(reading).rejects.toMatchObject({ code: full.code, message: full.message });
    expect(seen).toMatchObject([chunk]);
  });

  it('breaks off a Responses stream of the openai SDK', async () => {
    const event = errorEvent('openai-responses', full, 5);
    expect(JSON.parse(event.match(/data: (.*)/)![1]!)).toEqual({
      type: 'error',
      code: full.code,
      message: full.message,
      param: null,
      sequence_number: 5,
    });
    const stream = await clientOf(200, 'text/event-stream', event).responses.create({
      model: 'm',
      input: 'hi',
      stream: true,
    });
    const reading = (async () => {
      for await (const _ of stream);
    })();
    await expect(reading).rejects.toThrow(APIError);
    await expect(reading).rejects.toMatchObject({ code: full.code, message: full.message });
  });

  it('in an Anthropic stream has a name, since nameless events are dropped there', () => {
    expect(errorEvent('anthropic-messages', { code: 'x', message: 'm' })).toBe(
      `event: error\ndata: {"type":"error","error":{"type":"api_error","message":"m","details":{"error_code":"x"}},"request_id":null}\n\n`,
    );
  });
});
