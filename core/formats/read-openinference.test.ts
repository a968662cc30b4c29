import { describe, expect, it } from 'vitest';
import { mapSpan } from '../journal/genai-mapping.ts';
import { readOpenInference } from './read-openinference.ts';
import { readAll, refusalOf, spansByName } from './test-source.ts';

/** As Phoenix' REST API answers. */
const ROW = {
  id: 'U3Bhbjox',
  name: 'ChatCompletion',
  context: { trace_id: '5b8efff798038103d269b633813fc60c', span_id: 'eee19b7ec3c1b174' },
  span_kind: 'LLM',
  parent_id: null,
  start_time: '2024-05-06T07:08:09.123456+00:00',
  end_time: '2024-05-06T09:08:10+02:00',
  status_code: 'ERROR',
  status_message: 'too many',
  attributes: {
    'llm.model_name': 'gpt-x',
    llm: { input_messages: [{ message: { role: 'user', content: 'Hi' } }], token_count: { prompt: 3 } },
    tags: ['a', 'b'],
  },
  events: [{ name: 'exception', timestamp: '2024-05-06T07:08:09.5Z', attributes: { 'exception.type': 'E' } }],
};

/** The same as a row of a data frame, and as OpenTelemetry's Python SDK prints it. */
const { context, attributes, ...plain } = ROW;
const FRAME = {
  ...plain,
  'context.trace_id': context.trace_id,
  'context.span_id': context.span_id,
  'attributes.llm.model_name': 'gpt-x',
  'attributes.llm.input_messages': attributes.llm.input_messages,
  'attributes.llm.token_count.prompt': 3,
  'attributes.tags': ['a', 'b'],
  'attributes.llm.tools': null,
};

describe('readOpenInference', () => {
  it('reads what Phoenix says of a span, and GenAI mapping understands it', async () => {
    const read = await readAll(readOpenInference, JSON.stringify({ data: [ROW], next_cursor: null }));
    const span = spansByName(read).get('ChatCompletion')!;
    expect(span).toMatchObject({
      startTimeUnixNano: 1714979289123456000n,
      endTimeUnixNano: 1714979290000000000n,
      status: { code: 2, message: 'too many' },
      events: [{ name: 'exception', timeUnixNano: 1714979289500000000n }],
    });
    expect(span.attributes).toContainEqual(['phoenix.id', 'U3Bhbjox']);
    const { meaning, input } = mapSpan({ attributes: span.attributes, events: [] });
    expect(meaning).toMatchObject({ activity: 'llm', model: 'gpt-x', usage: { input: 3 } });
    expect(input?.value).toEqual({ messages: [{ role: 'user', parts: [{ type: 'text', content: 'Hi' }] }] });
  });

  it('reads a list, lines, and the rows of a data frame to the same', async () => {
    const expected = await readAll(readOpenInference, JSON.stringify({ data: [ROW, ROW] }));
    expect(await readAll(readOpenInference, JSON.stringify([ROW, ROW]))).toEqual(expected);
    const line = `${JSON.stringify(ROW)}\n`;
    expect(await readAll(readOpenInference, line + line)).toEqual(expected);
    const frame = spansByName(await readAll(readOpenInference, JSON.stringify([FRAME]))).get(
      'ChatCompletion',
    );
    const sorted = (list: readonly (readonly [string, unknown])[] = []) => list.map(String).toSorted();
    const [item] = expected.items;
    expect(sorted(frame?.attributes)).toEqual(sorted(item?.kind === 'span' ? item.span.attributes : []));
  });

  it('reads what the Python SDK of OpenTelemetry prints', async () => {
    const printed = {
      name: 'tool',
      context: {
        trace_id: '0x5b8efff798038103d269b633813fc60c',
        span_id: '0xeee19b7ec3c1b174',
        trace_state: '[]',
      },
      kind: 'SpanKind.CLIENT',
      parent_id: '0xeee19b7ec3c1b175',
      start_time: '2024-05-06T07:08:09.123456Z',
      end_time: '2024-05-06T07:08:10.123456Z',
      status: { status_code: 'OK' },
      attributes: {},
      events: [],
      links: [],
      resource: { attributes: { 'service.name': 'py' }, schema_url: '' },
    };
    const read = await readAll(readOpenInference, JSON.stringify(printed, undefined, 4));
    expect(read.items).toMatchObject([
      {
        by: { resource: { attributes: [['service.name', 'py']] } },
        span: {
          traceId: '5b8efff798038103d269b633813fc60c',
          parentSpanId: 'eee19b7ec3c1b175',
          kind: 3,
          traceState: '',
          status: { code: 1 },
          attributes: [],
        },
      },
    ]);
  });

  it('says where a file is damaged', async () => {
    expect(await refusalOf(readOpenInference, '{"name":"a"}\n{"name":')).toMatch(
      /^A span has no "context.span_id"/,
    );
    expect(await refusalOf(readOpenInference, '[{"context":{"span_id":"1"}}, 5]')).toBe(
      'An entry is not an object at 1:31',
    );
  });
});
