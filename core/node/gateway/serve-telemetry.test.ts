import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { context, SpanKind, SpanStatusCode, trace, type Span as OtelSpan } from '@opentelemetry/api';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { BatchSpanProcessor, TracerProvider, type SpanExporter } from '@opentelemetry/sdk-trace';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RunId } from '../../base/ids.ts';
import type { JournalEvent } from '../../journal/event.ts';
import { encodeTraces, keyValues, tracesOf, type JsonSpan } from '../../journal/otlp/test-export.ts';
import type { ReportedSpan, Span } from '../../journal/run-state.ts';
import { LARGEST_READ_HERE } from '../telemetry/export-reader.ts';
import { startTestHost } from '../test-host.ts';

type TestHost = Awaited<ReturnType<typeof startTestHost>>;
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).toReversed()) await clean();
});

/** For all tests but those that leave it in a state. */
let host: TestHost;
beforeAll(async () => {
  host = await startTestHost('[simulated]\nspeed = 0\n');
});
afterAll(() => host.remove());

async function hostOfItsOwn(): Promise<TestHost> {
  const own = await startTestHost();
  cleanups.push(() => own.remove());
  return own;
}

const JSON_TYPE = 'application/json';
const PROTOBUF_TYPE = 'application/x-protobuf';
/** Each test has a trace of its own, since all are at one host. */
let traceId = '';
beforeEach(() => (traceId = randomBytes(16).toString('hex')));

function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  const isBytes = body instanceof Uint8Array;
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': isBytes ? PROTOBUF_TYPE : JSON_TYPE, ...headers },
    body: isBytes ? Buffer.from(body) : typeof body === 'string' ? body : JSON.stringify(body),
  });
}

const millisAgo = (millis: number) => String(BigInt(Date.now() - millis) * 1_000_000n);
const spanId = (number: number) => number.toString(16).padStart(16, 'e');
const span = (number: number, changes: Partial<JsonSpan> = {}): JsonSpan => ({
  traceId,
  spanId: spanId(number),
  name: `span ${number}`,
  startTimeUnixNano: millisAgo(300),
  endTimeUnixNano: millisAgo(100),
  ...changes,
});

async function eventsOf(host: TestHost, run: RunId): Promise<JournalEvent[]> {
  const found: JournalEvent[] = [];
  for await (const events of host.services.followRun(run, 1, AbortSignal.timeout(100))) found.push(...events);
  return found;
}

async function reportedIn(host: TestHost, run: RunId): Promise<readonly ReportedSpan[]> {
  const spans = await host.services.listSpans(run);
  return spans.filter((span): span is Extract<Span, { kind: 'reported' }> => span.kind === 'reported');
}

async function ambientRuns(name: string) {
  return (await host.services.listRuns({ limit: 50 })).filter(
    (run) => run.source === 'ambient' && run.name === name,
  );
}

/** An agent that is instrumented with OpenTelemetry; its spans are exported when it is shut down. */
function instrumented(exporter: SpanExporter) {
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'planner' }),
    spanProcessors: [new BatchSpanProcessor({ exporter })],
  });
  const tracer = provider.getTracer('agent-sdk', '2.0');
  const under = (
    parent: OtelSpan | undefined,
    name: string,
    attributes: Record<string, string | number> = {},
  ) =>
    tracer.startSpan(
      name,
      { kind: SpanKind.CLIENT, attributes },
      parent ? trace.setSpan(context.active(), parent) : context.active(),
    );
  return { under, shutdown: () => provider.shutdown() };
}

const messages = JSON.stringify([{ role: 'user', parts: [{ type: 'text', content: 'x'.repeat(5_000) }] }]);

describe('exporters of OpenTelemetry', () => {
  it.each([
    ['Protocol Buffers', (url: string) => new ProtobufExporter({ url, compression: 'gzip' as never })],
    ['JSON', (url: string) => new JsonExporter({ url })],
  ])('in %s: an agent, a model and a tool become one tree', async (_, exporterTo) => {
    const { run, environment } = await host.services.startRun({ name: 'agent' });
    const agent = instrumented(exporterTo(`${environment['OTEL_EXPORTER_OTLP_ENDPOINT']!}/v1/traces`));
    const root = agent.under(undefined, 'invoke_agent planner', { 'gen_ai.operation.name': 'invoke_agent' });
    const model = agent.under(root, 'chat gpt-4o', {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4o',
      'gen_ai.usage.input_tokens': 12,
      'gen_ai.input.messages': messages,
    });
    model.end();
    const tool = agent.under(root, 'execute_tool f', { 'openinference.span.kind': 'TOOL', 'tool.name': 'f' });
    tool.recordException(new TypeError('no such thing'));
    tool.setStatus({ code: SpanStatusCode.ERROR, message: 'it failed' });
    tool.end();
    root.end();
    await agent.shutdown();
    const spans = await reportedIn(host, run.id);
    const named = Object.fromEntries(spans.map((span) => [span.name, span]));
    expect(named['invoke_agent planner']).toMatchObject({
      activity: 'agent',
      status: 'ok',
      role: 'client',
      service: 'planner',
      scope: 'agent-sdk',
      traceId: root.spanContext().traceId,
    });
    expect(named['chat gpt-4o']).toMatchObject({
      activity: 'llm',
      provider: 'openai',
      model: 'gpt-4o',
      usage: { input: 12 },
      parentId: root.spanContext().spanId,
      input: { form: 'messages' },
    });
    expect(named['execute_tool f']).toMatchObject({
      activity: 'tool',
      tool: { name: 'f' },
      status: 'error',
      error: { code: 'TypeError', message: 'it failed' },
      parentId: root.spanContext().spanId,
    });
    const [{ startedAt, endedAt }] = [named['invoke_agent planner']!];
    expect(endedAt).toBeGreaterThan(startedAt);
    const detail = await host.services.findSpan(run.id, named['chat gpt-4o']!.id);
    expect(JSON.parse(detail!.request!.text)).toEqual({ messages: JSON.parse(messages) as unknown });
    const [event] = detail!.events;
    expect(JSON.stringify(event)).not.toContain('xxx');
    expect(event).toMatchObject({ type: 'span-reported', data: { scope: 'agent-sdk' } });
    expect((await host.services.findRun(run.id))?.reportedSpans).toBe(3);
  });

  it('of log records: lines of the run, under the span that they name', async () => {
    const { run, environment } = await host.services.startRun({ name: 'agent' });
    const exporter = new OTLPLogExporter({ url: `${environment['OTEL_EXPORTER_OTLP_ENDPOINT']!}/v1/logs` });
    const provider = new LoggerProvider({ processors: [new BatchLogRecordProcessor({ exporter })] });
    const spanContext = { traceId, spanId: spanId(1), traceFlags: 1 };
    provider.getLogger('agent').emit({
      severityText: 'WARN',
      body: 'running late',
      attributes: { retry: 2 },
      context: trace.setSpanContext(context.active(), spanContext),
    });
    await provider.shutdown();
    const events = await eventsOf(host, run.id);
    expect(events.at(-1)).toMatchObject({
      type: 'telemetry-log-reported',
      spanId: spanId(1),
      data: {
        severityText: 'WARN',
        content: { value: 'running late' },
        attributes: [{ key: 'retry', value: 2 }],
      },
    });
  });
});

describe('the run of an export', () => {
  it('is the one that a prefix or a header names, and nobody’s where that is not open', async () => {
    const { run } = await host.services.startRun({ name: 'agent' });
    const answers = [
      await post(`${host.dataPlane}/r/${run.id}/v1/traces`, tracesOf([span(1)])),
      await post(`${host.dataPlane}/v1/traces`, tracesOf([span(2)]), { 'x-signalbox-run': run.id }),
      await post(`${host.dataPlane}/v1/traces`, tracesOf([span(3)]), { 'x-signalbox-run': 'f'.repeat(32) }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 404]);
    expect(await answers[2]!.json()).toMatchObject({
      code: 5,
      message: expect.stringContaining('not open') as unknown,
    });
    expect((await reportedIn(host, run.id)).map(({ name }) => name)).toEqual(['span 1', 'span 2']);
  });

  it('is that of the calls of its trace, and the calls hang under its spans', async () => {
    const ask = async (number: number) => {
      const answer = await post(
        `${host.dataPlane}/openai/v1/chat/completions`,
        { model: 'fast', messages: [{ role: 'user', content: 'hi' }] },
        { traceparent: `00-${traceId}-${spanId(number)}-01`, 'user-agent': 'traced/1' },
      );
      await answer.text();
      return answer.headers.get('x-signalbox-run') as RunId;
    };
    const run = await ask(2);
    const answer = await post(
      `${host.dataPlane}/v1/traces`,
      tracesOf([span(2, { parentSpanId: spanId(1) }), span(1)], { 'service.name': 'traced' }),
    );
    expect(answer.status).toBe(200);
    expect(await ask(1)).toBe(run);
    await sleep(30);
    const spans = await host.services.listSpans(run);
    expect(spans.filter(({ kind }) => kind === 'call').map(({ parentId }) => parentId)).toEqual([
      spanId(2),
      spanId(1),
    ]);
    expect(spans.find(({ id }) => id === spanId(2))).toMatchObject({ kind: 'reported', parentId: spanId(1) });
    expect(await ambientRuns('traced')).toEqual([]);
  });

  it('is that of its service, from the start of its first span, and one for each service of an export', async () => {
    const [planner] = tracesOf([span(1, { startTimeUnixNano: millisAgo(5_000) })], {
      'service.name': 'planner',
    }).resourceSpans;
    const [searcher] = tracesOf([span(2, { traceId: randomBytes(16).toString('hex') })], {
      'service.name': 'searcher',
    }).resourceSpans;
    await post(`${host.dataPlane}/v1/traces`, { resourceSpans: [planner, searcher] });
    await post(
      `${host.dataPlane}/v1/traces`,
      tracesOf([span(3, { traceId: randomBytes(16).toString('hex') })], { 'service.name': 'planner' }),
    );
    const [planners, searchers] = [await ambientRuns('planner'), await ambientRuns('searcher')];
    expect([planners, searchers].map((runs) => runs.map(({ reportedSpans }) => reportedSpans))).toEqual([
      [2],
      [1],
    ]);
    const [first] = await reportedIn(host, planners[0]!.id);
    expect(first!.startedAt).toBeLessThan(5e6);
    expect(first!.endedAt! - first!.startedAt).toBeGreaterThan(4_800e6);
    expect(first!.reportedTimes).toBeUndefined();
  });
});

describe('an export', () => {
  it('that comes twice, and its child before it, makes no second span', async () => {
    const { run } = await host.services.startRun({ name: 'agent' });
    const url = `${host.dataPlane}/r/${run.id}/v1/traces`;
    const child = tracesOf([span(2, { parentSpanId: spanId(1) })]);
    const large = 'y'.repeat(9_000);
    const parent = tracesOf([span(1, { attributes: keyValues({ large }) })]);
    for (const body of [child, child, parent, parent]) expect((await post(url, body)).status).toBe(200);
    expect((await reportedIn(host, run.id)).map(({ name, parentId }) => [name, parentId])).toEqual([
      ['span 2', spanId(1)],
      ['span 1', (await host.services.listSpans(run.id))[0]!.id],
    ]);
    const database = new Database(join(host.dataDir, 'journal.db'), { readonly: true });
    cleanups.push(() => database.close());
    const hash = createHash('sha256').update(large).digest();
    expect(database.prepare('SELECT count(*) AS n FROM blobs WHERE hash = ?').get(hash)).toEqual({ n: 1 });
  });

  it('is taken as far as it can be, and the rest is said, in either encoding', async () => {
    const { run } = await host.services.startRun({ name: 'agent' });
    const url = `${host.dataPlane}/r/${run.id}/v1/traces`;
    const given = tracesOf([
      span(1, { traceId: '' }),
      span(2),
      span(3, { endTimeUnixNano: '1' }),
      span(4, { spanId: '0'.repeat(16) }),
    ]);
    const errorMessage = `Not recorded: 1 span without a trace id of 16 bytes that are not all zero; 1 span that ends before it starts; 1 span without a span id of 8 bytes that are not all zero.`;
    const answer = await post(url, given);
    expect(answer.headers.get('content-type')).toBe(JSON_TYPE);
    expect([answer.status, await answer.json()]).toEqual([
      200,
      { partialSuccess: { rejectedSpans: '3', errorMessage } },
    ]);
    const binary = await post(url, encodeTraces(given));
    expect(binary.headers.get('content-type')).toBe(PROTOBUF_TYPE);
    expect(Buffer.from(await binary.arrayBuffer()).toString('latin1')).toContain(errorMessage);
    expect((await reportedIn(host, run.id)).map(({ name }) => name)).toEqual(['span 2']);
  });

  it('that is large is recorded whole, and what of it cannot be is said', async () => {
    const { run } = await host.services.startRun({ name: 'agent' });
    const spans = Array.from({ length: 400 }, (_, index) =>
      span(index, {
        spanId: (index + 1).toString(16).padStart(16, '0'),
        attributes: keyValues({ text: `${index} `.repeat(400) }),
      }),
    );
    const body = encodeTraces(tracesOf([...spans, span(500, { endTimeUnixNano: '1' })]));
    expect(body.length).toBeGreaterThan(LARGEST_READ_HERE);
    const answer = await post(`${host.dataPlane}/r/${run.id}/v1/traces`, body);
    expect(answer.status).toBe(200);
    expect(Buffer.from(await answer.arrayBuffer()).toString('latin1')).toContain('1 span that ends before');
    expect((await reportedIn(host, run.id)).map(({ name }) => name)).toEqual(spans.map(({ name }) => name));
    const broken = await post(`${host.dataPlane}/r/${run.id}/v1/traces`, body.subarray(0, -1));
    expect(broken.status).toBe(400);
    expect(await reportedIn(host, run.id)).toHaveLength(400);
  });

  it('of metrics is counted and kept as it came', async () => {
    const { run } = await host.services.startRun({ name: 'agent' });
    const gauge = { dataPoints: [{ asInt: '1' }, { asInt: '2' }] };
    const body = JSON.stringify({
      resourceMetrics: [
        { scopeMetrics: [{ metrics: [{ name: 'gen_ai.client.token.usage', unit: '{token}', gauge }] }] },
      ],
    });
    const answer = await post(`${host.dataPlane}/r/${run.id}/v1/metrics`, body, {
      'content-type': 'application/json; charset=utf-8',
    });
    expect([answer.status, await answer.json()]).toEqual([200, {}]);
    const reported = (await eventsOf(host, run.id)).find(({ type }) => type === 'metrics-reported');
    expect(reported?.data).toMatchObject({
      metrics: [{ name: 'gen_ai.client.token.usage', unit: '{token}', type: 'gauge', points: 2 }],
      contentType: JSON_TYPE,
      body: { bytes: body.length },
    });
  });

  it('is kept without the secrets that were seen', async () => {
    const { run } = await host.services.startRun({ name: 'agent' });
    const secret = `sk-${'s'.repeat(30)}`;
    const attributes = keyValues({ small: secret, large: `${'x'.repeat(6_000)} ${secret}` });
    await post(`${host.dataPlane}/r/${run.id}/v1/traces`, tracesOf([span(1, { attributes })]));
    const events = await eventsOf(host, run.id);
    expect(events.at(-1)?.type).toBe('span-reported');
    expect(JSON.stringify(events)).not.toContain(secret);
  });
});

describe('a refusal', () => {
  const statusOf = (answer: Response) =>
    answer.headers.get('content-type') === JSON_TYPE ? answer.json() : undefined;

  it.each<[string, number, number, unknown, Record<string, string>]>([
    ['broken JSON', 400, 3, '{"resourceSpans":', {}],
    ['a field of a wrong type', 400, 3, { resourceSpans: 1 }, {}],
    ['JSON that is said to be packed', 400, 3, '{}', { 'content-encoding': 'gzip' }],
    ['an unknown packing', 415, 3, '{}', { 'content-encoding': 'br' }],
    ['another media type', 415, 3, '{}', { 'content-type': 'text/plain' }],
    ['a page of somebody', 403, 7, '{}', { origin: 'https://evil.test' }],
  ])('of %s is a Status in JSON', async (_, status, code, body, headers) => {
    const answer = await post(`${host.dataPlane}/v1/traces`, body, headers);
    expect([answer.status, await statusOf(answer)]).toEqual([
      status,
      { code, message: expect.any(String) as unknown },
    ]);
  });

  it('of broken Protocol Buffers is a Status in Protocol Buffers', async () => {
    const answer = await post(`${host.dataPlane}/v1/logs`, Uint8Array.of(10, 200));
    expect([answer.status, answer.headers.get('content-type')]).toEqual([400, PROTOBUF_TYPE]);
    const bytes = Buffer.from(await answer.arrayBuffer());
    expect([...bytes.subarray(0, 3)]).toEqual([8, 3, 18]);
    expect(bytes.toString('latin1')).toContain('The export');
  });

  it('of what unpacks to more than 64 MiB comes before all of it is unpacked', async () => {
    const bomb = gzipSync(Buffer.alloc(65 * 1024 * 1024));
    const answer = await post(`${host.dataPlane}/v1/traces`, new Uint8Array(bomb), {
      'content-encoding': 'gzip',
    });
    expect(answer.status).toBe(413);
  });

  it('is the answer to whatever is damaged and cannot be read, and 200 the answer to the rest', async () => {
    const seed = readFileSync(new URL('../../journal/otlp/vectors/trace.json', import.meta.url));
    const traces = encodeTraces(JSON.parse(seed.toString()) as ReturnType<typeof tracesOf>);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(seed, traces),
        fc.nat(),
        fc.nat(255),
        fc.nat(3),
        async (body, at, byte, cut) => {
          const place = at % body.length;
          const parts = [body.subarray(0, place), Uint8Array.of(byte), body.subarray(place + cut)];
          const type = body === seed ? JSON_TYPE : PROTOBUF_TYPE;
          const answer = await post(`${host.dataPlane}/v1/traces`, new Uint8Array(Buffer.concat(parts)), {
            'content-type': type,
          });
          expect([200, 400]).toContain(answer.status);
          expect(answer.headers.get('content-type')).toBe(type);
          const bytes = Buffer.from(await answer.arrayBuffer());
          const said =
            type === JSON_TYPE ? (JSON.parse(bytes.toString()) as { code?: number }).code : bytes[1];
          expect(answer.status === 200 || said).toBe(answer.status === 200 ? true : 3);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('of another method says which one is right', async () => {
    const answer = await fetch(`${host.dataPlane}/v1/metrics`);
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
  });

  it('asks to come again where too much is under way, and forgets an exporter that left', async () => {
    const host = await hostOfItsOwn();
    const url = new URL(`${host.dataPlane}/v1/traces`);
    const headers = { 'content-type': JSON_TYPE, 'content-encoding': 'gzip' };
    const slow = Array.from({ length: 16 }, () => {
      const request = httpRequest(url, { method: 'POST', headers });
      request.on('error', () => undefined).write(gzipSync('{}').subarray(0, 12));
      return request;
    });
    await sleep(50);
    const busy = await post(url.href, tracesOf([span(1)]));
    expect([busy.status, busy.headers.get('retry-after'), await busy.json()]).toEqual([
      429,
      '1',
      { code: 8, message: expect.any(String) as unknown },
    ]);
    for (const request of slow) request.destroy();
    await sleep(50);
    expect((await post(url.href, tracesOf([span(1)]))).status).toBe(200);
  });

  it('says when nothing is recorded any more, instead of 200', async () => {
    const host = await hostOfItsOwn();
    const database = new Database(join(host.dataDir, 'journal.db'));
    cleanups.push(() => database.close());
    database.exec("CREATE TRIGGER full BEFORE INSERT ON events BEGIN SELECT RAISE(ABORT, 'disk full'); END");
    // First what the disk has no room for, then what comes after.
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const answer = await post(`${host.dataPlane}/v1/traces`, tracesOf([span(1)]));
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '30']);
      expect(await answer.json()).toMatchObject({
        code: 14,
        message: expect.stringContaining('disk full') as unknown,
      });
    }
  });
});
