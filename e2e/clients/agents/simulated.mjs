// Both official SDKs, with what the simulated provider answers.
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { all, play } from './support.mjs';

const openai = new OpenAI({ maxRetries: 0 });
const anthropic = new Anthropic({ maxRetries: 0 });

const tool = { name: 'weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } };
const functions = [{ type: 'function', ...tool, strict: false }];
const tools = [{ type: 'function', function: tool }];
const anthropicTools = [{ name: tool.name, input_schema: tool.parameters }];
const messages = (content) => [{ role: 'user', content }];
const say = (content, more = {}) => ({
  model: 'letters',
  max_tokens: 100,
  messages: messages(content),
  ...more,
});
const embed = (more) => openai.embeddings.create({ model: 'vectors', input: ['red', 'green ☃'], ...more });

await play({
  'chat: whole': () => openai.chat.completions.create({ model: 'fast', messages: messages('count') }),
  'chat: streamed with the helper': () =>
    openai.chat.completions
      .stream({
        model: 'fast',
        messages: messages('the weather'),
        tools,
        stream_options: { include_usage: true },
      })
      .finalChatCompletion(),
  'responses: whole': () => openai.responses.create({ model: 'fast', input: 'count' }),
  'responses: tools': () =>
    openai.responses.create({ model: 'fast', input: 'the weather', tools: functions }),
  'responses: streamed': async () =>
    all(await openai.responses.create({ model: 'fast', input: 'count', stream: true })),
  'responses: streamed with the helper': () =>
    openai.responses.stream({ model: 'fast', input: 'the weather', tools: functions }).finalResponse(),
  'embeddings: packed': async () => (await embed()).data,
  'embeddings: as numbers': async () => (await embed({ encoding_format: 'float' })).data,
  'embeddings: short': async () => (await embed({ dimensions: 8 })).data,
  'models: OpenAI’s': () => all(openai.models.list()),
  'models: one of OpenAI’s': () => openai.models.retrieve('fast'),
  'models: none of OpenAI’s': () => openai.models.retrieve('nobody'),
  'messages: whole': () => anthropic.messages.create(say('count')),
  'messages: cut off by its limit': () => anthropic.messages.create(say('count', { max_tokens: 2 })),
  'messages: streamed': async () => all(await anthropic.messages.create(say('count', { stream: true }))),
  'messages: streamed with the helper': () =>
    anthropic.messages.stream(say('the weather', { tools: anthropicTools })).finalMessage(),
  'messages: what a tool answered': () =>
    anthropic.messages.create(
      say('', {
        tools: anthropicTools,
        messages: [
          ...messages('count'),
          { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'weather', input: {} }] },
          { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'a', content: '18 °C' }] },
        ],
      }),
    ),
  'messages: counted': () =>
    anthropic.messages.countTokens({ model: 'letters', messages: messages('count') }),
  'models: Anthropic’s': () => all(anthropic.models.list()),
  'models: one of Anthropic’s': () => anthropic.models.retrieve('letters'),
  'models: none of Anthropic’s': () => anthropic.models.retrieve('nobody'),
});
