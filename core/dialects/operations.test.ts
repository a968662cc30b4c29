import { describe, expect, it } from 'vitest';
import { familyOf, isConversation, WIRE_DIALECTS } from './dialect.ts';
import { findOperation } from './operations.ts';

describe('an operation', () => {
  it.each([
    ['openai', 'POST', '/chat/completions', 'openai-chat', 'llm', 'required', true],
    ['openai', 'POST', '/responses', 'openai-responses', 'llm', 'optional', true],
    ['openai', 'POST', '/embeddings', 'openai-embeddings', 'embedding', 'required', false],
    ['openai', 'GET', '/models', 'openai-models', 'llm', 'none', false],
    ['anthropic', 'POST', '/messages', 'anthropic-messages', 'llm', 'required', true],
    ['anthropic', 'GET', '/models', 'anthropic-models', 'llm', 'none', false],
    ['anthropic', 'POST', '/messages/count_tokens', 'anthropic-count-tokens', 'llm', 'required', false],
  ] as const)('of %s is found at %s %s', (family, method, path, dialect, category, model, streams) => {
    expect(findOperation(family, method, path)?.operation).toMatchObject({
      dialect,
      category,
      model,
      streams,
    });
    expect(familyOf(dialect)).toBe(family);
  });

  it.each([
    ['openai', 'GET', '/chat/completions'],
    ['openai', 'POST', '/chat/completions/'],
    ['openai', 'POST', '/messages'],
    ['openai', 'GET', '/responses/resp_1'],
    ['openai', 'GET', '/models/'],
    ['openai', 'GET', '/models/a/b'],
    ['openai', 'GET', '/models/%E0%A4%A'],
    ['anthropic', 'POST', '/chat/completions'],
    ['anthropic', 'GET', '/messages/batches'],
  ] as const)('of %s is not what is at %s %s', (family, method, path) => {
    expect(findOperation(family, method, path)).toBeUndefined();
  });

  it('may name its model in the path', () => {
    const found = findOperation('openai', 'GET', '/models/openai%2Fgpt-4o');
    expect(found).toMatchObject({ operation: { name: 'models.retrieve' }, model: 'openai/gpt-4o' });
  });

  it('is a conversation in three dialects', () => {
    expect(WIRE_DIALECTS.filter(isConversation)).toEqual([
      'openai-chat',
      'openai-responses',
      'anthropic-messages',
    ]);
  });
});
