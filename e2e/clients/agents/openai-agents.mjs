// OpenAI's Agents SDK, which reads OPENAI_BASE_URL and OPENAI_API_KEY, and OPENAI_AGENTS_DISABLE_TRACING, since it would
// report to api.openai.com.
import { Agent, Runner, setOpenAIAPI, tool } from '@openai/agents';
import { z } from 'zod';
import { all, play } from './support.mjs';

const model = 'gpt-4.1-mini';
const weather = tool({
  name: 'weather',
  description: 'The weather in a city.',
  parameters: z.object({ city: z.string(), unit: z.enum(['C', 'F']) }),
  execute: ({ city }) => `18 °C in ${city}`,
});
const prompt = (scene) => `How is the weather, ☃? [[${scene}]]`;
const agentOf = (more = {}) => new Agent({ name: 'Walker', instructions: 'Be brief.', model, ...more });

/** What there is to see of a finished run. */
const told = ({ finalOutput, newItems, rawResponses, lastAgent, history }) => ({
  finalOutput,
  items: newItems.map(({ type, rawItem }) => ({ type, rawItem })),
  responses: rawResponses,
  agent: lastAgent?.name,
  history,
});

const run = async (scene, more = {}, options = {}) =>
  told(await new Runner().run(agentOf(more), prompt(scene), options));

async function stream(scene, more = {}, options = {}) {
  const result = await new Runner().run(agentOf(more), prompt(scene), { stream: true, ...options });
  const events = await all(
    (async function* () {
      for await (const event of result)
        yield event.type === 'raw_model_stream_event' ? event.data : event.type;
    })(),
  );
  try {
    await result.completed;
  } catch (error) {
    return { events, failed: error };
  }
  return { events, ...told(result) };
}

const forecaster = new Agent({ name: 'Forecaster', instructions: 'Forecast.', model });

const cases = (api) => ({
  whole: () => run('text'),
  'whole, tools called in parallel': () => run('tools', { tools: [weather] }),
  'whole, only tools': () => run('only-tools', { tools: [weather] }),
  'whole, with thoughts': () => run('thoughtful-tools', { tools: [weather] }),
  'whole, handed to another agent': () => run('handoff', { handoffs: [forecaster] }),
  'whole, structured': () => run('json', { outputType: z.object({ city: z.string(), celsius: z.number() }) }),
  'whole, refused': () => run('refused', {}, { maxTurns: 1 }),
  streamed: () => stream('text'),
  'streamed, tools called in parallel': () => stream('tools', { tools: [weather] }),
  'streamed, with thoughts': () => stream('thoughtful-tools', { tools: [weather] }),
  'streamed, handed to another agent': () => stream('handoff', { handoffs: [forecaster] }),
  'streamed, an error inside': () => stream('error-inside'),
  'cancelled by the client while it streams': async () => {
    const controller = new AbortController();
    const options = { stream: true, signal: controller.signal };
    const result = await new Runner().run(agentOf(), prompt('slow'), options);
    const seen = new Set();
    for await (const { type } of result) {
      seen.add(type);
      controller.abort();
    }
    return seen;
  },
  'cancelled by the client before an answer': () => run('never', {}, { signal: AbortSignal.timeout(300) }),
  'error 401': () => run('error-401'),
  'error 429 with retry-after': () => run('error-429', { model: `gpt-limited-agents-${api}` }),
  'error 500, then an answer': () => run('error-500-once'),
  'error: the context is too long': () => run('error-context'),
  'error: filtered before it was answered': () => run('error-policy'),
});

const named = (api) =>
  Object.entries(cases(api)).map(([name, play]) => [
    `${api}: ${name}`,
    () => {
      setOpenAIAPI(api === 'chat' ? 'chat_completions' : api);
      return play();
    },
  ]);
await play(Object.fromEntries([...named('responses'), ...named('chat')]));
