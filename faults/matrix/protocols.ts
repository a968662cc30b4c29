import { sseEvent, typedEvent, type TypedEvent } from '../../core/dialects/sse/write-sse.ts';
import type { ModelDialect } from '../../core/journal/event.ts';

export type ProtocolName = 'chat' | 'responses' | 'messages' | 'embeddings' | 'service';

/** What one protocol looks like on the wire, as far as the trials need it. `who` is said in every answer. */
export interface Protocol {
  readonly name: ProtocolName;
  /** Whose error shape it has; services have none but the plainest. */
  readonly family: ModelDialect | undefined;
  /** Below the provider's base URL. */
  readonly path: string;
  /** Whether it can be asked for a stream. */
  readonly streams: boolean;
  request(model: string, streaming: boolean): object;
  /** A whole answer that is no stream. */
  document(who: string): object;
  /** A whole stream, event by event. */
  events(who: string): readonly string[];
  /** After so many of those events something that was generated has passed. */
  readonly begun: number;
  /** In the last event of a whole stream, and nowhere else; none where the protocol has no such word. */
  readonly terminator: string | undefined;
  /** Of a provider that breaks off with an error inside a stream. */
  readonly errorEvent: string;
  /** The body of an answer with an error's status. */
  errorBody(status: number): object;
}

const OVERLOADED = 'we are overloaded';

const chunk = (delta: object, finish: string | null = null) =>
  sseEvent({
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1_700_000_000,
    model: 'raw',
    choices: [{ index: 0, delta, finish_reason: finish }],
  });
const openaiError = (status: number) => ({
  error: { message: OVERLOADED, type: 'server_error', param: null, code: wordOf(status) },
});

const chat: Protocol = {
  name: 'chat',
  family: 'openai',
  path: '/chat/completions',
  streams: true,
  request: (model, stream) => ({ model, stream, messages: [{ role: 'user', content: 'Hé 🚦' }] }),
  document: (who) => ({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1_700_000_000,
    model: 'raw',
    choices: [{ index: 0, message: { role: 'assistant', content: `🚦 ${who}` }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 },
  }),
  events: (who) => [
    chunk({ role: 'assistant', content: '' }),
    chunk({ content: '🚦 ' }),
    chunk({ content: who }),
    chunk({ content: ' – é' }),
    chunk({}, 'stop'),
    sseEvent('[DONE]'),
  ],
  begun: 2,
  terminator: 'data: [DONE]',
  errorEvent: sseEvent(openaiError(500)),
  errorBody: openaiError,
};

const response = (status: string, who?: string) => ({
  id: 'resp_1',
  object: 'response',
  created_at: 1_700_000_000,
  model: 'raw',
  status,
  output:
    who === undefined
      ? []
      : [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text: `🚦 ${who}` }] }],
  usage: status === 'completed' ? { input_tokens: 7, output_tokens: 3, total_tokens: 10 } : null,
});
const numbered = (events: readonly TypedEvent[]) =>
  events.map((event, index) => typedEvent({ ...event, sequence_number: index }));
const textDelta = (delta: string) => ({
  type: 'response.output_text.delta',
  item_id: 'msg_1',
  output_index: 0,
  content_index: 0,
  delta,
});

const responses: Protocol = {
  name: 'responses',
  family: 'openai',
  path: '/responses',
  streams: true,
  request: (model, stream) => ({ model, stream, input: 'Hé 🚦' }),
  document: (who) => response('completed', who),
  events: (who) =>
    numbered([
      { type: 'response.created', response: response('in_progress') },
      textDelta('🚦 '),
      textDelta(who),
      textDelta(' – é'),
      { type: 'response.completed', response: response('completed', who) },
    ]),
  begun: 2,
  terminator: 'event: response.completed',
  errorEvent: typedEvent({ type: 'error', code: 'server_error', message: OVERLOADED, param: null }),
  errorBody: openaiError,
};

const anthropicError = (status: number) => ({
  type: 'error',
  error: { type: status === 429 ? 'rate_limit_error' : 'overloaded_error', message: OVERLOADED },
});
const message = (content: readonly object[], stop: string | null) => ({
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'raw',
  content,
  stop_reason: stop,
  stop_sequence: null,
  usage: { input_tokens: 7, output_tokens: 3 },
});
const anthropicDelta = (text: string) =>
  typedEvent({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } });

const messages: Protocol = {
  name: 'messages',
  family: 'anthropic',
  path: '/messages',
  streams: true,
  request: (model, stream) => ({
    model,
    stream,
    max_tokens: 64,
    messages: [{ role: 'user', content: 'Hé 🚦' }],
  }),
  document: (who) => message([{ type: 'text', text: `🚦 ${who}` }], 'end_turn'),
  events: (who) => [
    typedEvent({ type: 'message_start', message: message([], null) }),
    typedEvent({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }),
    anthropicDelta('🚦 '),
    anthropicDelta(who),
    anthropicDelta(' – é'),
    typedEvent({ type: 'content_block_stop', index: 0 }),
    typedEvent({
      type: 'message_delta',
      delta: { stop_reason: 'end_turn', stop_sequence: null },
      usage: { output_tokens: 3 },
    }),
    typedEvent({ type: 'message_stop' }),
  ],
  begun: 3,
  terminator: 'event: message_stop',
  errorEvent: sseEvent(anthropicError(529), 'error'),
  errorBody: anthropicError,
};

const embeddings: Protocol = {
  name: 'embeddings',
  family: 'openai',
  path: '/embeddings',
  streams: false,
  request: (model) => ({ model, input: 'Hé 🚦' }),
  document: (who) => ({
    object: 'list',
    model: who,
    data: [{ object: 'embedding', index: 0, embedding: [0.1, 0.2] }],
    usage: { prompt_tokens: 3, total_tokens: 3 },
  }),
  events: () => [],
  begun: 0,
  terminator: undefined,
  errorEvent: '',
  errorBody: openaiError,
};

const service: Protocol = {
  name: 'service',
  family: undefined,
  path: '/parse',
  streams: true,
  request: (_, stream) => ({ stream, file: 'Hé 🚦' }),
  document: (who) => ({ elements: [{ type: 'Title', text: `🚦 ${who}` }] }),
  events: (who) => ['🚦 ', who, ' – é', 'end'].map((text) => sseEvent({ text })),
  begun: 2,
  terminator: undefined,
  errorEvent: sseEvent({ error: OVERLOADED }),
  errorBody: (status) => ({ error: { code: wordOf(status), message: OVERLOADED } }),
};

function wordOf(status: number): string {
  return status === 429 ? 'rate_limit_exceeded' : 'server_error';
}

const PROTOCOLS = { chat, responses, messages, embeddings, service } satisfies Record<ProtocolName, Protocol>;

/** What a client speaks and what the instance speaks; where the two differ, the gateway translates. */
export interface Lane {
  readonly name: string;
  readonly client: Protocol;
  readonly upstream: Protocol;
}

export const LANES: readonly Lane[] = [
  ...Object.values(PROTOCOLS).map((protocol) => ({
    name: protocol.name,
    client: protocol,
    upstream: protocol,
  })),
  { name: 'chat-as-messages', client: chat, upstream: messages },
  { name: 'messages-as-chat', client: messages, upstream: chat },
];

export function isTranslated({ client, upstream }: Lane): boolean {
  return client !== upstream;
}
