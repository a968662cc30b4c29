// The official Anthropic SDK, which reads ANTHROPIC_BASE_URL and ANTHROPIC_API_KEY.
import Anthropic from '@anthropic-ai/sdk';
import { betaZodTool } from '@anthropic-ai/sdk/helpers/beta/zod';
import { z } from 'zod';
import { all, play } from './support.mjs';

const anthropic = new Anthropic();
const once = new Anthropic({ maxRetries: 0 });
const model = 'claude-sonnet-5';
const max_tokens = 1024;
/** One whose limit is hit without getting in the way of the others. */
const limited = 'claude-limited';

const tools = [
  {
    name: 'weather',
    description: 'The weather in a city.',
    input_schema: {
      type: 'object',
      properties: { city: { type: 'string' }, unit: { type: 'string', enum: ['C', 'F'] } },
      required: ['city', 'unit'],
    },
  },
];
const thinking = { type: 'enabled', budget_tokens: 1024 };

const params = (scene, more = {}) => ({
  model,
  max_tokens,
  system: 'Be brief.',
  messages: [{ role: 'user', content: `How is the weather, ☃? [[${scene}]]` }],
  ...more,
});
const say = (scene, more, client = anthropic) => client.messages.create(params(scene, more));
const saysStreamed = async (scene, more) => all(await say(scene, { stream: true, ...more }));
const helper = async (scene, more) => {
  const stream = anthropic.messages.stream(params(scene, more));
  const told = [];
  for (const name of ['text', 'thinking', 'signature', 'inputJson', 'citation', 'contentBlock']) {
    stream.on(name, (first) => told.push([name, first]));
  }
  return { final: await stream.finalMessage(), told };
};

/** What the model said goes back as it was, and what the tools answered with it. */
async function continued(scene, more = {}) {
  const first = await say(scene, { tools, ...more });
  const results = first.content.flatMap((block) =>
    block.type === 'tool_use' ? [{ type: 'tool_result', tool_use_id: block.id, content: '18 °C' }] : [],
  );
  const messages = [
    ...params(scene).messages,
    { role: 'assistant', content: first.content },
    { role: 'user', content: results },
  ];
  return [first, await say(scene, { tools, ...more, messages })];
}

await play({
  'whole, with its headers': async () => {
    const { data, response, request_id } = await say('text').withResponse();
    return { data, headers: response.headers, status: response.status, request_id };
  },
  'whole, unknown fields go through': () =>
    say('text', { not_known_anywhere: { deep: [1e3, null] }, metadata: { user_id: 'tests' } }),
  'whole, tools called in parallel': () => say('tools', { tools }),
  'whole, a tool without arguments': () => say('no-arguments', { tools }),
  'whole, with thoughts': () => say('thoughts', { thinking, max_tokens: 4096 }),
  'whole, from the cache': () =>
    say('cached', { system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }] }),
  'whole, with a search of its own': () =>
    say('search', { tools: [{ type: 'web_search_20250305', name: 'web_search' }] }),
  'whole, cut off by its limit': () => say('too-long', { max_tokens: 5 }),
  'whole, refused': () => say('refused'),
  'whole, in gzip': () => say('packed'),
  'a picture': () =>
    say('text', {
      messages: [
        {
          role: 'user',
          content: [
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' } },
            { type: 'text', text: 'What is it? [[text]]' },
          ],
        },
      ],
    }),
  'tools, and what they answered': () => continued('tools'),
  'thoughts go back with their signature': () =>
    continued('thoughtful-tools', { thinking, max_tokens: 4096 }),
  'a loop with tools': async () => {
    const weather = betaZodTool({
      name: 'weather',
      description: 'The weather in a city.',
      inputSchema: z.object({ city: z.string(), unit: z.string() }),
      run: ({ city }) => `18 °C in ${city}`,
    });
    const runner = anthropic.beta.messages.toolRunner({
      ...params('tools'),
      tools: [weather],
      max_iterations: 3,
    });
    return { final: await runner, messages: runner.params.messages };
  },
  'beta features have a header and a query': () =>
    anthropic.beta.messages.create({ ...params('text'), betas: ['context-management-2025-06-27'] }),
  streamed: () => saysStreamed('text'),
  'streamed, tools called in parallel': () => saysStreamed('only-tools', { tools }),
  'streamed, a tool without arguments': () => saysStreamed('no-arguments', { tools }),
  'streamed, with thoughts': () => saysStreamed('thoughts', { thinking, max_tokens: 4096 }),
  'streamed, from the cache': () => saysStreamed('cached'),
  'streamed, with a search of its own': () => saysStreamed('search'),
  'streamed, cut off by its limit': () => saysStreamed('too-long'),
  'streamed, refused': () => saysStreamed('refused'),
  'streamed, after and between comments': () => saysStreamed('comments'),
  'streamed, lines end in CRLF': () => saysStreamed('crlf'),
  'streamed, 30 kB': async () => (await saysStreamed('huge')).length,
  'streamed, in gzip': () => saysStreamed('packed'),
  'streamed, an error inside': () => saysStreamed('error-inside'),
  'streamed, an error first': () => saysStreamed('error-first'),
  'helper: text': () => helper('text'),
  'helper: tools': () => helper('tools', { tools }),
  'helper: thoughts': () => helper('thoughts', { thinking, max_tokens: 4096 }),
  'helper: a search of its own': () => helper('search'),
  'cancelled by the client while it streams': async () => {
    const stream = await say('slow', { stream: true });
    const seen = [];
    for await (const event of stream) {
      seen.push(event.type);
      stream.controller.abort();
    }
    return new Set(seen);
  },
  'cancelled by the client before an answer': () =>
    anthropic.messages.create(params('never'), { signal: AbortSignal.timeout(300) }),
  'the client has waited long enough': () => once.messages.create(params('never'), { timeout: 300 }),

  'error 401': () => say('error-401', {}, once),
  'error 403': () => say('error-403', {}, once),
  'error 404': () => say('error-404', {}, once),
  'error 413': () => say('error-413', {}, once),
  'error 429, then an answer': () => say('error-429-once', { model: limited }),
  'error 429 with retry-after': () => say('error-429', { model: limited }, once),
  'error 500': () => say('error-500', {}, once),
  'error 500, then an answer': () => say('error-500-once'),
  'error 529': () => say('error-529', {}, once),
  'error 529 for a stream': () => say('error-529', { stream: true }, once),
  'error: the context is too long': () => say('error-context'),
  'error: filtered before it was answered': () => say('error-policy'),
  'error: a page': () => say('error-page', {}, once),
  'error: nothing at all': () => say('error-empty', {}, once),

  'tokens are counted': () =>
    anthropic.messages.countTokens({ model, system: 'Be brief.', messages: params('text').messages, tools }),

  'passed on: the list of models': () => all(anthropic.models.list()),
  'passed on: a model': () => anthropic.models.retrieve('claude-sonnet-5'),
  'passed on: what does not exist': () => once.get('/v1/nowhere'),
});
