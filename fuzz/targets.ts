import type { JsonValue } from '../core/base/json.ts';
import { keyValues, tracesOf } from '../core/journal/otlp/test-export.ts';
import type { Shape } from './shapes.ts';
import { readExport } from './corpus.ts';
import { LOGS_WIRE, METRICS_WIRE, tracesWire } from './otlp-wire.ts';
import type { Wire } from './mutate-protobuf.ts';

/** A place that takes bodies from agents. */
export interface Target {
  readonly name: string;
  /** Below the base of a run. */
  readonly path: string;
  /** How it says no. */
  readonly shape: Shape;
  readonly headers: Readonly<Record<string, string>>;
  readonly seeds: Seeds;
  /** How many of a hundred bodies or so go there. */
  readonly weight: number;
}

/** Bodies that are as they should be. */
export type Seeds =
  | { readonly kind: 'json'; readonly documents: readonly unknown[] }
  | { readonly kind: 'protobuf'; readonly messages: readonly Wire[] }
  | { readonly kind: 'bytes'; readonly bodies: readonly Uint8Array[] };

const JSON_TYPE = { 'content-type': 'application/json' };
const PROTOBUF_TYPE = { 'content-type': 'application/x-protobuf' };
const json = (...documents: readonly unknown[]): Seeds => ({ kind: 'json', documents });
const protobuf = (...messages: readonly Wire[]): Seeds => ({ kind: 'protobuf', messages });

const PARAMETERS = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const PIXEL =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

const chatSeeds = (model: string) => [
  { model, messages: [{ role: 'user', content: 'Hello 🚦' }] },
  {
    model,
    stream: true,
    stream_options: { include_usage: true },
    temperature: 0.2,
    max_completion_tokens: 64,
    messages: [
      { role: 'system', content: 'Be brief.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is it?' },
          { type: 'image_url', image_url: { url: PIXEL } },
        ],
      },
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          { id: 'c1', type: 'function', function: { name: 'look', arguments: '{"city":"Bern"}' } },
        ],
      },
      { role: 'tool', tool_call_id: 'c1', content: 'sunny' },
    ],
    tools: [{ type: 'function', function: { name: 'look', description: 'looks', parameters: PARAMETERS } }],
    tool_choice: 'auto',
    response_format: { type: 'json_schema', json_schema: { name: 'x', schema: PARAMETERS } },
  },
];

const messagesSeeds = (model: string) => [
  { model, max_tokens: 64, messages: [{ role: 'user', content: 'Hello 🚦' }] },
  {
    model,
    max_tokens: 2_000,
    stream: true,
    system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }],
    thinking: { type: 'enabled', budget_tokens: 1_024 },
    metadata: { user_id: 'u1' },
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Look' },
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PIXEL.slice(22) } },
        ],
      },
      { role: 'assistant', content: [{ type: 'tool_use', id: 't1', name: 'look', input: { city: 'Bern' } }] },
      {
        role: 'user',
        content: [
          {
            type: 'tool_result',
            tool_use_id: 't1',
            content: [{ type: 'text', text: 'sunny' }],
            is_error: false,
          },
        ],
      },
    ],
    tools: [{ name: 'look', description: 'looks', input_schema: PARAMETERS }],
    tool_choice: { type: 'auto' },
  },
];

const responsesSeeds = [
  { model: 'fast', input: 'Hello 🚦' },
  {
    model: 'fast',
    stream: true,
    instructions: 'Be brief.',
    input: [
      {
        role: 'user',
        content: [
          { type: 'input_text', text: 'Look' },
          { type: 'input_image', image_url: PIXEL },
        ],
      },
      { type: 'function_call', call_id: 'c1', name: 'look', arguments: '{"city":"Bern"}' },
      { type: 'function_call_output', call_id: 'c1', output: 'sunny' },
    ],
    tools: [{ type: 'function', name: 'look', parameters: PARAMETERS, strict: true }],
    reasoning: { effort: 'low' },
    text: { format: { type: 'text' } },
  },
];

const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'fuzz', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
};
const rpc = (method: string, params: object) => ({ jsonrpc: '2.0', id: 'ID', method, params });
const mcpSeeds = [
  rpc('tools/call', {
    name: 'echo',
    arguments: { text: 'hi', list: [1, 2] },
    _meta: { ...META, progressToken: 'p' },
  }),
  { jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken: 'p', progress: 1, total: 2 } },
];
const legacySeeds = [
  rpc('tools/list', {}),
  rpc('resources/read', { uri: 'file:///x' }),
  [
    rpc('ping', {}),
    { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 'ID', reason: 'x' } },
  ],
  { jsonrpc: '2.0', id: 'ID', result: { content: [] } },
  rpc('initialize', {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'fuzz', version: '1' },
  }),
];
const MODERN = {
  ...JSON_TYPE,
  accept: 'application/json, text/event-stream',
  'mcp-protocol-version': '2026-07-28',
  'mcp-method': 'tools/call',
  'mcp-name': 'echo',
};

// prettier-ignore
const FORM = [
  '--xyz', 'Content-Disposition: form-data; name="strategy"', '', 'fast', '--xyz',
  'Content-Disposition: form-data; name="files"; filename="a.pdf"', 'Content-Type: application/pdf', '', '%PDF-1.4 …', '--xyz--', '',
].join('\r\n');

const SPAN = {
  traceId: '5b8efff798038103d269b633813fc60c',
  spanId: 'eee19b7ec3c1b174',
  name: 'chat fuzz',
  startTimeUnixNano: '1763740800000000000',
  endTimeUnixNano: '1763740801000000000',
};
const traces = [
  readExport('trace.json'),
  ...['openinference_client_span_tool_calls.json', 'otel_genai_client_span_tool_calls.json'].map(spanWith),
];

// prettier-ignore
export const TARGETS: readonly Target[] = [
  { name: 'chat', path: '/openai/v1/chat/completions', shape: 'openai', headers: JSON_TYPE, seeds: json(...chatSeeds('fast')), weight: 14 },
  { name: 'chat as messages', path: '/openai/v1/chat/completions', shape: 'openai', headers: JSON_TYPE, seeds: json(...chatSeeds('claude')), weight: 6 },
  { name: 'responses', path: '/openai/v1/responses', shape: 'openai', headers: JSON_TYPE, seeds: json(...responsesSeeds), weight: 8 },
  { name: 'embeddings', path: '/openai/v1/embeddings', shape: 'openai', headers: JSON_TYPE, seeds: json({ model: 'vectors', input: ['a', 'b'], dimensions: 2 }), weight: 4 },
  { name: 'messages', path: '/anthropic/v1/messages', shape: 'anthropic', headers: JSON_TYPE, seeds: json(...messagesSeeds('claude')), weight: 8 },
  { name: 'messages as chat', path: '/anthropic/v1/messages', shape: 'anthropic', headers: JSON_TYPE, seeds: json(...messagesSeeds('fast')), weight: 6 },
  { name: 'vector store', path: '/services/store/api/v2/tenants/t/databases/d/collections/c/query', shape: 'http', headers: JSON_TYPE, seeds: json({ query_embeddings: [[0.1, 0.2]], n_results: 3, where: { a: 1 } }), weight: 3 },
  { name: 'document', path: '/services/parse/general/v0/general', shape: 'http', headers: { 'content-type': 'multipart/form-data; boundary=xyz' }, seeds: { kind: 'bytes', bodies: [Buffer.from(FORM)] }, weight: 3 },
  { name: 'traces', path: '/v1/traces', shape: 'otlp', headers: JSON_TYPE, seeds: json(...traces), weight: 12 },
  { name: 'logs', path: '/v1/logs', shape: 'otlp', headers: JSON_TYPE, seeds: json(readExport('logs.json'), readExport('events.json')), weight: 5 },
  { name: 'metrics', path: '/v1/metrics', shape: 'otlp', headers: JSON_TYPE, seeds: json(readExport('metrics.json')), weight: 4 },
  { name: 'traces, protobuf', path: '/v1/traces', shape: 'otlp', headers: PROTOBUF_TYPE, seeds: protobuf(tracesWire()), weight: 8 },
  { name: 'logs, protobuf', path: '/v1/logs', shape: 'otlp', headers: PROTOBUF_TYPE, seeds: protobuf(LOGS_WIRE), weight: 4 },
  { name: 'metrics, protobuf', path: '/v1/metrics', shape: 'otlp', headers: PROTOBUF_TYPE, seeds: protobuf(METRICS_WIRE), weight: 3 },
  { name: 'MCP over HTTP', path: '/mcp/remote', shape: 'mcp', headers: { ...JSON_TYPE, accept: MODERN.accept }, seeds: json(...legacySeeds), weight: 5 },
  { name: 'MCP over HTTP, stateless', path: '/mcp/remote', shape: 'mcp', headers: MODERN, seeds: json(...mcpSeeds), weight: 3 },
  { name: 'MCP of a program', path: '/mcp/program', shape: 'mcp', headers: MODERN, seeds: json(...mcpSeeds), weight: 4 },
];

/** A span with the attributes that a library reports. */
function spanWith(name: string): unknown {
  const attributes = keyValues(readExport(name) as Readonly<Record<string, JsonValue>>);
  return tracesOf([{ ...SPAN, attributes }], { 'service.name': 'fuzz' });
}
