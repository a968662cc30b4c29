import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CATEGORIES, type Task } from '../journal/task.ts';
import { analyseTask, complexityOf, readPriority, type TaskRequest } from './analyse-task.ts';

const analyse = (operation: string, body: unknown, more: Partial<TaskRequest> = {}) =>
  analyseTask({ operation, body, bytes: JSON.stringify(body).length, ...more });

const weather = {
  type: 'object',
  properties: { location: { type: 'string', description: 'City and state' } },
  required: ['location'],
};

describe('a task is read from', () => {
  it.each<[string, string, unknown, Partial<Task>]>([
    [
      'a plain chat completion',
      'chat.completions',
      { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'Say this is a test' }] },
      { model: 'gpt-4o-mini', inputTokens: 5 + 4 + 3, outputTokens: 256 },
    ],
    [
      'a chat completion with tools, streamed',
      'chat.completions',
      {
        model: 'gpt-4.1',
        stream: true,
        max_completion_tokens: 500,
        messages: [
          { role: 'developer', content: 'You are a helpful assistant.' },
          { role: 'user', content: 'What is the weather like in Boston today?' },
        ],
        tools: [{ type: 'function', function: { name: 'get_weather', parameters: weather } }],
        tool_choice: 'auto',
      },
      {
        model: 'gpt-4.1',
        streaming: true,
        tools: 1,
        capabilities: ['tools'],
        maxOutputTokens: 500,
        outputTokens: 500,
      },
    ],
    [
      'a chat completion that sees and hears, and answers in JSON and in sound',
      'chat.completions',
      {
        model: 'gpt-audio',
        modalities: ['text', 'audio'],
        response_format: { type: 'json_object' },
        messages: [
          {
            role: 'user',
            content: [
              { type: 'text', text: 'What is in this?' },
              { type: 'image_url', image_url: { url: 'https://example.org/boardwalk.jpg' } },
              { type: 'input_audio', input_audio: { data: 'UklGRg==', format: 'wav' } },
            ],
          },
        ],
      },
      { model: 'gpt-audio', inputTokens: 10 + 765 + 2000 + 4 + 3, capabilities: ['audio', 'json', 'vision'] },
    ],
    [
      'a chat completion that reasons, with the limit of old',
      'chat.completions',
      { model: 'o4-mini', reasoning_effort: 'high', max_tokens: 64, messages: 'none' },
      { model: 'o4-mini', capabilities: ['reasoning'], maxOutputTokens: 64, outputTokens: 64 },
    ],
    [
      'a chat completion with the functions of old',
      'chat.completions',
      { model: 'gpt-4', messages: [], functions: [{ name: 'a' }, { name: 'b' }] },
      { model: 'gpt-4', inputTokens: 8, tools: 2, capabilities: ['tools'] },
    ],
    [
      'a completion',
      'completions',
      { model: 'davinci', prompt: 'Once upon a time' },
      { model: 'davinci', inputTokens: 4 + 4 + 3 },
    ],
    [
      'a response of one text',
      'responses',
      {
        model: 'gpt-5',
        input: 'Tell me a story.',
        instructions: 'Be brief.',
        reasoning: { effort: 'none' },
      },
      { model: 'gpt-5', inputTokens: 7 + 4 + 3, capabilities: [] },
    ],
    [
      'a response of items',
      'responses',
      {
        model: 'gpt-5',
        max_output_tokens: 1000,
        reasoning: { effort: 'low', summary: 'auto' },
        text: { format: { type: 'json_schema', name: 'answer', schema: weather } },
        tools: [{ type: 'web_search' }, { type: 'function', name: 'get_weather', parameters: weather }],
        input: [
          { role: 'user', content: [{ type: 'input_text', text: 'And this?' }] },
          { role: 'user', content: [{ type: 'input_image', image_url: 'https://example.org/a.png' }] },
          { type: 'function_call', call_id: 'c1', name: 'get_weather', arguments: '{"location":"Boston"}' },
          { type: 'function_call_output', call_id: 'c1', output: 'rainy, 57°F' },
        ],
      },
      {
        model: 'gpt-5',
        tools: 2,
        capabilities: ['json', 'reasoning', 'tools', 'vision'],
        maxOutputTokens: 1000,
        outputTokens: 1000,
      },
    ],
    [
      'embeddings of texts',
      'embeddings',
      { model: 'text-embedding-3-small', input: ['The food was delicious', 'and the waiter...'] },
      { category: 'embedding', model: 'text-embedding-3-small', inputTokens: 10, outputTokens: 0 },
    ],
    [
      'embeddings of tokens',
      'embeddings',
      {
        model: 'text-embedding-3-small',
        input: [
          [791, 3691, 574],
          [438, 279],
        ],
      },
      { category: 'embedding', model: 'text-embedding-3-small', inputTokens: 5, outputTokens: 0 },
    ],
    [
      'a message of Anthropic with a picture, tools and thought',
      'messages',
      {
        model: 'claude-sonnet-4-5',
        max_tokens: 16_000,
        stream: true,
        thinking: { type: 'enabled', budget_tokens: 10_000 },
        system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }],
        tools: [{ name: 'get_weather', description: 'Current weather', input_schema: weather }],
        messages: [
          {
            role: 'user',
            content: [
              { type: 'image', source: { type: 'base64', media_type: 'image/jpeg', data: '/9j/4AAQSkZJRg' } },
              { type: 'text', text: 'What is this?' },
            ],
          },
        ],
      },
      {
        model: 'claude-sonnet-4-5',
        streaming: true,
        tools: 1,
        capabilities: ['reasoning', 'tools', 'vision'],
        maxOutputTokens: 16_000,
        outputTokens: 16_000,
      },
    ],
    [
      'a message of Anthropic that wants JSON and no thought',
      'messages',
      {
        model: 'claude-sonnet-4-5',
        max_tokens: 1024,
        thinking: { type: 'disabled' },
        output_config: { format: { type: 'json_schema', schema: weather } },
        messages: [{ role: 'user', content: 'Hello, Claude' }],
      },
      { model: 'claude-sonnet-4-5', capabilities: ['json'], maxOutputTokens: 1024, outputTokens: 1024 },
    ],
    [
      'a shape that is not known',
      'files',
      { contents: [{ parts: [{ text: 'hello' }] }] },
      { inputTokens: 11, capabilities: [] },
    ],
  ])('%s', (_, operation, body, expected) => {
    const { complexity, inputTokens, ...task } = analyse(operation, body);
    const { inputTokens: tokens = inputTokens, ...rest } = expected;
    expect({ ...task, inputTokens }).toEqual({
      category: 'llm',
      model: '',
      streaming: false,
      outputTokens: 256,
      tools: 0,
      capabilities: [],
      priority: 5,
      urgent: false,
      inputTokens: tokens,
      ...rest,
    });
    expect(complexity).toBeGreaterThanOrEqual(0);
  });

  it('nothing of the body for a service that is no model, but its size', () => {
    const body = { model: 'x', stream: true, messages: ['four'], tools: [{}], max_tokens: 9 };
    expect(analyseTask({ operation: 'parse', category: 'document', body, bytes: 4001 })).toEqual({
      category: 'document',
      model: '',
      streaming: false,
      inputTokens: 1001,
      outputTokens: 0,
      tools: 0,
      complexity: analyseTask({ operation: 'parse', category: 'tool', bytes: 4001 }).complexity,
      capabilities: [],
      priority: 5,
      urgent: false,
    });
  });

  it('a body that is not there, or not JSON', () => {
    expect(analyseTask({ operation: 'models', bytes: 0 })).toMatchObject({ model: '', inputTokens: 0 });
    expect(analyseTask({ operation: 'audio', bytes: 10 })).toMatchObject({ inputTokens: 3 });
  });

  it('anything that is JSON, without throwing, in its ranges', () => {
    const keys = fc.constantFrom(...MEMBERS);
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { weight: 3, arbitrary: fc.jsonValue() },
        fc.constantFrom('image', 'image_url', 'document', 'json_object', 'enabled', null),
        fc.dictionary(keys, tie('any'), { maxKeys: 6 }),
        fc.array(tie('any'), { maxLength: 4 }),
      ),
    })).any;
    const operation = fc.constantFrom('chat.completions', 'responses', 'embeddings', 'messages', 'other');
    const request = fc.record(
      { operation, body: value, bytes: fc.nat(), category: fc.constantFrom(...CATEGORIES) },
      { requiredKeys: ['operation', 'bytes'] },
    );
    fc.assert(
      fc.property(request, (given) => {
        const task = analyseTask(given);
        for (const count of [task.inputTokens, task.outputTokens, task.tools]) {
          expect(Number.isSafeInteger(count) && count >= 0).toBe(true);
        }
        expect(task.complexity >= 0 && task.complexity <= 1).toBe(true);
        expect(task.outputTokens).toBeLessThanOrEqual(task.maxOutputTokens ?? Infinity);
        expect(task.capabilities).toEqual([...new Set(task.capabilities)].toSorted());
        expect(typeof task.model).toBe('string');
      }),
      { numRuns: 2000 },
    );
  });
});

const MEMBERS = [
  'model messages input prompt system tools functions max_tokens response_format text format reasoning effort',
  'thinking modalities output_config stream type content source image_url arguments __proto__',
].flatMap((names) => names.split(' '));

describe('the estimate of input tokens', () => {
  /** The example of OpenAI's Cookbook, How to count tokens with tiktoken. */
  const jargon = [
    {
      role: 'system',
      content:
        'You are a helpful, pattern-following assistant that translates corporate jargon into plain English.',
    },
    { role: 'system', name: 'example_user', content: 'New synergies will help drive top-line growth.' },
    {
      role: 'system',
      name: 'example_assistant',
      content: 'Things working well together will increase revenue.',
    },
    {
      role: 'system',
      name: 'example_user',
      content:
        "Let's circle back when we have more bandwidth to touch base on opportunities for increased leverage.",
    },
    {
      role: 'system',
      name: 'example_assistant',
      content: "Let's talk later when we're less busy about how to do better.",
    },
    {
      role: 'user',
      content: "This late pivot means we don't have time to boil the ocean for the client deliverable.",
    },
  ];

  it.each([
    ['the Cookbook’s messages, as OpenAI counts them', 129, { messages: jargon }],
    [
      'the message of Anthropic’s guide to token counting, as Anthropic counts it',
      14,
      { system: 'You are a scientist', messages: [{ role: 'user', content: 'Hello, Claude' }] },
    ],
    ['the Cookbook’s Japanese, in cl100k_base', 9 + 4 + 3, { prompt: 'お誕生日おめでとう' }],
  ])('is within a quarter for %s', (_, counted, body) => {
    const { inputTokens } = analyse('chat.completions', body);
    expect(Math.abs(inputTokens - counted) / counted).toBeLessThan(0.25);
  });

  it('does not depend on how the JSON was escaped', () => {
    const body = { messages: [{ role: 'user', content: '你好'.repeat(100) }] };
    const escaped = analyse('chat.completions', body, { bytes: 1200 + 40 });
    expect(escaped).toEqual(analyse('chat.completions', body, { bytes: 600 + 40 }));
  });
});

describe('complexity', () => {
  const figures = fc.record({
    inputTokens: fc.nat(100_000),
    outputTokens: fc.nat(100_000),
    messages: fc.nat(100),
    tools: fc.nat(50),
    hasCode: fc.boolean(),
    reasons: fc.boolean(),
  });

  it('never falls when a figure grows', () => {
    fc.assert(
      fc.property(figures, figures, (one, other) => {
        const larger = {
          inputTokens: Math.max(one.inputTokens, other.inputTokens),
          outputTokens: Math.max(one.outputTokens, other.outputTokens),
          messages: Math.max(one.messages, other.messages),
          tools: Math.max(one.tools, other.tools),
          hasCode: one.hasCode || other.hasCode,
          reasons: one.reasons || other.reasons,
        };
        expect(complexityOf(larger)).toBeGreaterThanOrEqual(complexityOf(one));
      }),
    );
  });

  it('is 0 for nothing and 1 for everything, and every figure counts', () => {
    const none = { inputTokens: 0, outputTokens: 0, messages: 0, tools: 0, hasCode: false, reasons: false };
    const full = {
      inputTokens: 32_768,
      outputTokens: 16_384,
      messages: 40,
      tools: 16,
      hasCode: true,
      reasons: true,
    };
    expect(complexityOf(none)).toBe(0);
    expect(complexityOf(full)).toBe(1);
    const without = Object.keys(none).map((key) => {
      const figure = key as keyof typeof none;
      return complexityOf({ ...full, [figure]: none[figure] });
    });
    expect(without).toEqual([0.65, 0.85, 0.85, 0.85, 0.9, 0.9]);
  });

  it('tells a question from the middle of an agent’s work', () => {
    const question = { messages: [{ role: 'user', content: 'What is the capital of France?' }] };
    expect(analyse('chat.completions', question).complexity).toBeLessThan(0.05);
    const work = {
      reasoning_effort: 'medium',
      messages: Array.from({ length: 12 }, () => ({ role: 'tool', content: 'x'.repeat(1600) })),
      tools: Array.from({ length: 10 }, () => ({ name: 'tool', parameters: weather })),
    };
    expect(analyse('chat.completions', work).complexity).toBeGreaterThan(0.45);
  });
});

describe('the priority', () => {
  it.each([
    [undefined, 5],
    ['1', 1],
    ['10', 10],
    [' 7 ', 7],
  ])('%j is %i', (header, expected) => {
    expect(readPriority(header)).toEqual({ ok: true, value: expected });
  });

  it.each(['', '0', '11', '-1', '7.5', '1e1', 'high', '0x5', '100'])('%j is refused', (header) => {
    expect(readPriority(header)).toEqual({
      ok: false,
      error: {
        code: 'invalid_priority',
        message: `The priority must be a whole number from 1 to 10, not "${header}".`,
        status: 400,
      },
    });
  });

  it('is urgent above 7', () => {
    const urgent = [7, 8].map((priority) => analyse('chat.completions', {}, { priority }).urgent);
    expect(urgent).toEqual([false, true]);
  });
});
