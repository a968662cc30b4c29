import type { JsonValue } from '../base/json.ts';
import type { Attribute } from '../journal/otlp/any-value.ts';
import type { BodyRef } from '../journal/facts.ts';
import type { OtlpSpan } from '../journal/otlp/protocol.ts';
import type { AttemptSpan, CallSpan, McpSpan, RunSummary, Span } from '../journal/run-state.ts';
import { findOperation } from '../dialects/operations.ts';
import type { WireDialect } from '../dialects/dialect.ts';
import type { ExportInput } from './exported.ts';
import { callAttributes } from './har-calls.ts';
import { kindNumber, spanOf, statusOf } from './otlp-parts.ts';
import { unixTime } from './run-time.ts';

export type OwnSpan = Exclude<Span, { readonly kind: 'reported' }>;

/** Whether anything of the run went through Signalbox: else its root is nobody's. */
export function hasOwnSpans(run: RunSummary): boolean {
  return run.calls > 0 || (run.mcpRequests ?? 0) > 0 || run.command !== undefined;
}

/** A span of ours in the words of OpenTelemetry's conventions, with what was said as attributes. */
export async function exportOwnSpan(input: ExportInput, span: OwnSpan): Promise<OtlpSpan> {
  const { run } = input;
  const caller = span.kind === 'call' ? span.remoteParent : undefined;
  return spanOf({
    traceId: caller?.traceId ?? run.id,
    spanId: span.id,
    parentSpanId: caller?.spanId ?? span.parentId ?? '',
    name: span.name,
    kind: kindNumber(span.kind === 'agent' ? 'internal' : 'client'),
    startTimeUnixNano: unixTime(run, span.startedAt),
    endTimeUnixNano: span.endedAt === undefined ? 0n : unixTime(run, span.endedAt),
    attributes: given([
      ['signalbox.kind', span.kind],
      ...(await attributesOf(input, span)),
      ['error.type', span.error?.code],
      ['signalbox.status', span.status === 'ok' || span.status === 'error' ? undefined : span.status],
    ]),
    status: span.error || span.status === 'error' ? statusOf('error', span.error?.message) : undefined,
  });
}

type Said = readonly (readonly [key: string, value: JsonValue | undefined])[];

async function attributesOf(input: ExportInput, span: OwnSpan): Promise<Said> {
  switch (span.kind) {
    case 'agent':
      return [['process.command_args', input.run.command]];
    case 'call':
      return callSaid(input, span);
    case 'attempt':
      return attemptSaid(input, span);
    case 'mcp':
      return mcpSaid(input, span);
  }
}

async function callSaid(input: ExportInput, span: CallSpan): Promise<Said> {
  const request = await textOf(input, span.requestBody);
  const response = await textOf(input, span.responseBody);
  const dialect = wireDialectOf(span);
  const category = dialect === 'openai-embeddings' ? 'embeddings' : 'chat';
  const call = { operation: category, model: span.model ?? '', dialect };
  const said = callAttributes(call, request, response, isStream(span)).filter(
    ([key]) => !key.startsWith('gen_ai.usage.'),
  );
  return [
    ...said,
    ['gen_ai.usage.input_tokens', span.usage?.input],
    ['gen_ai.usage.output_tokens', span.usage?.output],
    ['gen_ai.usage.cache_read.input_tokens', span.usage?.cachedInput],
    ['gen_ai.usage.cache_creation.input_tokens', span.usage?.cacheWrite],
    ['gen_ai.usage.reasoning.output_tokens', span.usage?.reasoning],
    ['gen_ai.usage.cost', span.cost?.usd],
    [
      'gen_ai.response.time_to_first_chunk',
      span.firstTokenAt === undefined ? undefined : (span.firstTokenAt - span.startedAt) / 1e9,
    ],
    ['http.request.method', span.method],
    ['url.path', span.path],
    ['http.response.status_code', span.httpStatus],
  ];
}

async function attemptSaid(input: ExportInput, span: AttemptSpan): Promise<Said> {
  return [
    ['signalbox.attempt', span.attempt],
    ['signalbox.instance', span.instance],
    ['signalbox.provider', span.provider],
    ['signalbox.model', span.model],
    ['url.full', span.endpoint],
    ['http.response.status_code', span.httpStatus],
    ['output.value', span.responseBody && (await textOf(input, span.responseBody))],
  ];
}

async function mcpSaid(input: ExportInput, span: McpSpan): Promise<Said> {
  return [
    ['mcp.method.name', span.method],
    ['mcp.protocol.version', span.protocolVersion],
    ['signalbox.mcp.server', span.server],
    ['gen_ai.tool.name', span.method === 'tools/call' ? span.subject : undefined],
    ['input.value', await textOf(input, span.requestBody)],
    ['output.value', span.responseBody && (await textOf(input, span.responseBody))],
  ];
}

/** The wire in which a call was said; nothing where its operation is only passed on. */
export function wireDialectOf({ dialect, method, path }: CallSpan): WireDialect | undefined {
  return dialect === 'http' ? undefined : findOperation(dialect, method, path)?.operation.dialect;
}

/** Whether the answer came as one, which an error to a request for a stream does not. */
export function isStream(span: CallSpan): boolean {
  const type = span.responseHeaders?.['content-type'];
  return type === undefined ? span.streaming : type.toLowerCase().includes('event-stream');
}

/** Nothing where the body is absent, or is not kept any more. */
export async function textOf(input: ExportInput, ref: BodyRef | undefined): Promise<string> {
  return ref ? new TextDecoder('utf-8').decode(await input.body(ref)) : '';
}

function given(said: Said): readonly Attribute[] {
  return said.flatMap(([key, value]) => (value === undefined || value === '' ? [] : [[key, value] as const]));
}
