import type { SpanId } from '../../../core/base/ids.ts';
import type { AgentSpan, AttemptSpan, CallSpan, McpSpan } from '../../../core/journal/run-state.ts';

/** Spans for tests: whole ones, of which a test states only what it is about. */
export function agentSpan(given: Partial<AgentSpan> = {}): AgentSpan {
  return {
    kind: 'agent',
    id: 'agent' as SpanId,
    index: 0,
    name: 'agent',
    startedAt: 0,
    status: 'running',
    ...given,
  };
}

export function callSpan(given: Partial<CallSpan> = {}): CallSpan {
  return {
    kind: 'call',
    id: 'call' as SpanId,
    parentId: 'agent' as SpanId,
    index: 1,
    name: 'chat.completions',
    startedAt: 0,
    status: 'running',
    dialect: 'openai',
    operation: 'chat.completions',
    method: 'POST',
    path: '/chat/completions',
    model: 'fast',
    streaming: true,
    attribution: 'prefix',
    requestHeaders: {},
    routes: [],
    waits: [],
    fallbacks: [],
    ...given,
  };
}

export function attemptSpan(given: Partial<AttemptSpan> = {}): AttemptSpan {
  return {
    kind: 'attempt',
    id: 'attempt' as SpanId,
    parentId: 'call' as SpanId,
    index: 2,
    name: 'sim-fast',
    startedAt: 0,
    status: 'running',
    attempt: 1,
    instance: 'sim-fast',
    provider: 'simulated',
    endpoint: 'http://127.0.0.1:1/v1',
    ...given,
  };
}

export function mcpSpan(given: Partial<McpSpan> = {}): McpSpan {
  return {
    kind: 'mcp',
    id: 'mcp' as SpanId,
    parentId: 'agent' as SpanId,
    index: 3,
    name: 'tools/call search',
    startedAt: 0,
    status: 'running',
    server: 'files',
    transport: 'stdio',
    from: 'client',
    method: 'tools/call',
    requestId: 1,
    subject: 'search',
    requestBody: { bytes: 2, parts: [] },
    ...given,
  };
}
