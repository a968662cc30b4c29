import { describe, expect, it } from 'vitest';
import { readAnswer } from './conversation/read-answer.ts';
import { readConversation } from './conversation/read-conversation.ts';
import { CONVERSATION_DIALECTS, WIRE_DIALECTS } from './dialect.ts';
import { readUpstreamError } from './errors/upstream-error.ts';
import { parseObject, type JsonObject } from './json-access.ts';
import { observeAnswer } from './observation/observer.ts';
import { translationBetween } from './translation/translation-between.ts';

/** More lists, or objects, in each other than a stack has frames. */
const DEPTH = 12_000;
const lists = '['.repeat(DEPTH) + ']'.repeat(DEPTH);
const objects = '{"error":'.repeat(DEPTH) + 'null' + '}'.repeat(DEPTH);

/** Bodies that are deep where something is looked at. */
const BODIES = [
  lists,
  objects,
  ...[lists, objects].flatMap((deep) => [
    `{"messages":[{"role":"assistant","content":${deep}},{"role":"user","content":"a"}],"system":${deep}}`,
    `{"messages":[{"role":"assistant","content":[{"type":"tool_use","input":${deep}}]},{"role":"user","content":"a"}]}`,
    `{"messages":[{"role":"user","content":"a"}],"metadata":${deep},"tools":[{"type":"function","function":{"name":"f","parameters":${deep}}}]}`,
    `{"type":"message","content":[{"type":"tool_use","input":{"x":${deep}}}],"usage":${deep}}`,
    `{"choices":[{"message":{"tool_calls":[{"function":{"name":"f","arguments":${JSON.stringify(`{"x":${deep}}`)}}}]}}]}`,
    `{"output":[{"type":"web_search_call","action":${deep}},{"type":"mcp_call","output":${deep}}],"status":"failed","error":${deep}}`,
    `{"input":[{"type":"function_call_output","output":${deep}}],"settings":${deep}}`,
    `{"type":"content_block_start","content_block":{"type":"tool_use","id":"a","name":"f","input":{"x":${deep}}}}`,
    `{"error":${deep}}`,
    `{"detail":${deep}}`,
  ]),
];

describe('a body that is nested without end', () => {
  it('is read as far as can be', () => {
    for (const body of BODIES) {
      for (const dialect of WIRE_DIALECTS) {
        for (const [isStream, sent] of [
          [false, body],
          [true, `data: ${body}\n\nevent: error\ndata: ${body}\n\nerror: ${body}\n\n`],
        ] as const) {
          const observer = observeAnswer(dialect, isStream);
          observer.feed(new TextEncoder().encode(sent));
          expect(observer.end()).toHaveProperty('verdict');
        }
        readConversation(dialect, body);
      }
      for (const dialect of CONVERSATION_DIALECTS) {
        readAnswer(dialect, body, false);
        readAnswer(dialect, `data: ${body}\n\n`, true);
      }
      expect(readUpstreamError(500, body)).toMatchObject({ status: 500 });
    }
  });

  it('is translated to something that can be written, or refused', () => {
    const context = { created: 1, includeUsage: true };
    for (const text of BODIES) {
      const body: JsonObject = parseObject(text) ?? {};
      for (const translation of [
        translationBetween('openai-chat', 'anthropic-messages')!,
        translationBetween('anthropic-messages', 'openai-chat')!,
      ]) {
        const request = translation.request(body, { maxTokens: 1 });
        expect(() => request.ok && JSON.stringify(request.value.body)).not.toThrow();
        const answer = translation.answer(body, context);
        expect(() => answer.ok && JSON.stringify(answer.value.body)).not.toThrow();
        const stream = translation.stream(context);
        stream.feed(new TextEncoder().encode(`data: ${text}\n\n`));
        stream.end();
        expect(stream.failure).toBeDefined();
      }
    }
  });
});
