import { isJsonObject, parseJson, type JsonObject, type JsonValue } from '../base/json.ts';
import type { CallError } from './facts.ts';
import type { Attribute } from './otlp/any-value.ts';
import { AttributeReader } from './otlp/attribute-reader.ts';
import { toConversation } from './otlp/chat-messages.ts';
import { readContent, type Content, type ContentSource } from './otlp/read-content.ts';
import { restoreReport } from './otlp/restore-report.ts';
import type { Activity, ReportedTool, ReportedUsage, SpanMeaning } from './span-report.ts';

/**
 * What the attributes of spans mean: the one place that knows their names. Understood are, and of several that are there the
 * first wins: OpenTelemetry's GenAI conventions (semantic-conventions 1.41 and their successor), OpenInference, the deprecated
 * names of the former, then Traceloop's OpenLLMetry, the AI SDK (`ai.*`), LangSmith, and what AgentScope, Pydantic AI and Google's ADK add.
 */
const PROVIDER = [
  'gen_ai.provider.name',
  'llm.provider',
  'llm.system',
  'gen_ai.system',
  'llm.vendor',
  'ai.model.provider',
];
const MODEL = [
  'gen_ai.request.model',
  'llm.request.model_name',
  'llm.model_name',
  'llm.request.model',
  'ai.model.id',
];
const ANSWERED_MODEL = [
  'gen_ai.response.model',
  'llm.response.model_name',
  'llm.response.model',
  'ai.response.model',
];
const RESPONSE_ID = ['gen_ai.response.id', 'ai.response.id'];
const FINISH_REASON = [
  'gen_ai.response.finish_reasons',
  'llm.finish_reason',
  'gen_ai.completion.0.finish_reason',
  'llm.completions.0.finish_reason',
  'ai.response.finishReason',
];
const USAGE: Readonly<Record<keyof ReportedUsage, readonly string[]>> = {
  input: [
    'gen_ai.usage.input_tokens',
    'llm.token_count.prompt',
    'gen_ai.usage.prompt_tokens',
    'llm.usage.prompt_tokens',
    'ai.usage.inputTokens',
    'ai.usage.promptTokens',
    'ai.usage.tokens',
  ],
  output: [
    'gen_ai.usage.output_tokens',
    'llm.token_count.completion',
    'gen_ai.usage.completion_tokens',
    'llm.usage.completion_tokens',
    'ai.usage.outputTokens',
    'ai.usage.completionTokens',
  ],
  cachedInput: [
    'gen_ai.usage.cache_read.input_tokens',
    'llm.token_count.prompt_details.cache_read',
    'gen_ai.usage.cache_read_input_tokens',
    'ai.usage.inputTokenDetails.cacheReadTokens',
    'ai.usage.cachedInputTokens',
  ],
  cacheWrite: [
    'gen_ai.usage.cache_creation.input_tokens',
    'llm.token_count.prompt_details.cache_write',
    'gen_ai.usage.cache_creation_input_tokens',
    'ai.usage.inputTokenDetails.cacheWriteTokens',
  ],
  reasoning: [
    'gen_ai.usage.reasoning.output_tokens',
    'llm.token_count.completion_details.reasoning',
    'ai.usage.outputTokenDetails.reasoningTokens',
    'ai.usage.reasoningTokens',
  ],
};
const COST = ['llm.cost.total', 'gen_ai.usage.cost', 'operation.cost'];
const AGENT = ['gen_ai.agent.name', 'agent.name', 'agent_name'];
const TOOL: Readonly<Record<keyof ReportedTool, readonly string[]>> = {
  name: ['gen_ai.tool.name', 'tool.name', 'ai.toolCall.name'],
  description: ['gen_ai.tool.description', 'tool.description'],
  callId: ['gen_ai.tool.call.id', 'tool.id', 'tool_call.id', 'ai.toolCall.id'],
};
const SESSION = [
  'gen_ai.conversation.id',
  'session.id',
  'traceloop.association.properties.session_id',
  'ai.telemetry.metadata.sessionId',
  'langsmith.metadata.session_id',
];
const USER = [
  'user.id',
  'enduser.id',
  'traceloop.association.properties.user_id',
  'ai.telemetry.metadata.userId',
  'langsmith.metadata.user_id',
];
/** Of the span that Traceloop makes for an agent or a tool of its own. */
const ENTITY_NAME = ['traceloop.entity.name'];

const OPERATIONS: Readonly<Record<string, Activity>> = {
  chat: 'llm',
  text_completion: 'llm',
  generate_content: 'llm',
  embeddings: 'embedding',
  retrieval: 'retrieval',
  execute_tool: 'tool',
  create_agent: 'agent',
  invoke_agent: 'agent',
  invoke_workflow: 'chain',
  agent_step: 'chain',
  plan: 'chain',
  format: 'chain',
  invoke_generic_function: 'chain',
};
const AI_SDK_OPERATIONS: Readonly<Record<string, Activity>> = {
  'ai.generateText': 'agent',
  'ai.streamText': 'agent',
  'ai.generateObject': 'chain',
  'ai.streamObject': 'chain',
  'ai.embed': 'chain',
  'ai.embedMany': 'chain',
  'ai.generateText.doGenerate': 'llm',
  'ai.streamText.doStream': 'llm',
  'ai.generateObject.doGenerate': 'llm',
  'ai.streamObject.doStream': 'llm',
  'ai.embed.doEmbed': 'embedding',
  'ai.embedMany.doEmbed': 'embedding',
  'ai.rerank': 'reranker',
  'ai.toolCall': 'tool',
};

/** Attributes that say what a span is about, in the order in which they are asked; their values in lower case. */
const ACTIVITIES: readonly (readonly [attribute: string, values: Readonly<Record<string, Activity>>])[] = [
  [
    'openinference.span.kind',
    {
      llm: 'llm',
      embedding: 'embedding',
      chain: 'chain',
      retriever: 'retrieval',
      reranker: 'reranker',
      tool: 'tool',
      agent: 'agent',
      guardrail: 'guardrail',
      evaluator: 'evaluation',
      prompt: 'prompt',
    },
  ],
  ['gen_ai.operation.name', OPERATIONS],
  ['mcp.method.name', { 'tools/call': 'tool', 'prompts/get': 'prompt', 'resources/read': 'retrieval' }],
  ['traceloop.span.kind', { workflow: 'chain', task: 'chain', agent: 'agent', tool: 'tool' }],
  ['llm.request.type', { chat: 'llm', completion: 'llm', embedding: 'embedding', rerank: 'reranker' }],
  ['ai.operationId', lowerKeys(AI_SDK_OPERATIONS)],
  [
    'langsmith.span.kind',
    {
      llm: 'llm',
      chain: 'chain',
      tool: 'tool',
      retriever: 'retrieval',
      embedding: 'embedding',
      prompt: 'prompt',
      agent: 'agent',
    },
  ],
];
/** What only a span of that kind has, for instrumentations that say no kind. */
const TELLTALES: readonly (readonly [attributes: readonly string[], activity: Activity])[] = [
  [TOOL.name, 'tool'],
  [MODEL.slice(0, 4), 'llm'],
  [AGENT, 'agent'],
];

const messages = (name: string): ContentSource => ({ name, form: 'messages' });
const flatMessages = (name: string): ContentSource => ({ name, form: 'messages', flat: true });
const content = (name: string): ContentSource => ({ name, form: 'any' });
const flatContent = (name: string): ContentSource => ({ name, form: 'any', flat: true });

const INPUTS: readonly ContentSource[] = [
  messages('gen_ai.input.messages'),
  flatMessages('llm.input_messages'),
  flatMessages('gen_ai.prompt'),
  messages('gen_ai.prompt'),
  flatMessages('llm.prompts'),
  messages('ai.prompt.messages'),
  messages('ai.prompt'),
  messages('pydantic_ai.all_messages'),
  content('gen_ai.tool.call.arguments'),
  content('gen_ai.retrieval.query.text'),
  content('input.value'),
  content('tool.parameters'),
  content('reranker.query'),
  content('traceloop.entity.input'),
  content('ai.toolCall.args'),
  content('ai.values'),
  content('ai.value'),
  content('tool_arguments'),
  content('agentscope.function.input'),
  content('gcp.vertex.agent.tool_call_args'),
  content('gcp.vertex.agent.llm_request'),
  content('input'),
];
const ANSWERS: readonly ContentSource[] = [
  messages('gen_ai.output.messages'),
  flatMessages('llm.output_messages'),
  flatMessages('gen_ai.completion'),
  messages('gen_ai.completion'),
  flatMessages('llm.completions'),
];
const OUTPUTS: readonly ContentSource[] = [
  content('gen_ai.tool.call.result'),
  content('gen_ai.retrieval.documents'),
  flatContent('retrieval.documents'),
  flatContent('reranker.output_documents'),
  content('output.value'),
  content('traceloop.entity.output'),
  content('ai.toolCall.result'),
  content('ai.response.object'),
  content('final_result'),
  content('tool_response'),
  content('agentscope.function.output'),
  content('gcp.vertex.agent.tool_response'),
  content('gcp.vertex.agent.llm_response'),
  content('output'),
];
const SYSTEM: readonly ContentSource[] = [content('gen_ai.system_instructions')];
const TOOLS: readonly ContentSource[] = [
  content('gen_ai.tool.definitions'),
  flatContent('llm.tools'),
  content('llm.tools'),
  flatContent('llm.request.functions'),
  content('ai.prompt.tools'),
];
/** The AI SDK says in several attributes what a model answered. */
const AI_SDK_ANSWER = ['ai.response.reasoning', 'ai.response.text', 'ai.response.toolCalls'] as const;

/** Carries attributes of the current conventions. */
const DETAILS_EVENT = 'gen_ai.client.inference.operation.details';
/** Events of the deprecated conventions: messages of the prompt by their roles, and answers. */
const PROMPT_EVENT = /^gen_ai\.(system|user|assistant|tool)\.message$/;
const CHOICE_EVENT = 'gen_ai.choice';
/** The same as JSON in one attribute (Pydantic AI). */
const EVENT_LISTS = ['events', 'all_messages_events'];
const EVENT_NAME = 'event.name';
const EVENT_CONTENT = 'gen_ai.event.content';

export interface MappableEvent {
  readonly name: string;
  readonly attributes: readonly Attribute[];
}

export interface MappableSpan<Event extends MappableEvent> {
  readonly attributes: readonly Attribute[];
  readonly events: readonly Event[];
  /** Set where its status is an error: the status' own message, which may be empty. */
  readonly failure?: string;
}

export interface MappedSpan<Event extends MappableEvent> {
  readonly meaning: SpanMeaning;
  readonly sources: Readonly<Record<string, string>>;
  readonly input?: Content;
  readonly output?: Content;
  /** What is left of them when the contents are taken out. */
  readonly attributes: readonly Attribute[];
  readonly events: readonly Event[];
}

export function mapSpan<Event extends MappableEvent>(span: MappableSpan<Event>): MappedSpan<Event> {
  const details = span.events.filter(({ name }) => name === DETAILS_EVENT);
  const reader = new AttributeReader(
    [span.attributes, ...details.map(({ attributes }) => attributes)].flat(),
  );
  const activity = readActivity(reader);
  const meaning = readMeaning(reader, activity, span);
  const input = withContext(reader, readContent(reader, 'input', INPUTS, 'user'));
  const output =
    readContent(reader, 'output', ANSWERS, 'assistant') ??
    aiSdkAnswer(reader) ??
    readContent(reader, 'output', OUTPUTS, 'assistant');
  const listed = input && output ? undefined : listedEvents(reader);
  const told = messagesOf(listed ?? span.events);
  const usesEvents = (!input && told.input.length > 0) || (!output && told.output.length > 0);
  if (usesEvents && listed)
    reader.take(
      'input',
      EVENT_LISTS.find((name) => reader.has(name))!,
    );
  const left = usesEvents && !listed ? span.events.filter((event) => !isMessage(event)) : span.events;
  const heard = {
    input: input ?? withContext(reader, conversation(told.input)),
    output: output ?? conversation(told.output),
  };
  return restoreReport({
    meaning,
    sources: reader.sources,
    ...(heard.input && { input: heard.input }),
    ...(heard.output && { output: heard.output }),
    attributes: reader.untaken(span.attributes),
    events: left.map((event) =>
      event.name === DETAILS_EVENT ? { ...event, attributes: reader.untaken(event.attributes) } : event,
    ),
  });
}

function readActivity(reader: AttributeReader): Activity {
  for (const [name, values] of ACTIVITIES) {
    const said = reader.peek(name);
    const value = typeof said === 'string' ? said.toLowerCase() : '';
    if (Object.hasOwn(values, value)) return reader.note('activity', name, values[value]!);
  }
  for (const [names, activity] of TELLTALES) {
    const name = names.find((name) => reader.has(name));
    if (name !== undefined) return reader.note('activity', name, activity);
  }
  return 'other';
}

function readMeaning(
  reader: AttributeReader,
  activity: Activity,
  { failure, events }: MappableSpan<MappableEvent>,
): SpanMeaning {
  const tool = activity === 'tool' ? readTool(reader) : {};
  const usage = readUsage(reader);
  const firstTokenMs = readFirstToken(reader);
  return {
    activity,
    ...reader.text('provider', PROVIDER),
    ...reader.text('model', MODEL),
    ...reader.text('answeredModel', ANSWERED_MODEL),
    ...reader.text('responseId', RESPONSE_ID),
    ...(usage && { usage }),
    ...reader.number('costUsd', COST),
    ...reader.text('finishReason', FINISH_REASON),
    ...(firstTokenMs !== undefined && { firstTokenMs }),
    ...reader.text('agent', activity === 'agent' ? [...AGENT, ...ENTITY_NAME] : AGENT),
    ...(Object.keys(tool).length > 0 && { tool }),
    ...reader.text('session', SESSION),
    ...reader.text('user', USER),
    ...(failure !== undefined && { error: readError(reader, failure, events) }),
  };
}

function readTool(reader: AttributeReader): ReportedTool {
  return {
    ...reader.text('name', [...TOOL.name, ...ENTITY_NAME], 'tool.'),
    ...reader.text('description', TOOL.description, 'tool.'),
    ...reader.text('callId', TOOL.callId, 'tool.'),
  };
}

function readUsage(reader: AttributeReader): ReportedUsage | undefined {
  const usage: ReportedUsage = {
    ...reader.count('input', USAGE.input, 'usage.'),
    ...reader.count('output', USAGE.output, 'usage.'),
    ...reader.count('cachedInput', USAGE.cachedInput, 'usage.'),
    ...reader.count('cacheWrite', USAGE.cacheWrite, 'usage.'),
    ...reader.count('reasoning', USAGE.reasoning, 'usage.'),
  };
  if (Object.keys(usage).length === 0) return undefined;
  const { input, cachedInput = 0, cacheWrite = 0 } = usage;
  // The conventions count the cached tokens in. Whoever passes Anthropic's figure on does not, which shows where it is smaller.
  const isPartial = input !== undefined && input < cachedInput + cacheWrite;
  return isPartial ? { ...usage, input: input + cachedInput + cacheWrite } : usage;
}

function readFirstToken(reader: AttributeReader): number | undefined {
  const { firstTokenMs: seconds } = reader.number('firstTokenMs', ['gen_ai.response.time_to_first_chunk']);
  if (seconds !== undefined) return seconds * 1000;
  return reader.number('firstTokenMs', ['ai.response.msToFirstChunk']).firstTokenMs;
}

function readError(reader: AttributeReader, status: string, events: readonly MappableEvent[]): CallError {
  const exception = new AttributeReader(
    events.findLast(({ name }) => name === 'exception')?.attributes ?? [],
  );
  const { type = exception.text('type', ['exception.type']).type } = reader.text(
    'type',
    ['error.type'],
    'error.',
  );
  const { message = '' } = exception.text('message', ['exception.message']);
  return { code: type ?? 'error', message: status === '' ? message : status };
}

/** Puts the instructions of the system and the tools that were offered beside the messages. */
function withContext(reader: AttributeReader, content: Content | undefined): Content | undefined {
  if (content?.form !== 'messages' || !isJsonObject(content.value)) return content;
  const system = readContent(reader, 'system', SYSTEM, 'system');
  const tools = readContent(reader, 'tools', TOOLS, 'tool');
  return {
    form: 'messages',
    value: {
      ...(system && {
        system: Array.isArray(system.value) ? system.value : [{ type: 'text', content: system.value }],
      }),
      ...(tools && { tools: Array.isArray(tools.value) ? tools.value.map(toolDefinition) : tools.value }),
      ...content.value,
    },
  };
}

/** A definition, out of the text or the wrapping in which OpenInference and the AI SDK have it. */
function toolDefinition(given: JsonValue): JsonValue {
  if (typeof given === 'string') return parseJson(given) ?? given;
  const tool = isJsonObject(given) ? given['tool'] : undefined;
  return isJsonObject(tool) ? toolDefinition(tool['json_schema'] ?? tool) : given;
}

function aiSdkAnswer(reader: AttributeReader): Content | undefined {
  const [reasoning, text, calls] = AI_SDK_ANSWER.map((name) => {
    const value = reader.peek(name);
    return value === undefined || value === null || value === '' ? undefined : reader.take('output', name);
  });
  const called = typeof calls === 'string' ? parseJson(calls) : calls;
  if (reasoning === undefined && text === undefined && called === undefined) return undefined;
  const parts = [
    ...(reasoning === undefined ? [] : [{ type: 'reasoning', text: reasoning }]),
    ...(text === undefined ? [] : [{ type: 'text', text }]),
  ];
  const tool_calls = Array.isArray(called) ? called : [];
  return conversation([{ role: 'assistant', content: parts, tool_calls }]);
}

function conversation(found: readonly JsonValue[]): Content | undefined {
  const value = found.length === 0 ? undefined : toConversation(found, 'assistant');
  return value && { form: 'messages', value };
}

function listedEvents(reader: AttributeReader): readonly MappableEvent[] | undefined {
  const name = EVENT_LISTS.find((name) => reader.has(name));
  const given = name === undefined ? undefined : reader.peek(name);
  const list = typeof given === 'string' ? parseJson(given) : given;
  if (!Array.isArray(list) || !list.every((item: JsonValue) => isJsonObject(item) && EVENT_NAME in item))
    return undefined;
  return (list as readonly JsonObject[]).map((item) => ({
    name: typeof item[EVENT_NAME] === 'string' ? item[EVENT_NAME] : '',
    attributes: Object.entries(item),
  }));
}

function isMessage({ name }: MappableEvent): boolean {
  return name === CHOICE_EVENT || PROMPT_EVENT.test(name);
}

/** The messages that events of the deprecated conventions carry. */
function messagesOf(events: readonly MappableEvent[]): { input: JsonValue[]; output: JsonValue[] } {
  const found = { input: [] as JsonValue[], output: [] as JsonValue[] };
  for (const event of events) {
    if (!isMessage(event)) continue;
    const role = PROMPT_EVENT.exec(event.name)?.[1];
    const {
      [EVENT_CONTENT]: whole,
      message = whole,
      ...said
    } = Object.fromEntries<JsonValue>(event.attributes);
    const inner = typeof message === 'string' ? (parseJson(message) ?? message) : message;
    const list = role === undefined ? found.output : found.input;
    list.push({
      role: role ?? 'assistant',
      ...said,
      ...(isJsonObject(inner) ? inner : inner !== undefined && { content: inner }),
    });
  }
  return found;
}

function lowerKeys(table: Readonly<Record<string, Activity>>): Readonly<Record<string, Activity>> {
  return Object.fromEntries(Object.entries(table).map(([key, activity]) => [key.toLowerCase(), activity]));
}
