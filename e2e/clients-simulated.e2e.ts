import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { environment } from './clients/support/environment.ts';
import { installClients } from './clients/support/install.ts';
import { play, type Outcomes } from './clients/support/play.ts';
import { recordedSpans } from './clients/support/recorded.ts';
import { startHost, type RunningHost } from './support/host.ts';

const MINUTES = 60_000;

/** The simulated provider twice: as one of OpenAI's dialect and as one of Anthropic's; and a third time for vectors. */
const CONFIG = `
[simulated]
speed = 0
[[simulated.scripts]]
match = "the weather"
reply = "Let me look."
tool_calls = [{ name = "weather", arguments = { city = "Paris" } }]
[[simulated.scripts]]
match = "count"
reply = "one two three four"
[simulated.models.sim-vectors]
first_token_ms = 10
tokens_per_second = 1_000
context_window = 8_000
[providers.words]
endpoint = "simulated"
dialect = "anthropic"
[instances.words]
provider = "words"
model = "sim-large"
[pools.letters]
instances = ["words"]
[providers.embedder]
endpoint = "simulated"
category = "embedding"
[instances.embedder]
provider = "embedder"
model = "sim-vectors"
[pools.vectors]
instances = ["embedder"]
`;

let host: RunningHost;
let outcomes: Outcomes;

beforeAll(async () => {
  installClients();
  host = await startHost({ config: CONFIG });
  const { dataPlane, clientToken } = host;
  const token = { openai: clientToken, anthropic: clientToken };
  const env = environment(`${dataPlane}/openai/v1`, `${dataPlane}/anthropic`, token);
  outcomes = await play('simulated', { env });
}, 5 * MINUTES);
afterAll(() => host?.stop());

const gave = (name: string): unknown => {
  expect(outcomes[name]?.failed).toBeUndefined();
  return outcomes[name]?.gave;
};
const toolUse = { type: 'tool_use', name: 'weather', input: { city: 'Paris' } };
const functionCall = { type: 'function_call', name: 'weather', arguments: '{"city":"Paris"}' };

describe('the official SDKs get from the simulated provider', () => {
  it('chat completions', () => {
    expect(gave('chat: whole')).toMatchObject({
      choices: [{ message: { content: 'one two three four' }, finish_reason: 'stop' }],
      usage: { completion_tokens: 4 },
    });
    expect(gave('chat: streamed with the helper')).toMatchObject({
      choices: [
        {
          message: {
            content: 'Let me look.',
            tool_calls: [{ function: { name: 'weather', arguments: '{"city":"Paris"}' } }],
          },
          finish_reason: 'tool_calls',
        },
      ],
      usage: { total_tokens: expect.any(Number) as number },
    });
  });

  it('responses', () => {
    const whole = gave('responses: whole');
    expect(whole).toMatchObject({ status: 'completed', output_text: 'one two three four' });
    expect(gave('responses: tools')).toMatchObject({ output: [{ type: 'message' }, functionCall] });
    expect(gave('responses: streamed with the helper')).toMatchObject({
      output: [{ type: 'message' }, functionCall],
    });
    const events = gave('responses: streamed') as readonly { type: string; sequence_number: number }[];
    expect(events.map(({ sequence_number: number }) => number)).toEqual(events.map((_, index) => index));
    expect(events.at(-1)).toMatchObject({
      type: 'response.completed',
      response: { output: [{ content: [{ text: 'one two three four' }] }] },
    });
  });

  it('embeddings', () => {
    const vectors = gave('embeddings: packed');
    expect(vectors).toEqual(gave('embeddings: as numbers'));
    expect(vectors).toMatchObject([{ index: 0 }, { index: 1 }]);
    const short = gave('embeddings: short') as readonly { embedding: readonly number[] }[];
    expect(short.map(({ embedding }) => embedding.length)).toEqual([8, 8]);
  });

  it('messages', () => {
    expect(gave('messages: whole')).toMatchObject({
      content: [{ type: 'text', text: 'one two three four' }],
      stop_reason: 'end_turn',
      usage: { output_tokens: 4 },
    });
    expect(gave('messages: cut off by its limit')).toMatchObject({
      content: [{ text: 'one two' }],
      stop_reason: 'max_tokens',
    });
    expect(gave('messages: streamed with the helper')).toMatchObject({
      content: [{ type: 'text', text: 'Let me look.' }, toolUse],
      stop_reason: 'tool_use',
    });
    expect(gave('messages: what a tool answered')).toMatchObject({ stop_reason: 'end_turn' });
    const events = gave('messages: streamed') as readonly { type: string }[];
    expect(events.map(({ type }) => type)).toEqual([
      'message_start',
      'content_block_start',
      ...Array.from({ length: 4 }, () => 'content_block_delta'),
      'content_block_stop',
      'message_delta',
      'message_stop',
    ]);
    expect(gave('messages: counted')).toEqual({ input_tokens: expect.any(Number) as number });
  });

  it('the models that can be named, in the shape of each', () => {
    const ids = (name: string) => (gave(name) as readonly { id: string }[]).map(({ id }) => id);
    expect(ids('models: OpenAI’s')).toEqual(expect.arrayContaining(['fast', 'letters', 'vectors']));
    expect(ids('models: Anthropic’s')).toEqual(ids('models: OpenAI’s'));
    expect(gave('models: one of OpenAI’s')).toMatchObject({ id: 'fast', object: 'model' });
    expect(gave('models: one of Anthropic’s')).toMatchObject({ id: 'letters', type: 'model' });
    for (const name of ['models: none of OpenAI’s', 'models: none of Anthropic’s'])
      expect(outcomes[name]?.failed).toMatchObject({ is: 'NotFoundError', status: 404 });
  });

  it('what is recorded with its tokens and its verdict', async () => {
    const calls = (await recordedSpans(host.api)).filter((span) => span.kind === 'call');
    const answered = calls.filter(({ httpStatus }) => httpStatus === 200);
    expect(answered).toHaveLength(15);
    for (const call of answered) {
      expect.soft(call).toMatchObject({ status: 'ok' });
      expect.soft(call).not.toHaveProperty('unparsed');
    }
    const streamed = answered.filter(({ streaming }) => streaming);
    expect(streamed.map(({ verdict }) => verdict)).toEqual(Array.from({ length: 5 }, () => 'complete'));
    for (const { usage } of answered.filter(({ operation }) => operation !== 'messages.count_tokens')) {
      expect.soft(usage?.input).toBeGreaterThan(0);
      expect.soft(usage).not.toHaveProperty('estimated');
    }
  });
});
