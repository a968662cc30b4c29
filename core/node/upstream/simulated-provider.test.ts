import { OpenAI } from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { simulatedSchema } from '../../config/schema/simulated.ts';
import { readAnswer } from '../../dialects/conversation/read-answer.ts';
import { startSimulatedProvider } from './simulated-provider.ts';

let provider: Awaited<ReturnType<typeof startSimulatedProvider>>;
let openai: OpenAI;

beforeAll(async () => {
  const model = { firstTokenMs: 1, tokensPerSecond: 1_000, contextWindow: 200 };
  provider = await startSimulatedProvider(
    simulatedSchema.parse({
      speed: 0,
      models: { small: model, other: model },
      scripts: [
        {
          match: 'weather',
          reply: 'Let me look.',
          toolCalls: [{ name: 'weather', arguments: { city: 'Paris' } }],
        },
        { match: 'flaky', reply: 'well done', flaky: true },
        { match: 'count', reply: 'one two three four' },
      ],
    }),
  );
  openai = new OpenAI({ apiKey: 'none', baseURL: provider.endpoint, maxRetries: 0 });
});
afterAll(() => provider.close());

async function post(path: string, body: object | string, headers: Readonly<Record<string, string>> = {}) {
  const response = await fetch(`${provider.endpoint}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, text: await response.text() };
}
const json = ({ text }: { readonly text: string }) => JSON.parse(text) as Readonly<Record<string, unknown>>;
const ask = (content: unknown, more: object = {}) => ({
  model: 'small',
  max_tokens: 100,
  messages: [{ role: 'user', content }],
  ...more,
});

describe('the simulated provider, to the openai SDK', () => {
  it('is asked for responses', async () => {
    const response = await openai.responses.create({ model: 'small', input: 'count' });
    expect(response).toMatchObject({
      status: 'completed',
      output_text: 'one two three four',
      usage: { output_tokens: 4 },
    });
    const short = await openai.responses.create({ model: 'small', input: 'count', max_output_tokens: 2 });
    expect(short).toMatchObject({
      status: 'incomplete',
      output_text: 'one two',
      incomplete_details: { reason: 'max_output_tokens' },
    });
  });

  it('streams responses, and calls tools in them', async () => {
    const deltas: string[] = [];
    const stream = openai.responses.stream({
      model: 'small',
      instructions: 'Be brief.',
      input: [{ role: 'user', content: [{ type: 'input_text', text: 'the weather' }] }],
    });
    stream.on('response.output_text.delta', ({ delta }) => deltas.push(delta));
    const { output } = await stream.finalResponse();
    expect(deltas).toEqual(['Let', ' me', ' look.']);
    expect(output).toMatchObject([
      { type: 'message', content: [{ text: 'Let me look.' }] },
      { type: 'function_call', name: 'weather', arguments: '{"city":"Paris"}' },
    ]);
  });

  it('says the same in every dialect', async () => {
    const chat = await openai.chat.completions.create({
      model: 'small',
      messages: [{ role: 'user', content: 'count' }],
    });
    expect(chat.choices[0]!.message.content).toBe('one two three four');
    const message = json(await post('/messages', ask([{ type: 'text', text: 'count' }])));
    expect(message).toMatchObject({ content: [{ type: 'text', text: 'one two three four' }] });
  });

  it('embeds texts: the same each time, near each other where they share words', async () => {
    const vectorsOf = async (input: string | string[] | number[], more: object = {}) =>
      (await openai.embeddings.create({ model: 'small', input, ...more })).data.map(
        ({ embedding }) => embedding,
      );
    const texts = ['red signal', 'a red signal', 'green tree'];
    const [one, near, far] = await vectorsOf(texts);
    expect(one).toHaveLength(256);
    const product = (other: readonly number[]) =>
      one!.reduce((sum, value, index) => sum + value * other[index]!, 0);
    expect(product(one!)).toBeCloseTo(1, 5);
    expect(product(near!)).toBeGreaterThan(0.6);
    expect(Math.abs(product(far!))).toBeLessThan(0.3);
    expect(await vectorsOf(texts)).toEqual([one, near, far]);
    // The SDK asks for them packed, unless it is told otherwise.
    expect(await vectorsOf(texts, { encoding_format: 'float' })).toEqual([one, near, far]);
    const [short] = await vectorsOf('red signal', { dimensions: 16, encoding_format: 'float' });
    expect(short).toHaveLength(16);
    const ratio = short![0]! / one![0]!;
    for (const [index, value] of short!.entries()) expect(value / one![index]!).toBeCloseTo(ratio, 3);
    expect(await vectorsOf([1, 2])).toHaveLength(1);
    expect((await openai.embeddings.create({ model: 'small', input: texts })).usage.prompt_tokens).toBe(11);
  });

  it('has its models', async () => {
    const models = await openai.models.list();
    expect(models.data.map(({ id }) => id)).toEqual(['small', 'other']);
    expect(await openai.models.retrieve('other')).toMatchObject({ id: 'other', object: 'model' });
    await expect(openai.models.retrieve('none')).rejects.toMatchObject({
      status: 404,
      code: 'model_not_found',
    });
  });
});

describe('the simulated provider, in Anthropic’s dialect', () => {
  it.each([false, true])('answers messages and calls tools (streamed: %s)', async (stream) => {
    const { status, text } = await post('/messages', ask('the weather', { stream }));
    expect(status).toBe(200);
    expect(readAnswer('anthropic-messages', text, stream)).toMatchObject({
      verdict: 'complete',
      finishReason: 'tool_use',
      answeredModel: 'small',
      messages: [
        {
          role: 'assistant',
          parts: [
            { kind: 'text', text: 'Let me look.' },
            { kind: 'tool-call', name: 'weather', arguments: '{"city":"Paris"}' },
          ],
        },
      ],
    });
  });

  it('hears what the user said, not what a tool did', async () => {
    const answered = [{ type: 'tool_result', tool_use_id: 'a', content: 'count' }];
    const messages = [
      { role: 'user', content: 'the weather' },
      { role: 'user', content: answered },
    ];
    expect(json(await post('/messages', ask('', { messages })))).toMatchObject({ stop_reason: 'tool_use' });
  });

  it('counts what a message would be counted as', async () => {
    const request = ask('x'.repeat(100), { system: 'Be brief.' });
    const counted = json(await post('/messages/count_tokens', request));
    expect(json(await post('/messages', request))).toMatchObject({ usage: counted });
    expect(counted['input_tokens']).toBeGreaterThan(25);
  });

  it('lists its models for clients that are Anthropic’s', async () => {
    const headers = { 'anthropic-version': '2023-06-01' };
    const list = await fetch(`${provider.endpoint}/models`, { headers });
    expect(await list.json()).toMatchObject({ has_more: false, first_id: 'small' });
    const one = await fetch(`${provider.endpoint}/models/none`, { headers });
    expect(await one.json()).toMatchObject({ type: 'error', error: { type: 'not_found_error' } });
  });
});

describe('what it cannot do is said in the dialect of the request', () => {
  const messages = [{ role: 'user', content: 'hi' }];
  it.each([
    ['/chat/completions', { model: 'none', messages }, 404, 'model_not_found'],
    ['/responses', { model: 'none', input: 'hi' }, 404, 'model_not_found'],
    ['/embeddings', { model: 'none', input: 'hi' }, 404, 'model_not_found'],
    ['/chat/completions', { model: 'small', messages: [] }, 400, 'invalid_request'],
    ['/responses', { model: 'small' }, 400, 'invalid_request'],
    ['/embeddings', { model: 'small', input: [] }, 400, 'invalid_request'],
    ['/embeddings', { model: 'small', input: 'a', dimensions: 0 }, 400, 'invalid_request'],
    ['/embeddings', 'no JSON', 400, 'invalid_request'],
    ['/embeddings', { model: 'small', input: 'x'.repeat(1_000) }, 400, 'context_length_exceeded'],
    ['/responses', { model: 'small', input: 'flaky' }, 503, 'overloaded'],
    ['/completions', { model: 'small', prompt: 'hi' }, 404, 'not_found'],
  ] as const)('%s %j', async (path, body, status, code) => {
    const answer = await post(path, body);
    expect([answer.status, json(answer)['error']]).toMatchObject([status, { code }]);
  });

  it.each([
    ['/messages', { model: 'none', max_tokens: 1, messages }, 404, 'not_found_error'],
    ['/messages', { model: 'small', messages }, 400, 'invalid_request_error'],
    ['/messages/count_tokens', { model: 'none', messages }, 404, 'not_found_error'],
    ['/messages', ask('x'.repeat(1_000)), 400, 'invalid_request_error'],
    ['/messages', ask('flaky'), 503, 'overloaded_error'],
  ] as const)('%s %j', async (path, body, status, type) => {
    const answer = await post(path, body);
    expect([answer.status, json(answer)]).toMatchObject([status, { type: 'error', error: { type } }]);
  });
});
