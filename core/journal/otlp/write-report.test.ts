import { describe, expect, it } from 'vitest';
import { bodiesOfReport } from '../span-report.ts';
import { decodeExport } from './decode-export.ts';
import { TRACES } from './protocol.ts';
import { keyValues, tracesOf, type JsonSpan } from './test-export.ts';
import { writeReporter, writeSpan } from './write-report.ts';

const large = 'x'.repeat(5_000);

function keeper() {
  const kept: string[] = [];
  const keep = (body: Uint8Array) => {
    const text = new TextDecoder().decode(body);
    if (!kept.includes(text)) kept.push(text);
    return { bytes: body.length, parts: [String(kept.indexOf(text))] };
  };
  return { kept, keep };
}

function report(span: Partial<JsonSpan>, resource = {}) {
  const json = tracesOf(
    [
      {
        traceId: 'a'.repeat(32),
        spanId: 'b'.repeat(16),
        name: 'x',
        startTimeUnixNano: '1',
        endTimeUnixNano: '2',
        ...span,
      },
    ],
    resource,
  );
  const decoded = decodeExport(new TextEncoder().encode(JSON.stringify(json)), 'json', TRACES);
  if (!decoded.ok) throw new Error(decoded.error);
  const group = decoded.value.resourceSpans[0]!;
  const { kept, keep } = keeper();
  const by = writeReporter(group.resource, group.scopeSpans[0]!.scope, keep);
  return { ...writeSpan(group.scopeSpans[0]!.spans[0]!, by, keep), kept };
}

describe('the report of a span', () => {
  it('carries small attributes, and large ones as bodies: texts as they are, the rest as JSON', () => {
    const { data, kept } = report({
      attributes: keyValues({
        small: 'x',
        'gen_ai.request.stop_sequences': ['a'],
        text: large,
        list: [large],
      }),
    });
    expect(data.attributes.map((attribute) => ['value' in attribute, attribute.key])).toEqual([
      [true, 'small'],
      [true, 'gen_ai.request.stop_sequences'],
      [false, 'text'],
      [false, 'list'],
    ]);
    expect(kept.slice(1)).toEqual([large, JSON.stringify([large])]);
  });

  it('keeps a conversation once: as a body, and neither as an attribute nor as events', () => {
    const messages = JSON.stringify([{ role: 'user', parts: [{ type: 'text', content: large }] }]);
    const { data, kept } = report({
      attributes: keyValues({ 'gen_ai.operation.name': 'chat', 'gen_ai.input.messages': messages }),
      events: [{ timeUnixNano: '1', name: 'log', attributes: keyValues({ large }) }],
    });
    expect(data.input).toMatchObject({ form: 'messages' });
    expect(data.attributes.map(({ key }) => key)).toEqual(['gen_ai.operation.name']);
    expect(JSON.stringify(data)).not.toContain('xxx');
    expect(kept.filter((body) => body.includes('"messages"'))).toHaveLength(1);
    expect(bodiesOfReport(data).map(({ parts }) => parts)).toEqual([['0'], ['1'], ['2']]);
  });

  it('names the reporter, whose attributes are a body of their own', () => {
    const { data, kept } = report({}, { 'service.name': 'planner', 'process.pid': 7 });
    expect(data).toMatchObject({ service: 'planner', scope: 'test' });
    expect(JSON.parse(kept[0]!)).toMatchObject({
      resource: {
        attributes: [
          { key: 'service.name', value: 'planner' },
          { key: 'process.pid', value: 7 },
        ],
      },
      scope: { name: 'test' },
    });
  });

  it.each([
    ['0000000000000000', undefined],
    ['', undefined],
    ['CCCCCCCCCCCCCCCC', 'c'.repeat(16)],
  ])('has the parent %j as %j', (parentSpanId, expected) => {
    expect(report({ parentSpanId }).span?.parentSpanId).toBe(expected);
  });

  it('is under way without an end, and has failed by its status alone', () => {
    expect(report({ endTimeUnixNano: '0' }).data.endTime).toBeUndefined();
    expect(report({ status: { code: 2, message: 'no' } }).data).toMatchObject({
      status: 'error',
      statusMessage: 'no',
      meaning: { error: { code: 'error', message: 'no' } },
    });
    expect(report({ status: { code: 7 } }).data.status).toBe('unset');
  });
});
