import { describe, expect, it } from 'vitest';
import { readAddress } from './address.ts';

const ORIGIN = 'http://127.0.0.1:4600';
const RUN = 'a'.repeat(32);

describe('an address of the data plane', () => {
  it.each([
    ['/openai/v1/chat/completions', 'openai', '/chat/completions'],
    ['/anthropic/v1/messages', 'anthropic', '/messages'],
    // With ANTHROPIC_BASE_URL as for Anthropic's own SDK, which @ai-sdk/anthropic reads too.
    ['/anthropic/messages', 'anthropic', '/messages'],
    // With the version in it, as @ai-sdk/anthropic documents it, and Anthropic's own SDK.
    ['/anthropic/v1/v1/messages', 'anthropic', '/messages'],
    ['/anthropic/v1/messages/count_tokens', 'anthropic', '/messages/count_tokens'],
  ])('%s', (path, dialect, below) => {
    expect(readAddress(path, ORIGIN)).toEqual({ kind: 'dialect', dialect, path: below });
    expect(readAddress(`/r/${RUN}${path}`, ORIGIN)).toEqual({
      kind: 'dialect',
      dialect,
      path: below,
      run: RUN,
    });
  });

  it.each([
    ['/openai/chat/completions', 'OPENAI_BASE_URL=http://127.0.0.1:4600/openai/v1'],
    ['/v1/messages', 'ANTHROPIC_BASE_URL=http://127.0.0.1:4600/anthropic'],
    ['/anthropicv1/messages', 'ANTHROPIC_BASE_URL'],
    ['/openai/v10/models', 'OPENAI_BASE_URL'],
  ])('%s is a mistake, with advice', (path, advice) => {
    expect(readAddress(path, ORIGIN)).toMatchObject({
      kind: 'misdirected',
      advice: expect.stringContaining(advice),
    });
  });
});
