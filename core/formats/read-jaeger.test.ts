import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readJaeger } from './read-jaeger.ts';
import { readOtlpJson } from './read-otlp-json.ts';
import { readAll, refusalOf, spansByName } from './test-source.ts';

const vector = (name: string) => new Uint8Array(readFileSync(new URL(`vectors/${name}`, import.meta.url)));

const SPAN = {
  traceID: 'df84e36b9e2ee3815d07f0867a5be1f',
  spanID: 'a1',
  flags: 1,
  operationName: 'GET /owners',
  references: [
    { refType: 'FOLLOWS_FROM', traceID: 'df84e36b9e2ee3815d07f0867a5be1f', spanID: 'b2' },
    { refType: 'CHILD_OF', traceID: 'df84e36b9e2ee3815d07f0867a5be1f', spanID: 'c3' },
  ],
  startTime: 1586160015434000,
  duration: 1500,
  tags: [
    { key: 'span.kind', type: 'string', value: 'server' },
    { key: 'error', type: 'bool', value: true },
    { key: 'n', type: 'int64', value: '12' },
    { key: 'otel.scope.name', type: 'string', value: 'http' },
    { key: 'otel.scope.version', type: 'string', value: '2' },
  ],
  logs: [
    {
      timestamp: 1586160015434100,
      fields: [
        { key: 'event', value: 'exception' },
        { key: 'stack', value: 'at x' },
      ],
    },
  ],
  processID: 'p1',
  warnings: ['clock skew'],
};
const TRACE = {
  traceID: SPAN.traceID,
  spans: [SPAN],
  processes: { p1: { serviceName: 'owners', tags: [{ key: 'hostname', value: 'h' }] } },
};

describe('readJaeger', () => {
  it('turns a span, with what is said of it elsewhere, into one of OTLP', async () => {
    const { items, warnings } = await readAll(readJaeger, JSON.stringify({ data: [TRACE] }));
    expect(items).toMatchObject([
      {
        kind: 'span',
        by: {
          resource: {
            attributes: [
              ['service.name', 'owners'],
              ['hostname', 'h'],
            ],
          },
          scope: { name: 'http', version: '2' },
        },
        span: {
          traceId: '0df84e36b9e2ee3815d07f0867a5be1f',
          spanId: '00000000000000a1',
          parentSpanId: '00000000000000c3',
          name: 'GET /owners',
          kind: 2,
          startTimeUnixNano: 1586160015434000000n,
          endTimeUnixNano: 1586160015435500000n,
          attributes: [
            ['n', 12],
            ['jaeger.flags', 1],
            ['jaeger.warnings', ['clock skew']],
          ],
          events: [
            { name: 'exception', timeUnixNano: 1586160015434100000n, attributes: [['stack', 'at x']] },
          ],
          links: [{ spanId: '00000000000000b2', attributes: [['opentracing.ref_type', 'follows_from']] }],
          status: { code: 2 },
        },
      },
    ]);
    expect(warnings.map(({ code, count }) => [code, count])).toEqual([
      ['padded-id', 5],
      ['orphan', 1],
    ]);
  });

  it.each([
    ['an answer of the API', { data: [TRACE] }],
    ['a list of traces', [TRACE]],
    ['a trace', TRACE],
  ])('reads %s', async (_, document) => {
    const read = await readAll(readJaeger, JSON.stringify(document));
    expect(read).toEqual(await readAll(readJaeger, JSON.stringify({ data: [TRACE] })));
  });

  it('comes to what OTLP says of the same trace', async () => {
    const jaeger = await readAll(readJaeger, vector('otlp2jaeger-out.json'));
    const otlp = await readAll(readOtlpJson, vector('otlp2jaeger-in.json'));
    const said = ({ items }: typeof otlp) =>
      items.map((item) => {
        if (item.kind !== 'span') return item.kind;
        const { traceId, spanId, parentSpanId, name, kind, startTimeUnixNano, endTimeUnixNano } = item.span;
        const ids = { traceId, spanId, parentSpanId };
        return { ...ids, name, kind, startTimeUnixNano, endTimeUnixNano, attributes: item.span.attributes };
      });
    expect(said(jaeger)).toEqual(said(otlp));
  });

  it('keeps a ring of parents, and says so', async () => {
    const read = await readAll(readJaeger, vector('jaeger-parent-cycle.json'));
    expect(spansByName(read).get('someOperationName')?.parentSpanId).toBe('000000000000000b');
    expect(read.warnings.find(({ code }) => code === 'parent-cycle')).toMatchObject({ count: 2 });
  });

  it('says where a file is damaged', async () => {
    expect(await refusalOf(readJaeger, '{"data":[{"spans":[\n{"spanID":"a",}]}]}')).toBe(
      'Expected a name in quotes, found "}" at 2:15',
    );
    expect(await refusalOf(readJaeger, '{"spans":[7]}')).toBe('A span is not an object at 1:11');
    expect(await refusalOf(readJaeger, '{"spans":[{"operationName":"x"}]}')).toBe(
      'A span has neither an id nor a start time at 1:11',
    );
  });
});
