// Vercel's AI SDK with its providers, which read OPENAI_BASE_URL, OPENAI_API_KEY, ANTHROPIC_BASE_URL and ANTHROPIC_API_KEY.
import { anthropic } from '@ai-sdk/anthropic';
import { openai } from '@ai-sdk/openai';
import { embed, embedMany, generateText, Output, stepCountIs, streamText, tool } from 'ai';
import { z } from 'zod';
import { abortAfter, all, play } from './support.mjs';

const MODELS = {
  responses: openai('gpt-4.1-mini'),
  chat: openai.chat('gpt-4.1-mini'),
  anthropic: anthropic('claude-sonnet-5'),
};
const LIMITED = {
  responses: openai('gpt-limited-vercel-responses'),
  chat: openai.chat('gpt-limited-vercel-chat'),
  anthropic: anthropic('claude-limited-vercel'),
};

const tools = {
  weather: tool({
    description: 'The weather in a city.',
    inputSchema: z.object({ city: z.string(), unit: z.enum(['C', 'F']) }),
    execute: ({ city }) => `18 °C in ${city}`,
  }),
};
const prompt = (scene) => `How is the weather, ☃? [[${scene}]]`;
/** A client must not retry where the case is what comes first. */
const once = { maxRetries: 0 };

/** What there is to see of a finished generation. */
const told = ({
  text,
  reasoningText,
  content,
  finishReason,
  usage,
  totalUsage,
  steps,
  response,
  providerMetadata,
  warnings,
}) => ({
  text,
  reasoningText,
  content,
  finishReason,
  usage,
  totalUsage,
  warnings,
  providerMetadata,
  messages: response.messages,
  headers: response.headers,
  steps: steps.map(({ content, finishReason, usage }) => ({ content, finishReason, usage })),
});

const generate = async (model, scene, more = {}) =>
  told(await generateText({ model, system: 'Be brief.', prompt: prompt(scene), ...more }));

/** Every part of the stream, and what it came to. */
async function stream(model, scene, more = {}) {
  const errors = [];
  const onError = ({ error }) => void errors.push(error);
  const result = streamText({ model, system: 'Be brief.', prompt: prompt(scene), onError, ...more });
  const parts = await all(result.fullStream);
  if (errors.length > 0) return { parts, errors };
  const { text, toolCalls, toolResults, finishReason, totalUsage, response } = result;
  const came = await Promise.all([text, toolCalls, toolResults, finishReason, totalUsage, response]);
  return { parts, came };
}

const shared = Object.entries(MODELS).flatMap(([api, model]) =>
  Object.entries({
    whole: () => generate(model, 'text'),
    'whole, from the cache': () => generate(model, 'cached'),
    'whole, tools called in parallel': () => generate(model, 'tools', { tools, stopWhen: stepCountIs(3) }),
    'whole, cut off by its limit': () => generate(model, 'too-long', { maxOutputTokens: 5 }),
    'whole, refused': () => generate(model, 'refused'),
    'whole, structured': async () => {
      const shape = Output.object({ schema: z.object({ city: z.string(), celsius: z.number() }) });
      return (await generateText({ model, prompt: prompt('json'), output: shape })).output;
    },
    streamed: () => stream(model, 'text'),
    'streamed, from the cache': () => stream(model, 'cached'),
    'streamed, tools called in parallel': () => stream(model, 'tools', { tools, stopWhen: stepCountIs(3) }),
    'streamed, refused': () => stream(model, 'refused'),
    'streamed, in gzip': () => stream(model, 'packed'),
    'streamed, an error inside': () => stream(model, 'error-inside'),
    'cancelled by the client while it streams': async () => {
      const controller = new AbortController();
      const { fullStream } = streamText({ model, prompt: prompt('slow'), abortSignal: controller.signal });
      const seen = [];
      for await (const { type } of fullStream) {
        seen.push(type);
        if (type === 'text-delta') controller.abort();
      }
      return new Set(seen);
    },
    'cancelled by the client before an answer': () =>
      generate(model, 'never', { abortSignal: abortAfter(300) }),
    'error 401': () => generate(model, 'error-401'),
    'error 429 with retry-after': () => generate(LIMITED[api], 'error-429', once),
    'error 500, then an answer': () => generate(model, 'error-500-once', { maxRetries: 1 }),
    'error 500': () => generate(model, 'error-500', once),
    'error 500 for a stream': () => stream(model, 'error-500', once),
    'error: the context is too long': () => generate(model, 'error-context'),
    'error: filtered before it was answered': () => generate(model, 'error-policy'),
    'error: a page': () => generate(model, 'error-page', once),
  }).map(([name, run]) => [`${api}: ${name}`, run]),
);

const reasons = { anthropic: { thinking: { type: 'enabled', budgetTokens: 1024 } } };

await play({
  ...Object.fromEntries(shared),
  'anthropic: whole, with thoughts': () =>
    generate(MODELS.anthropic, 'thoughtful-tools', {
      tools,
      stopWhen: stepCountIs(3),
      providerOptions: reasons,
    }),
  'anthropic: streamed, with thoughts': () =>
    stream(MODELS.anthropic, 'thoughtful-tools', {
      tools,
      stopWhen: stepCountIs(3),
      providerOptions: reasons,
    }),
  'responses: streamed, with thoughts': () =>
    stream(MODELS.responses, 'thoughtful-tools', { tools, stopWhen: stepCountIs(3) }),
  'embeddings: one': () => embed({ model: openai.embedding('text-embedding-3-small'), value: 'red' }),
  'embeddings: many': () =>
    embedMany({ model: openai.embedding('text-embedding-3-small'), values: ['red', 'green ☃'] }),
});
