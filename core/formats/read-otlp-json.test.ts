import { describe, expect, it } from 'vitest';
import { tracesOf } from '../journal/otlp/test-export.ts';
import { readOtlpJson } from './read-otlp-json.ts';
import { readAll, refusalOf, spansByName } from './test-source.ts';

const span = (name: string, spanId: string, more: object = {}) => ({
  traceId: '5b8efff798038103d269b633813fc60c',
  spanId,
  name,
  startTimeUnixNano: '1544712660000000000',
  endTimeUnixNano: '1544712661000000000',
  ...more,
});
const one = (service: string, ...spans: ReturnType<typeof span>[]) =>
  JSON.stringify(tracesOf(spans, { 'service.name': service }));

describe('readOtlpJson', () => {
  it('reads one document, lines, and documents without anything between them', async () => {
    const documents = [one('a', span('x', 'eee19b7ec3c1b174')), one('b', span('y', 'eee19b7ec3c1b175'))];
    const services = async (text: string) =>
      (await readAll(readOtlpJson, text, { chunk: 11 })).items.map(
        (item) => item.kind === 'span' && [item.span.name, item.by.resource?.attributes[0]?.[1]],
      );
    expect(await services(documents[0]!)).toEqual([['x', 'a']]);
    for (const between of ['', '\n', '\r\n\r\n', '\u001e']) {
      expect(await services(documents.join(between))).toEqual([
        ['x', 'a'],
        ['y', 'b'],
      ]);
    }
  });

  it('finds the resource and the scope also where they stand behind the spans', async () => {
    const [x, y] = [span('x', 'eee19b7ec3c1b174'), span('y', 'eee19b7ec3c1b175')];
    const text = JSON.stringify({
      resourceSpans: [
        { scopeSpans: [{ spans: [x], scope: { name: 's1' } }], resource: { attributes: [] } },
        { scopeSpans: [{ spans: [y] }], resource: { attributes: [{ key: 'n', value: { intValue: 2 } }] } },
      ],
    });
    const { items } = await readAll(readOtlpJson, text);
    expect(items.map(({ by }) => [by.scope?.name, by.resource?.attributes])).toEqual([
      ['s1', []],
      [undefined, [['n', 2]]],
    ]);
  });

  it('reads logs and metrics too, the latter with the export that they are', async () => {
    const text = `${JSON.stringify({
      resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: { stringValue: 'hello' } }] }] }],
    })}\n${JSON.stringify({
      resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: 'm', sum: { dataPoints: [{}] } }] }] }],
    })}`;
    const { items } = await readAll(readOtlpJson, text);
    expect(items).toMatchObject([
      { kind: 'log', record: { body: 'hello' } },
      {
        kind: 'metrics',
        contentType: 'application/json',
        metrics: [{ name: 'm', sum: { dataPoints: [{}] } }],
      },
    ]);
  });

  it('keeps spans whose ids or times the journal cannot have, marked and counted', async () => {
    const text = one(
      'a',
      span('long', 'ABCDEF0123456789ABCDEF'),
      span('short', '7'),
      span('none', ''),
      span('no start', 'eee19b7ec3c1b174', { startTimeUnixNano: '0' }),
      span('backwards', 'eee19b7ec3c1b175', { endTimeUnixNano: '1' }),
      span('again', 'eee19b7ec3c1b175'),
      span('orphan', 'eee19b7ec3c1b176', { parentSpanId: 'eee19b7ec3c1b179' }),
    );
    const read = await readAll(readOtlpJson, text, { prefix: 'otlp' });
    const spans = spansByName(read);
    expect([...spans.values()].every(({ spanId }) => /^[0-9a-f]{16}$/.test(spanId))).toBe(true);
    expect(spans.get('long')?.attributes).toContainEqual(['otlp.span_id', 'abcdef0123456789abcdef']);
    expect(spans.get('short')?.spanId).toBe('0000000000000007');
    expect(spans.get('no start')).toMatchObject({
      startTimeUnixNano: 1544712661000000000n,
      attributes: [['otlp.start_time', null]],
    });
    expect(spans.get('backwards')).toMatchObject({
      endTimeUnixNano: 1544712660000000000n,
      attributes: [['otlp.end_time', '1']],
    });
    expect(read.warnings.map(({ code, count }) => `${code} ${count}`)).toEqual([
      'padded-id 1',
      'changed-id 1',
      'missing-id 1',
      'repeated-id 1',
      'missing-start 1',
      'ends-before-start 1',
      'orphan 1',
    ]);
  });

  it('says where a file is damaged, also where it is JSON but not OTLP', async () => {
    expect(await refusalOf(readOtlpJson, '{"resourceSpans":[\n{"scopeSpans":[{"spans":[{"name":')).toBe(
      'The file ends in the middle of a value at 2:34',
    );
    expect(await refusalOf(readOtlpJson, '{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":5}]}]}]}')).toBe(
      '"name" is not a string at 1:44',
    );
    expect(await refusalOf(readOtlpJson, '{"resourceSpans":{}}')).toBe(
      'Expected an array, found "{" at 1:18',
    );
  });
});
