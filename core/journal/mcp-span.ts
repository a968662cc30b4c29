import { unreachable } from '../base/result.ts';
import type { JournalEvent } from './event.ts';
import type { McpSpan } from './run-state.ts';

type McpEvent<Type extends string> = Extract<JournalEvent, { type: `mcp-${Type}` }>;

/** Events in the life of one request. */
export type McpSpanEvent = McpEvent<'progress-reported' | 'request-cancelled' | 'response-sent'>;

/** Events that are told as a line of the log. */
export type McpLogEvent = McpEvent<
  'notification-sent' | 'server-started' | 'server-exited' | 'output-written' | 'output-dropped'
>;

/** The span that a request opens. */
export function openMcpSpan(
  { spanId, parentSpanId, at, data }: McpEvent<'request-received'>,
  index: number,
): McpSpan {
  const { body, headers, ...facts } = data;
  return {
    kind: 'mcp',
    id: spanId,
    ...(parentSpanId !== undefined && { parentId: parentSpanId }),
    index,
    name: nameOf(data),
    startedAt: at,
    status: 'running',
    ...facts,
    ...(headers && { requestHeaders: headers }),
    requestBody: body,
  };
}

/** Named as OpenTelemetry names them: with a tool or a prompt, never with a URI. */
function nameOf({ method, subject }: McpEvent<'request-received'>['data']): string {
  const isNamed = subject !== undefined && (method === 'tools/call' || method === 'prompts/get');
  return isNamed ? `${method} ${subject}` : method;
}

/** What an event changes. An answer that comes after the request was cancelled is kept, and changes no more than that. */
export function changeOfMcpSpan(span: McpSpan, event: McpSpanEvent): Partial<McpSpan> {
  switch (event.type) {
    case 'mcp-progress-reported': {
      const reports = (span.progress?.reports ?? 0) + 1;
      return { progress: { ...event.data, reports, at: event.at } };
    }
    case 'mcp-request-cancelled': {
      const { by, reason } = event.data;
      const cancelled = { by, ...(reason !== undefined && { reason }) };
      return span.status === 'running'
        ? { cancelled, status: 'cancelled', endedAt: event.at }
        : { cancelled };
    }
    case 'mcp-response-sent': {
      const { outcome, status, headers, isError, resultType, error, body } = event.data;
      return {
        ...(span.status === 'running' && { status: outcome, endedAt: event.at }),
        ...(status !== undefined && { httpStatus: status }),
        ...(headers && { responseHeaders: headers }),
        ...(isError && { isError }),
        ...(resultType !== undefined && { resultType }),
        ...(error && { error }),
        ...(body && { responseBody: body }),
      };
    }
    default:
      return unreachable(event);
  }
}

/** What happened, in one line of English: logs are not translated. */
export function describeMcpEvent({ type, data }: McpLogEvent): string {
  switch (type) {
    case 'mcp-notification-sent': {
      const arrow = data.from === 'server' ? '→' : '←';
      return `${data.server} ${arrow} ${data.method}${data.text === undefined ? '' : `: ${data.text}`}`;
    }
    case 'mcp-server-started':
      return `${data.server} is started (process ${data.pid})`;
    case 'mcp-server-exited': {
      const { server, reason, restartInMs } = data;
      const again = restartInMs === undefined ? '' : `; again in ${(restartInMs / 1000).toFixed(1)} s`;
      return `${server} ended by itself: ${reason}${again}`;
    }
    case 'mcp-output-written':
      return `${data.server} ${data.stream}: ${data.text}`;
    case 'mcp-output-dropped':
      return `${data.server} ${data.what}: ${data.count} more, ${data.bytes} bytes, left out`;
  }
}
