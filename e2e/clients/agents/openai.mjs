// The official openai SDK, which reads OPENAI_BASE_URL and OPENAI_API_KEY.
import OpenAI, { toFile } from 'openai';
import { zodResponseFormat } from 'openai/helpers/zod';
import { z } from 'zod';
import { all, play } from './support.mjs';

const openai = new OpenAI();
const once = new OpenAI({ maxRetries: 0 });
const model = 'gpt-4.1-mini';
/** One whose limit is hit without getting in the way of the others. */
const limited = 'gpt-limited';

const messages = (scene) => [
  { role: 'system', content: 'Be brief.' },
  { role: 'user', content: `How is the weather, ☃? [[${scene}]]` },
];
const weather = {
  name: 'weather',
  description: 'The weather in a city.',
  parameters: {
    type: 'object',
    properties: { city: { type: 'string' }, unit: { type: 'string', enum: ['C', 'F'] } },
    required: ['city', 'unit'],
    additionalProperties: false,
  },
};
const tools = [{ type: 'function', function: { ...weather, strict: true } }];

const chat = (scene, more = {}, client = openai) =>
  client.chat.completions.create({ model, messages: messages(scene), ...more });
const chatStream = async (scene, more = {}) =>
  all(await chat(scene, { stream: true, stream_options: { include_usage: true }, ...more }));
const respond = (scene, more = {}, client = openai) =>
  client.responses.create({ model, instructions: 'Be brief.', input: `How is it? [[${scene}]]`, ...more });
const respondStream = async (scene, more = {}) => all(await respond(scene, { stream: true, ...more }));

/** Aborted by hand when the first piece is there. */
async function leaveEarly(stream) {
  const seen = [];
  for await (const event of stream) {
    seen.push(event);
    stream.controller.abort();
  }
  return seen.length;
}

await play({
  'chat: whole, with its headers': async () => {
    const { data, response, request_id } = await chat('text').withResponse();
    return { data, headers: response.headers, status: response.status, request_id };
  },
  'chat: unknown fields go through': () =>
    chat('text', { not_known_anywhere: { deep: [1e3, 1.0, null] }, seed: 7, user: 'tests' }),
  'chat: whole, several answers with probabilities': () =>
    chat('text', { n: 2, logprobs: true, top_logprobs: 1 }),
  'chat: whole, tools called in parallel': () => chat('tools', { tools, parallel_tool_calls: true }),
  'chat: whole, cut off by its limit': () => chat('too-long', { max_completion_tokens: 5 }),
  'chat: whole, filtered': () => chat('filtered'),
  'chat: whole, refused': () => chat('refused'),
  'chat: whole, from the cache': () => chat('cached'),
  'chat: whole, with thoughts': () => chat('thoughts'),
  'chat: whole, of 30 kB': async () => (await chat('huge')).choices[0].message.content.length,
  'chat: whole, in gzip': () => chat('packed'),
  'chat: a picture': () =>
    openai.chat.completions.create({
      model,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is it? [[text]]' },
            { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=', detail: 'low' } },
          ],
        },
      ],
    }),
  'chat: a structured answer': async () => {
    const shape = z.object({ city: z.string(), celsius: z.number() });
    const response_format = zodResponseFormat(shape, 'weather');
    const parsed = await openai.chat.completions.parse({
      model,
      messages: messages('json'),
      response_format,
    });
    return parsed.choices[0].message.parsed;
  },
  'chat: a loop with tools': async () => {
    const run = ({ city }) => `18 °C in ${city}`;
    const functions = [{ type: 'function', function: { ...weather, function: run, parse: JSON.parse } }];
    const runner = openai.chat.completions.runTools({ model, messages: messages('tools'), tools: functions });
    return { final: await runner.finalContent(), messages: runner.messages };
  },
  'chat: streamed': () => chatStream('text'),
  'chat: streamed, without its usage': () => chatStream('text', { stream_options: undefined }),
  'chat: streamed, several answers with probabilities': () => chatStream('text', { n: 2, logprobs: true }),
  'chat: streamed, tools called in parallel': () => chatStream('only-tools', { tools }),
  'chat: streamed, refused': () => chatStream('refused'),
  'chat: streamed, with thoughts': () => chatStream('thoughts'),
  'chat: streamed, after and between comments': () => chatStream('comments'),
  'chat: streamed, lines end in CRLF': () => chatStream('crlf'),
  'chat: streamed, 30 kB': async () => (await chatStream('huge')).length,
  'chat: streamed, in gzip': () => chatStream('packed'),
  'chat: streamed, an error inside': () => chatStream('error-inside'),
  'chat: streamed, an error first': () => chatStream('error-first'),
  'chat: streamed with the helper': async () => {
    const stream = openai.chat.completions.stream({ model, messages: messages('tools'), tools });
    const deltas = [];
    stream.on('content', (delta) => deltas.push(delta));
    return { final: await stream.finalChatCompletion(), deltas };
  },
  'chat: a loop with tools, streamed': async () => {
    const run = ({ city }) => `18 °C in ${city}`;
    const functions = [{ type: 'function', function: { ...weather, function: run, parse: JSON.parse } }];
    const runner = openai.chat.completions.runTools({
      model,
      messages: messages('only-tools'),
      tools: functions,
      stream: true,
    });
    return { final: await runner.finalContent(), messages: runner.messages };
  },
  'chat: cancelled by the client while it streams': async () =>
    leaveEarly(await chat('slow', { stream: true })),
  'chat: cancelled by the client before an answer': () =>
    openai.chat.completions.create(
      { model, messages: messages('never') },
      { signal: AbortSignal.timeout(300) },
    ),
  'chat: the client has waited long enough': () =>
    once.chat.completions.create({ model, messages: messages('never') }, { timeout: 300 }),

  'error 401': () => chat('error-401', {}, once),
  'error 403': () => chat('error-403', {}, once),
  'error 404': () => chat('error-404', {}, once),
  'error 429, then an answer': () => chat('error-429-once', { model: limited }),
  'error 429 with retry-after': () => chat('error-429', { model: limited }, once),
  'error 500': () => chat('error-500', {}, once),
  'error 500, then an answer': () => chat('error-500-once'),
  'error 500 for a stream': () => chat('error-500', { stream: true }, once),
  'error: the context is too long': () => chat('error-context'),
  'error: filtered before it was answered': () => chat('error-policy'),
  'error: a page': () => chat('error-page', {}, once),
  'error: nothing at all': () => chat('error-empty', {}, once),

  'responses: whole': () => respond('text'),
  'responses: whole, with thoughts': () =>
    respond('thoughts', { include: ['reasoning.encrypted_content'], reasoning: { effort: 'high' } }),
  'responses: whole, tools called in parallel': () =>
    respond('tools', { tools: [{ type: 'function', strict: true, ...weather }] }),
  'responses: whole, refused': () => respond('refused'),
  'responses: whole, cut off by its limit': () => respond('too-long'),
  'responses: what a tool answered goes in': () =>
    respond('tools', {
      input: [
        { role: 'user', content: 'How is it? [[tools]]' },
        { type: 'function_call', call_id: 'call_1', name: 'weather', arguments: '{"city":"Paris"}' },
        { type: 'function_call_output', call_id: 'call_1', output: '18 °C' },
      ],
    }),
  'responses: streamed': () => respondStream('text'),
  'responses: streamed, with thoughts': () => respondStream('thoughts'),
  'responses: streamed, tools called in parallel': () => respondStream('tools'),
  'responses: streamed, refused': () => respondStream('refused'),
  'responses: streamed, cut off by its limit': () => respondStream('too-long'),
  'responses: streamed, an error inside': () => respondStream('error-inside'),
  'responses: streamed with the helper': async () => {
    const stream = openai.responses.stream({ model, input: 'How is it? [[tools]]' });
    return (await stream.finalResponse()).output;
  },
  'responses: cancelled by the client while it streams': async () =>
    leaveEarly(await respond('slow', { stream: true })),
  'responses: error 500': () => respond('error-500', {}, once),
  'responses: error, the context is too long': () => respond('error-context', {}, once),

  'embeddings: packed, as the SDK asks for them': () =>
    openai.embeddings.create({ model: 'text-embedding-3-small', input: ['red', 'green ☃'] }),
  'embeddings: as numbers': () =>
    openai.embeddings.create({ model: 'text-embedding-3-small', input: 'red', encoding_format: 'float' }),
  'embeddings: error 401': () =>
    once.embeddings.create({ model: 'text-embedding-3-small', input: '[[error-401]]' }),

  // What nobody here understands, and is only passed on.
  'passed on: the list of models': () => all(openai.models.list()),
  'passed on: a model': () => openai.models.retrieve('gpt-4.1-mini'),
  'passed on: a response that was kept': () => openai.responses.retrieve('resp_kept'),
  'passed on: a deletion without an answer': () => openai.responses.delete('resp_kept'),
  'passed on: a file': async () =>
    openai.files.create({ file: await toFile(Buffer.from('{"a":1}\n'), 'lines.jsonl'), purpose: 'batch' }),
  'passed on: bytes': async () => (await openai.files.content('file-1')).bytes(),
  'passed on: what does not exist': () => once.get('/nowhere'),
});
