import type { SpanId } from '../../base/ids.ts';
import { NANOS_PER_MILLI, type Millis } from '../../base/units.ts';
import { between, fails, keepText, oneOf, sentence, type Stage, type Steps } from './stage.ts';

const TOOLS = ['read_file', 'search', 'run_tests', 'query_database'] as const;

/** A tool call of an agent to an MCP server: one span. */
export function* generateMcp(stage: Stage): Steps {
  stage.left -= 1;
  const { recorder } = stage;
  const span = { spanId: stage.ids.spanId(), parentSpanId: recorder.rootSpanId };
  const subject = oneOf(stage, TOOLS);
  const words = sentence(stage, 6);
  const params = `{"name":"${subject}","arguments":{"about":"${words}"}}`;
  const id = stage.left;
  recorder.append(
    'mcp-request-received',
    {
      server: 'workspace',
      transport: 'stdio',
      from: 'client',
      method: 'tools/call',
      requestId: id,
      subject,
      body: keepText(stage, `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":${params}}`),
    },
    span,
  );
  yield between(stage, 2, 900);
  const isError = fails(stage);
  const text = sentence(stage, between(stage, 5, 60));
  const result = `{"content":[{"type":"text","text":"${text}"}],"isError":${isError}}`;
  recorder.append(
    'mcp-response-sent',
    {
      outcome: isError ? 'error' : 'ok',
      ...(isError && { isError, error: { code: 'tool_failed', message: text } }),
      body: keepText(stage, `{"jsonrpc":"2.0","id":${id},"result":${result}}`),
    },
    span,
  );
}

/** A span that an agent reports itself when it has ended: `startedAt` by the run's wall clock. */
export interface GeneratedReport {
  readonly spanId: SpanId;
  readonly parentSpanId?: SpanId;
  readonly traceId: string;
  readonly name: string;
  readonly startedAt: Millis;
}

export function reportSpan(
  stage: Stage,
  { spanId, parentSpanId, traceId, name, startedAt }: GeneratedReport,
): void {
  stage.reporter ??= keepText(
    stage,
    '{"resource":{"service.name":"generated agent","service.version":"1.4"},"scope":{"name":"generated"}}',
  );
  stage.recorder.append(
    'span-reported',
    {
      service: 'generated agent',
      scope: 'generated',
      details: stage.reporter,
      traceId,
      name,
      role: 'internal',
      startTime: unixNanos(startedAt),
      endTime: unixNanos(stage.clock.wallTime()),
      status: fails(stage) ? 'error' : 'ok',
      meaning: { activity: 'tool', tool: { name } },
      sources: { 'tool.name': 'gen_ai.tool.name' },
      attributes: [
        { key: 'code.file.path', value: `src/step-${stage.left % 97}.py` },
        { key: 'agent.step', value: stage.left },
      ],
      events: [],
      links: [],
    },
    { spanId, ...(parentSpanId !== undefined && { parentSpanId }) },
  );
}

export function writeLog(stage: Stage, spanId: SpanId = stage.recorder.rootSpanId): void {
  const stream = fails(stage) ? 'stderr' : 'stdout';
  stage.recorder.append('log-written', { stream, text: sentence(stage, between(stage, 4, 16)) }, { spanId });
}

function unixNanos(wallTime: Millis): string {
  return String(BigInt(Math.round(wallTime * 1000)) * BigInt(NANOS_PER_MILLI / 1000));
}
