import fc from 'fast-check';
import { OpenAI } from 'openai';
import { describe, expect, it } from 'vitest';
import { CONVERSATION_DIALECTS } from '../dialect.ts';
import { readAnswer } from '../conversation/read-answer.ts';
import { observeAnswer } from '../observation/observer.ts';
import { writeAnswer } from './write-answer.ts';
import type { WrittenAnswer } from './written-answer.ts';

const text = 'I cannot answer\nnow. Né 🚦';
const preset: WrittenAnswer = {
  pieces: [text],
  toolCalls: [],
  finish: 'stop',
  usage: { input: 0, output: 0 },
  model: 'gpt-x',
  id: 'preset-1',
  created: 1_700_000_000,
};

/** The official client over an answer. */
function clientOf({ status, headers, body }: ReturnType<typeof writeAnswer>): OpenAI {
  const init = { status, headers: headers.map(([name, value]): [string, string] => [name, value]) };
  return new OpenAI({
    apiKey: 'sk-test',
    baseURL: 'http://upstream.test/v1',
    maxRetries: 0,
    fetch: async () => new Response(new TextDecoder().decode(body), init),
  });
}

const messages = [{ role: 'user' as const, content: 'hi' }];

describe('a preset text', () => {
  it('is a chat completion to the openai SDK', async () => {
    const client = clientOf(writeAnswer('openai-chat', preset, false));
    const completion = await client.chat.completions.create({ model: 'gpt-x', messages });
    expect(completion).toMatchObject({ id: 'preset-1', model: 'gpt-x', created: preset.created });
    expect(completion.choices[0]).toMatchObject({
      message: { content: text },
      finish_reason: 'stop',
    });
  });

  it('is a chat stream to the openai SDK, with its usage where that was asked for', async () => {
    const client = clientOf(writeAnswer('openai-chat', { ...preset, includeUsage: true }, true));
    const completion = await client.chat.completions
      .stream({ model: 'gpt-x', messages })
      .finalChatCompletion();
    expect(completion.choices[0]).toMatchObject({
      message: { role: 'assistant', content: text },
      finish_reason: 'stop',
    });
    expect(completion.usage).toMatchObject({ prompt_tokens: 0, completion_tokens: 0 });
  });

  it('is a response to the openai SDK', async () => {
    const client = clientOf(writeAnswer('openai-responses', preset, false));
    const response = await client.responses.create({ model: 'gpt-x', input: 'hi' });
    expect(response).toMatchObject({ id: 'preset-1', status: 'completed', output_text: text });
  });

  it('is a Responses stream to the openai SDK', async () => {
    const client = clientOf(writeAnswer('openai-responses', preset, true));
    const stream = client.responses.stream({ model: 'gpt-x', input: 'hi' });
    const deltas: string[] = [];
    stream.on('response.output_text.delta', ({ delta }) => deltas.push(delta));
    const response = await stream.finalResponse();
    expect(deltas.join('')).toBe(text);
    expect(response).toMatchObject({ status: 'completed', output_text: text });
  });

  it("is a message of Anthropic's", () => {
    const body = new TextDecoder().decode(writeAnswer('anthropic-messages', preset, false).body);
    expect(JSON.parse(body)).toMatchObject({
      type: 'message',
      role: 'assistant',
      content: [{ type: 'text', text: text }],
      stop_reason: 'end_turn',
      usage: { input_tokens: 0, output_tokens: 0 },
    });
  });

  it("is a stream of Anthropic's events, each with its name", () => {
    const body = new TextDecoder().decode(writeAnswer('anthropic-messages', preset, true).body);
    const events = body.split('\n\n').slice(0, -1);
    const names = events.map((event) => /^event: (.*)\ndata: (.*)$/.exec(event)!);
    expect(names.map(([, name]) => name)).toEqual([
      'message_start',
      'content_block_start',
      'content_block_delta',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ]);
    for (const [, name, data] of names) expect(JSON.parse(data!)).toMatchObject({ type: name });
  });

  it.each(CONVERSATION_DIALECTS)('of %s is complete, whatever it says, and cost nothing', (dialect) => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.boolean(), (text, streaming) => {
        const answer = writeAnswer(dialect, { ...preset, pieces: [text] }, streaming);
        const observer = observeAnswer(dialect, streaming);
        observer.feed(answer.body);
        expect(observer.end()).toMatchObject({
          verdict: 'complete',
          answeredModel: 'gpt-x',
          generated: text.length,
          unparsed: 0,
          ...(streaming && dialect === 'openai-chat' ? {} : { usage: { input: 0, output: 0 } }),
        });
      }),
    );
  });
});

const worked: WrittenAnswer = {
  ...preset,
  pieces: ['Let ', 'me ', 'see.'],
  toolCalls: [
    { id: 'call_1', name: 'weather', arguments: '{"city":"Paris"}' },
    { id: 'call_2', name: 'now', arguments: '{}' },
  ],
  finish: 'tool-calls',
  usage: { input: 20, output: 9 },
  includeUsage: true,
};
const silent: WrittenAnswer = { ...worked, pieces: [] };
const short: WrittenAnswer = {
  ...preset,
  finish: 'length',
  usage: { input: 3, output: 2 },
  includeUsage: true,
};

const CASES = CONVERSATION_DIALECTS.flatMap((dialect) => [
  [dialect, false] as const,
  [dialect, true] as const,
]);

describe.each(CASES)('a written answer of %s, streamed: %s', (dialect, streaming) => {
  const parts = (answer: WrittenAnswer) => {
    const body = new TextDecoder().decode(writeAnswer(dialect, answer, streaming).body);
    const read = readAnswer(dialect, body, streaming)!;
    return { ...read, parts: read.messages.flatMap((message) => message.parts) };
  };
  const calls = worked.toolCalls.map((call) => ({ kind: 'tool-call', ...call }));

  it('says its text and calls its tools', () => {
    expect(parts(worked)).toMatchObject({
      verdict: 'complete',
      usage: { input: 20, output: 9 },
      unparsed: 0,
      finishReason: {
        'openai-chat': 'tool_calls',
        'openai-responses': 'completed',
        'anthropic-messages': 'tool_use',
      }[dialect],
    });
    expect(parts(worked).parts).toEqual([{ kind: 'text', text: 'Let me see.' }, ...calls]);
    expect(parts(silent).parts).toEqual(calls);
  });

  it('says where it was cut off', () => {
    expect(parts(short)).toMatchObject({
      verdict: 'complete',
      usage: { input: 3, output: 2 },
      finishReason: {
        'openai-chat': 'length',
        'openai-responses': 'max_output_tokens',
        'anthropic-messages': 'max_tokens',
      }[dialect],
    });
  });
});
