import { readFileSync } from 'node:fs';
import { convertGenAISpanAttributesToOpenInferenceSpanAttributes as toOpenInference } from '@arizeai/openinference-genai';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../base/json.ts';
import { mapSpan, type MappableEvent, type MappedSpan } from './genai-mapping.ts';
import type { Attribute } from './otlp/any-value.ts';
import type { Activity } from './span-report.ts';

type Attributes = Readonly<Record<string, JsonValue>>;
const vector = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`otlp/vectors/${name}.json`, import.meta.url), 'utf8'));
const attributesOf = (name: string) => vector(name) as Attributes;

function map(
  attributes: Attributes,
  events: readonly MappableEvent[] = [],
  failure?: string,
): MappedSpan<MappableEvent> {
  return mapSpan({
    attributes: Object.entries(attributes),
    events,
    ...(failure !== undefined && { failure }),
  });
}
const left = ({ attributes }: { readonly attributes: readonly Attribute[] }) =>
  attributes.map(([key]) => key);
const text = (content: string) => [{ type: 'text', content }];

/** The conversation of the vectors from OpenInference. */
const weather = [
  { role: 'user', parts: text('Weather in Paris?') },
  {
    role: 'assistant',
    parts: [
      ...text('Absolutely! Let me check the weather for you.'),
      { type: 'tool_call', id: '1234', name: 'get_weather', arguments: { location: 'Paris' } },
    ],
  },
  { role: 'tool', parts: [{ type: 'tool_call_response', id: '1234', response: 'rainy, 57°F' }] },
];
const answer = {
  role: 'assistant',
  parts: text('The weather in Paris is currently rainy with a temperature of 57°F.'),
};

describe('the vectors of OpenInference', () => {
  it.each([
    ['otel_genai_client_span_tool_calls', 'gen_ai.input.messages', 'gpt-4', 'gpt-4-0613'],
    ['otel_genai_deprecated_client_span_tool_calls', 'gen_ai.prompt', 'gpt-4', 'gpt-4-0613'],
    ['openinference_client_span_tool_calls', 'llm.input_messages.*', 'gpt-4-0613', undefined],
    ['openinference_client_span_input_output_only', 'input.value', 'gpt-4-0613', undefined],
  ])('%s: the same conversation, from %s', (name, source, model, answeredModel) => {
    const mapped = map(attributesOf(name));
    expect(mapped.meaning).toMatchObject({
      activity: 'llm',
      provider: 'openai',
      model,
      usage: { input: 97, output: 52 },
    });
    expect(mapped.meaning.answeredModel).toBe(answeredModel);
    expect(mapped.sources['input']).toBe(source);
    expect(mapped.input).toEqual({ form: 'messages', value: { messages: weather } });
    if (name.endsWith('_only')) return;
    expect(mapped.output).toMatchObject({ form: 'messages', value: { messages: [answer] } });
  });

  it('a tool: its name, its arguments and its result', () => {
    const mapped = map(attributesOf('otel_genai_tool_execution_span'));
    expect(mapped.meaning).toMatchObject({ activity: 'tool', tool: { name: 'get_weather', callId: '1234' } });
    expect(mapped.input).toEqual({ form: 'json', value: { city: 'New York' } });
    expect(mapped.output).toMatchObject({ form: 'json', value: { status: 'success' } });
  });

  it("means the same before and after OpenInference's own translation", () => {
    const given = attributesOf('otel_genai_client_span_tool_calls');
    const before = map(given);
    const after = map(toOpenInference(given) as Attributes);
    expect(after.sources['activity']).toBe('openinference.span.kind');
    expect(after.input).toEqual(before.input);
    const { activity, provider, usage } = before.meaning;
    expect(after.meaning).toMatchObject({ activity, provider, usage });
  });
});

interface FrameworkSpan {
  readonly name: string;
  readonly type: string;
  readonly model: string | null;
  readonly input: number;
  readonly output: number;
  readonly attributes: Attributes;
}

describe('the spans of frameworks', () => {
  const frameworks = vector('framework-spans') as Readonly<Record<string, readonly FrameworkSpan[]>>;
  const activities: Readonly<Record<string, readonly Activity[]>> = {
    agno: ['agent', 'llm', 'tool'],
    beeai: ['agent', 'agent', 'agent', 'agent', 'agent', 'tool', 'llm'],
    crewai: ['llm', 'chain', 'agent', 'other', 'other'],
    'google-adk': ['llm', 'chain', 'agent', 'tool'],
    koog: ['agent', 'agent', 'other', 'llm', 'tool'],
    'microsoft-agent': ['agent', 'llm', 'llm', 'tool'],
    'pydantic-ai': ['llm', 'agent'],
    'pydantic-ai-tools': ['agent', 'llm', 'agent', 'tool', 'other'],
    'vercel-aisdk': ['agent', 'llm', 'tool'],
  };

  it.each(Object.keys(frameworks))('%s: what each was about, its model and its tokens', (framework) => {
    const spans = frameworks[framework]!;
    expect(spans.map(({ attributes }) => map(attributes).meaning.activity)).toEqual(activities[framework]);
    for (const { model, input, output, attributes } of spans.filter(({ type }) => type === 'GENERATION')) {
      const { meaning } = map(attributes);
      const usage = meaning.activity === 'llm' && meaning.usage ? meaning.usage : { input, output };
      expect([meaning.model, meaning.answeredModel]).toContain(model);
      expect(usage).toMatchObject({ input, output });
    }
  });

  it('keeps every attribute, or the content that was made of it', () => {
    for (const { attributes } of Object.values(frameworks).flat()) {
      const mapped = map(attributes);
      const contents = [mapped.input, mapped.output].filter((content) => content !== undefined);
      const gone = Object.keys(attributes).filter((key) => !left(mapped).includes(key));
      expect(gone.length > 0).toBe(contents.length > 0);
      for (const key of gone) {
        expect(
          Object.values(mapped.sources).some((source) => key.startsWith(source.replace('.*', '.'))),
        ).toBe(true);
      }
    }
  });
});

describe('the conventions in their order', () => {
  it.each<[string, Attributes, Activity]>([
    [
      'OpenInference over OpenTelemetry',
      { 'openinference.span.kind': 'TOOL', 'gen_ai.operation.name': 'chat' },
      'tool',
    ],
    [
      'OpenTelemetry over MCP',
      { 'gen_ai.operation.name': 'execute_tool', 'mcp.method.name': 'prompts/get' },
      'tool',
    ],
    ['MCP over Traceloop', { 'mcp.method.name': 'tools/call', 'traceloop.span.kind': 'workflow' }, 'tool'],
    [
      'Traceloop over the AI SDK',
      { 'traceloop.span.kind': 'agent', 'ai.operationId': 'ai.toolCall' },
      'agent',
    ],
    [
      'the next, where a kind is unknown',
      { 'gen_ai.operation.name': 'brand_new', 'langsmith.span.kind': 'retriever' },
      'retrieval',
    ],
    ['nothing', { 'http.request.method': 'GET' }, 'other'],
    ['what only a model has', { 'gen_ai.system': 'openai', 'gen_ai.request.model': 'gpt-4o' }, 'llm'],
    ['no method of an object', { 'gen_ai.operation.name': 'constructor' }, 'other'],
  ])('%s', (_, attributes, activity) => {
    expect(map(attributes).meaning.activity).toBe(activity);
  });

  it('takes the first name that says something, and notes which', () => {
    const mapped = map({
      'ai.usage.promptTokens': 5,
      'llm.usage.prompt_tokens': 4,
      'gen_ai.usage.prompt_tokens': 3,
      'llm.token_count.prompt': 2,
      'gen_ai.usage.input_tokens': 'NaN',
      'gen_ai.system': 'openai',
      'gen_ai.provider.name': '',
    });
    expect(mapped.meaning).toMatchObject({ usage: { input: 2 }, provider: 'openai' });
    expect(mapped.sources).toMatchObject({
      'usage.input': 'llm.token_count.prompt',
      provider: 'gen_ai.system',
    });
  });

  it('counts cached tokens in, also where a reporter does not', () => {
    const usage = (input: number) =>
      map({
        'gen_ai.usage.input_tokens': input,
        'gen_ai.usage.cache_read.input_tokens': 900,
        'gen_ai.usage.cache_creation.input_tokens': 50,
        'gen_ai.usage.output_tokens': 7,
        'gen_ai.usage.reasoning.output_tokens': 3,
      }).meaning.usage;
    expect(usage(1_000)).toEqual({ input: 1_000, cachedInput: 900, cacheWrite: 50, output: 7, reasoning: 3 });
    expect(usage(10)).toMatchObject({ input: 960, cachedInput: 900 });
  });

  it('reads who it was for, what it cost and how long the first piece took', () => {
    expect(
      map({
        'gen_ai.conversation.id': 'c',
        'session.id': 's',
        'enduser.id': 'u',
        'llm.cost.total': 0.25,
        'gen_ai.response.time_to_first_chunk': 0.5,
        'gen_ai.agent.name': 'planner',
        'gen_ai.response.finish_reasons': ['stop', 'length'],
      }).meaning,
    ).toMatchObject({
      session: 'c',
      user: 'u',
      costUsd: 0.25,
      firstTokenMs: 500,
      agent: 'planner',
      finishReason: 'stop',
    });
    expect(map({ 'ai.response.msToFirstChunk': 120 }).meaning.firstTokenMs).toBe(120);
  });

  it('says why a span failed, from its status, its exception and its type', () => {
    const exception = {
      name: 'exception',
      attributes: [
        ['exception.type', 'ValueError'],
        ['exception.message', 'no'],
      ],
    } as const;
    expect(map({}, [], 'broken').meaning.error).toEqual({ code: 'error', message: 'broken' });
    expect(map({}, [exception], '').meaning.error).toEqual({ code: 'ValueError', message: 'no' });
    expect(map({ 'error.type': '429' }, [exception], 'slow down').meaning.error).toEqual({
      code: '429',
      message: 'slow down',
    });
    expect(map({ 'error.type': '429' }, [exception]).meaning.error).toBeUndefined();
  });
});

describe('contents', () => {
  it('puts the system and the tools beside the messages', () => {
    const tool = { type: 'function', name: 'f' };
    const mapped = map({
      'gen_ai.input.messages': JSON.stringify([{ role: 'user', parts: text('hi') }]),
      'gen_ai.system_instructions': JSON.stringify(text('Be brief.')),
      'gen_ai.tool.definitions': JSON.stringify([tool]),
    });
    expect(mapped.input?.value).toEqual({
      system: text('Be brief.'),
      tools: [tool],
      messages: [{ role: 'user', parts: text('hi') }],
    });
    expect(left(mapped)).toEqual([]);
  });

  it('takes messages that are structures as it takes their text', () => {
    const messages = [{ role: 'user', parts: text('hi') }];
    expect(map({ 'gen_ai.input.messages': messages }).input).toEqual(
      map({ 'gen_ai.input.messages': JSON.stringify(messages) }).input,
    );
  });

  it('keeps what was cut off as the text that it is', () => {
    const cut = '[{"role":"user","parts":[{"type":"te';
    expect(map({ 'gen_ai.input.messages': cut }).input).toEqual({ form: 'text', value: cut });
  });

  it('Traceloop: messages flattened into names', () => {
    const mapped = map({
      'llm.request.type': 'chat',
      'gen_ai.prompt.0.role': 'system',
      'gen_ai.prompt.0.content': 'Be brief.',
      'gen_ai.prompt.10.role': 'user',
      'gen_ai.prompt.10.content': 'last',
      'gen_ai.prompt.2.role': 'user',
      'gen_ai.prompt.2.content': 'first',
      'gen_ai.completion.0.role': 'assistant',
      'gen_ai.completion.0.finish_reason': 'tool_calls',
      'gen_ai.completion.0.tool_calls.0.id': 'c1',
      'gen_ai.completion.0.tool_calls.0.name': 'f',
      'gen_ai.completion.0.tool_calls.0.arguments': '{"a":1}',
      'llm.request.functions.0.name': 'f',
      'llm.request.functions.0.parameters': '{}',
    });
    expect(mapped.input?.value).toEqual({
      tools: [{ name: 'f', parameters: '{}' }],
      messages: [
        { role: 'system', parts: text('Be brief.') },
        { role: 'user', parts: text('first') },
        { role: 'user', parts: text('last') },
      ],
    });
    const call = { type: 'tool_call', id: 'c1', name: 'f', arguments: { a: 1 } };
    expect(mapped.output?.value).toEqual({
      messages: [{ role: 'assistant', finish_reason: 'tool_calls', parts: [call] }],
    });
    expect(mapped.meaning.finishReason).toBe('tool_calls');
    expect(left(mapped)).toEqual(['llm.request.type']);
  });

  it('Traceloop: the agents and tools that it makes itself', () => {
    const entity = {
      'traceloop.entity.name': 'n',
      'traceloop.entity.input': '{"args":[1]}',
      'traceloop.entity.output': 'done',
    };
    expect(map({ 'traceloop.span.kind': 'tool', ...entity })).toMatchObject({
      meaning: { activity: 'tool', tool: { name: 'n' } },
      input: { form: 'json', value: { args: [1] } },
      output: { form: 'text', value: 'done' },
    });
    expect(map({ 'traceloop.span.kind': 'agent', ...entity }).meaning.agent).toBe('n');
  });

  it('the AI SDK: a prompt as JSON, an answer in pieces, a tool', () => {
    const mapped = map({
      'ai.operationId': 'ai.streamText.doStream',
      'ai.prompt.messages': JSON.stringify([{ role: 'user', content: [{ type: 'text', text: 'hi' }] }]),
      'ai.prompt.tools': ['{"type":"function","name":"f"}'],
      'ai.response.text': 'Let me look.',
      'ai.response.toolCalls': '[{"toolCallId":"c1","toolName":"f","input":"{\\"a\\":1}"}]',
    });
    expect(mapped.input?.value).toEqual({
      tools: [{ type: 'function', name: 'f' }],
      messages: [{ role: 'user', parts: text('hi') }],
    });
    const call = { type: 'tool_call', id: 'c1', name: 'f', arguments: { a: 1 } };
    expect(mapped.output?.value).toEqual({
      messages: [{ role: 'assistant', parts: [...text('Let me look.'), call] }],
    });
    expect(
      map({ 'ai.operationId': 'ai.toolCall', 'ai.toolCall.args': '{"a":1}', 'ai.toolCall.result': '2' }),
    ).toMatchObject({
      input: { form: 'json', value: { a: 1 } },
      output: { form: 'text', value: '2' },
    });
  });

  it('OpenInference: what was retrieved', () => {
    const mapped = map({
      'openinference.span.kind': 'RETRIEVER',
      'input.value': 'signal boxes',
      'retrieval.documents.0.document.id': 'a',
      'retrieval.documents.0.document.content': 'A signal box is …',
      'retrieval.documents.1.document.id': 'b',
    });
    expect(mapped.input).toEqual({ form: 'text', value: 'signal boxes' });
    expect(mapped.output?.value).toEqual([
      { document: { id: 'a', content: 'A signal box is …' } },
      { document: { id: 'b' } },
    ]);
  });

  it('LangSmith: messages of LangChain, with the parameters beside them', () => {
    const message = (type: string, content: string) => ({
      lc: 1,
      type: 'constructor',
      id: ['langchain'],
      kwargs: { type, content },
    });
    const mapped = map({
      'gen_ai.prompt': JSON.stringify({
        messages: [[message('human', 'hi'), message('ai', 'ho')]],
        temperature: 1,
      }),
    });
    expect(mapped.input?.value).toEqual({
      temperature: 1,
      messages: [
        { role: 'user', parts: text('hi') },
        { role: 'assistant', parts: text('ho') },
      ],
    });
  });
});

describe('messages as events', () => {
  const event = (name: string, attributes: Attributes): MappableEvent => ({
    name,
    attributes: Object.entries(attributes),
  });
  const first = event('gen_ai.content.completion.chunk', {});
  const deprecated = [
    event('gen_ai.system.message', { content: 'Be brief.', 'gen_ai.system': 'openai' }),
    event('gen_ai.user.message', { content: 'hi' }),
    first,
    event('gen_ai.choice', { index: 0, finish_reason: 'stop', message: '{"content":"ho"}' }),
  ];

  it('are the input and the output, and no events any more', () => {
    const mapped = map({ 'gen_ai.operation.name': 'chat' }, deprecated);
    expect(mapped.input?.value).toMatchObject({
      messages: [
        { role: 'system', parts: text('Be brief.') },
        { role: 'user', parts: text('hi') },
      ],
    });
    expect(mapped.output?.value).toMatchObject({
      messages: [{ role: 'assistant', finish_reason: 'stop', parts: text('ho') }],
    });
    expect(mapped.events).toEqual([first]);
  });

  it('stay events where the attributes have the messages', () => {
    const mapped = map({ 'input.value': 'hi', 'output.value': 'ho' }, deprecated);
    expect(mapped.events).toEqual(deprecated);
  });

  it('are read from the event with the details, whose contents are taken out', () => {
    const details = event('gen_ai.client.inference.operation.details', {
      'gen_ai.input.messages': '[{"role":"user","parts":[{"type":"text","content":"hi"}]}]',
      'gen_ai.request.temperature': 1,
    });
    const mapped = map({ 'gen_ai.operation.name': 'chat' }, [details]);
    expect(mapped.input?.value).toEqual({ messages: [{ role: 'user', parts: text('hi') }] });
    expect(mapped.events).toEqual([{ ...details, attributes: [['gen_ai.request.temperature', 1]] }]);
  });

  it('are read from the one attribute in which Pydantic AI has them', () => {
    const events = [
      { 'event.name': 'gen_ai.user.message', content: 'hi', role: 'user' },
      { 'event.name': 'gen_ai.choice', index: 0, message: { role: 'assistant', content: 'ho' } },
    ];
    const mapped = map({ 'gen_ai.operation.name': 'chat', events: JSON.stringify(events) });
    expect(mapped.input?.value).toMatchObject({ messages: [{ role: 'user', parts: text('hi') }] });
    expect(mapped.output?.value).toMatchObject({ messages: [{ role: 'assistant', parts: text('ho') }] });
    expect(left(mapped)).toEqual(['gen_ai.operation.name']);
  });
});

describe('anything', () => {
  const names = [
    'gen_ai.input.messages',
    'gen_ai.output.messages',
    'gen_ai.prompt',
    'gen_ai.prompt.0.role',
    'gen_ai.prompt.__proto__.x',
    'llm.input_messages.0.message.role',
    'llm.input_messages.0',
    'ai.response.toolCalls',
    'ai.prompt.tools',
    'events',
    'gen_ai.system_instructions',
    'gen_ai.tool.definitions',
    'openinference.span.kind',
    'gen_ai.response.finish_reasons',
    '__proto__',
  ];
  // Without -0, of which JSON knows only how to read it.
  const json = fc.json().map((text) => text.replaceAll('-0', '0'));
  const value = fc.oneof(
    json.map((text) => JSON.parse(text) as JsonValue),
    json,
  );

  it('is mapped without an error, and keeps every attribute that it does not take', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(...names), value), { maxLength: 8 }), (attributes) => {
        const mapped = mapSpan({ attributes, events: [{ name: 'gen_ai.choice', attributes }], failure: '' });
        const kept = new Set(mapped.attributes.map(([key]) => key));
        const taken = Object.values(mapped.sources);
        for (const [key] of attributes) {
          expect(kept.has(key) || taken.some((source) => key.startsWith(source.replace('.*', '.')))).toBe(
            true,
          );
        }
        expect(JSON.parse(JSON.stringify(mapped))).toEqual(mapped);
      }),
    );
    expect(({} as { x?: unknown }).x).toBeUndefined();
  });
});
