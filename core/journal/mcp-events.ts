import type { Attribution, BodyRef, CallError, Outcome, RecordedHeaders } from './facts.ts';

/** `client`: the agent's side of an MCP connection. */
export type McpSide = 'client' | 'server';
export type McpTransport = 'stdio' | 'http';

/** What went between an agent and an MCP server. Bodies are whole JSON-RPC messages, as they were on the wire. */
export interface McpEventData {
  /** A request began, of the agent to a server or the other way round; it opens a span. */
  'mcp-request-received': {
    /** As the configuration names it. */
    readonly server: string;
    readonly transport: McpTransport;
    readonly from: McpSide;
    readonly method: string;
    /** The JSON-RPC id; of an input request of 2026-07-28 its key. */
    readonly requestId: string | number;
    /** The tool or prompt that it names, or the resource's URI. */
    readonly subject?: string;
    /** As the request, or its session, says it. */
    readonly protocolVersion?: string;
    /** Short and made from the session's id, which is a secret. */
    readonly session?: string;
    readonly attribution?: Attribution;
    readonly headers?: RecordedHeaders;
    /** Which try at an answer this is, where the server asked for input first (2026-07-28); from 2. */
    readonly round?: number;
    /** W3C trace context, from the request's `_meta`. */
    readonly traceparent?: string;
    readonly body: BodyRef;
  };
  /** In the span of the request that it is about. */
  'mcp-progress-reported': {
    readonly progress: number;
    readonly total?: number;
    readonly message?: string;
  };
  'mcp-request-cancelled': { readonly by: McpSide; readonly reason?: string };
  'mcp-response-sent': {
    /** A tool that says it failed is an error, too. */
    readonly outcome: Outcome;
    readonly status?: number;
    readonly headers?: RecordedHeaders;
    readonly isError?: true;
    /** `input_required` where the server asks for something first (2026-07-28). */
    readonly resultType?: string;
    readonly error?: CallError;
    /** Absent where nobody answered. */
    readonly body?: BodyRef;
  };
  /** Any other notification; in the span of the request that it belongs to, where that is known. */
  'mcp-notification-sent': {
    readonly server: string;
    readonly from: McpSide;
    readonly method: string;
    /** What a log message says, or the URI of a resource. */
    readonly text?: string;
    readonly body: BodyRef;
  };
  'mcp-server-started': { readonly server: string; readonly pid: number };
  /** Nobody asked it to. */
  'mcp-server-exited': {
    readonly server: string;
    readonly reason: string;
    /** Until it is started again; absent where that is for the next request to do. */
    readonly restartInMs?: number;
  };
  /** A line of its standard error, or one of its standard output that is no JSON-RPC message. */
  'mcp-output-written': {
    readonly server: string;
    readonly stream: 'stdout' | 'stderr';
    readonly text: string;
  };
  /** What was too much to record, and left out; `undelivered`: what it said while nobody listened, and was not kept. */
  'mcp-output-dropped': {
    readonly server: string;
    readonly what: 'stdout' | 'stderr' | 'notifications' | 'requests' | 'undelivered';
    readonly count: number;
    readonly bytes: number;
  };
}
