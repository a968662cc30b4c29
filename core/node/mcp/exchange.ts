import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RunId } from '../../base/ids.ts';
import type { RecordedHeaders } from '../../journal/event.ts';
import { eraOfMessage, LEGACY, MODERN, type Era } from '../../mcp/era.ts';
import {
  ERROR_CODES,
  failureText,
  type McpError,
  type McpMessage,
  type RequestId,
} from '../../mcp/message.ts';
import { headerOf, recordedRequestHeaders } from '../../scheduling/headers.ts';
import type { HeaderList } from '../../scheduling/upstream.ts';
import type { RunOf } from './run-of.ts';

/** One HTTP request to an MCP server, with the run that it belongs to. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Of the path, where that names a run. */
  readonly run?: RunId;
  readonly headers: HeaderList;
  readonly who: RunOf;
  /** Empty but for a POST. */
  readonly body: Uint8Array;
  /** Empty where the body is no JSON-RPC. */
  readonly messages: readonly McpMessage[];
}

export function header({ headers }: Exchange, name: string): string | undefined {
  return headerOf(headers, name);
}

export function eraOf(exchange: Exchange): Era {
  const version = header(exchange, 'mcp-protocol-version');
  return exchange.messages.some((message) => eraOfMessage(message, version) === MODERN) ? MODERN : LEGACY;
}

/** The id that an error of ours answers: that of the only request. */
export function requestIdOf({ messages }: Pick<Exchange, 'messages'>): RequestId | undefined {
  const [only, ...others] = messages;
  return only?.kind === 'request' && others.length === 0 ? only.id : undefined;
}

/** Turns an exchange away in MCP's own shape; what of its body was not read is not waited for. */
export function refuseExchange(
  response: ServerResponse,
  status: number,
  error: McpError | string,
  id?: RequestId,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (response.headersSent) return void response.destroy();
  const told = typeof error === 'string' ? { code: ERROR_CODES.invalidRequest, message: error } : error;
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(failureText(id, told));
}

/** What Signalbox adds to an answer. */
export function ownHeaders({ who }: Pick<Exchange, 'who'>): Readonly<Record<string, string>> {
  return { 'x-signalbox-run': who.run.recorder.runId };
}

const RECORDED = /^(mcp-(protocol-version|method|name)|last-event-id)$/;

/** Without the session's id, which is a secret, and the arguments, which are in the body. */
export function recordedHeaders(headers: HeaderList): RecordedHeaders {
  const own = Object.fromEntries(headers.filter(([name]) => RECORDED.test(name)));
  return { ...recordedRequestHeaders(headers), ...own };
}

/** Whether an `Accept` header takes a type; without one everything is taken. */
export function accepts(header: string | undefined, type: string): boolean {
  if (header === undefined) return true;
  const taken = header.split(',').map((range) => range.split(';')[0]!.trim().toLowerCase());
  return [type, `${type.split('/')[0]}/*`, '*/*'].some((range) => taken.includes(range));
}
