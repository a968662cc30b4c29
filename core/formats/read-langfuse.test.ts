import { describe, expect, it } from 'vitest';
import { mapSpan } from '../journal/genai-mapping.ts';
import { readLangfuse } from './read-langfuse.ts';
import { readAll, refusalOf, spansByName } from './test-source.ts';

const OBSERVATION = {
  id: '91a17a2274bfd23f',
  traceId: 'df41e597d0a85e0d7a6ae8ebfaa70aa0',
  parentObservationId: '1dc6768109615657',
  type: 'GENERATION',
  name: 'chat',
  startTime: '2025-11-17T14:55:18.787Z',
  endTime: '2025-11-17T14:55:21.830Z',
  completionStartTime: '2025-11-17T14:55:19.787Z',
  level: 'ERROR',
  statusMessage: 'refused',
  model: 'gpt-5',
  modelParameters: { temperature: 0 },
  usageDetails: { input: 62, output: 85, total: 147, input_cache_read: 10 },
  totalCost: 0.001,
  promptId: null,
  input: '[{"role":"user","content":"Hi"}]',
  output: '{"role":"assistant","content":"Hello"}',
  metadata: JSON.stringify({
    attributes: { 'gen_ai.request.model': 'gpt-5-mini', custom: 'x' },
    resourceAttributes: { 'service.name': 'agent' },
    scope: { name: 'ai', version: '1', attributes: {} },
    tag: 'y',
  }),
};
const TRACE = {
  id: 'df41e597d0a85e0d7a6ae8ebfaa70aa0',
  projectId: 'p',
  name: 'the run',
  timestamp: '2025-11-17T14:55:18.786Z',
  sessionId: 's1',
  metadata: '{}',
  scores: [
    {
      id: 'sc1',
      name: 'toxicity',
      value: 0,
      comment: 'harmless',
      observationId: '91a17a2274bfd23f',
      timestamp: '2025-11-17T14:56:09.296Z',
    },
  ],
};

describe('readLangfuse', () => {
  it('takes the observations beside the trace, with what came over OpenTelemetry as it was', async () => {
    const thin = { ...OBSERVATION, input: null, output: null };
    const document = { trace: { ...TRACE, observations: [thin] }, observations: [OBSERVATION] };
    const read = await readAll(readLangfuse, JSON.stringify(document));
    expect(read.items.map(({ kind }) => kind)).toEqual(['log', 'span']);
    const span = spansByName(read).get('chat')!;
    expect(span).toMatchObject({ parentSpanId: '1dc6768109615657', status: { code: 2, message: 'refused' } });
    expect(span.attributes).toEqual(
      expect.arrayContaining([
        ['gen_ai.request.model', 'gpt-5-mini'],
        ['custom', 'x'],
        ['langfuse.type', 'GENERATION'],
        ['langfuse.modelParameters', { temperature: 0 }],
        ['langfuse.usage', { total: 147 }],
        ['langfuse.metadata.tag', 'y'],
      ]),
    );
    const { meaning, input, output } = mapSpan({ attributes: span.attributes, events: [] });
    expect(meaning).toMatchObject({
      activity: 'llm',
      model: 'gpt-5-mini',
      usage: { input: 62, output: 85, cachedInput: 10 },
      costUsd: 0.001,
      firstTokenMs: 1000,
      session: 's1',
    });
    expect([input?.form, output?.form]).toEqual(['messages', 'messages']);
    const [score, call] = read.items;
    expect(call!.by).toMatchObject({ scope: { name: 'ai' } });
    expect(call!.by.resource?.attributes).toEqual(
      expect.arrayContaining([
        ['service.name', 'agent'],
        ['langfuse.trace.name', 'the run'],
      ]),
    );
    expect(score).toMatchObject({
      record: { eventName: 'gen_ai.evaluation.result', spanId: '91a17a2274bfd23f', body: 'harmless' },
    });
  });

  it('reads what the API answers: a trace, lists of traces or observations; and lines of these', async () => {
    const names = async (text: string) => [...spansByName(await readAll(readLangfuse, text)).keys()];
    const full = { ...TRACE, observations: [OBSERVATION] };
    expect(await names(JSON.stringify(full))).toEqual(['chat']);
    expect(await names(JSON.stringify({ data: [full], meta: { page: 1 } }))).toEqual(['chat']);
    expect(await names(JSON.stringify({ data: [OBSERVATION] }))).toEqual(['chat']);
    expect(await names(JSON.stringify([{ ...TRACE, observations: ['91a17a2274bfd23f'] }]))).toEqual([
      'the run',
    ]);
    const other = { ...OBSERVATION, id: '91a17a2274bfd240', name: 'second' };
    expect(await names(`${JSON.stringify(OBSERVATION)}\n${JSON.stringify(other)}\n`)).toEqual([
      'chat',
      'second',
    ]);
  });

  it('makes ids of its own ones, the same for all that name them', async () => {
    const [parent, child] = ['a6f3b1c2-0000-4000-8000-000000000001', 'b6f3b1c2-0000-4000-8000-000000000002'];
    const text = JSON.stringify([
      { ...OBSERVATION, id: parent, parentObservationId: null, name: 'parent' },
      { ...OBSERVATION, id: child, parentObservationId: parent, name: 'child' },
    ]);
    const read = await readAll(readLangfuse, text, { prefix: 'langfuse' });
    const spans = spansByName(read);
    expect(spans.get('child')?.parentSpanId).toBe(spans.get('parent')?.spanId);
    expect(spans.get('child')?.attributes).toContainEqual(['langfuse.parent_id', parent]);
    expect(read.warnings).toContainEqual(expect.objectContaining({ code: 'changed-id', count: 3 }));
  });

  it('says where a file is damaged', async () => {
    expect(await refusalOf(readLangfuse, '{"trace":{"id":"1","timestamp":"x"},"observations":[{"id":')).toBe(
      'The file ends in the middle of a value at 1:59',
    );
    expect(await refusalOf(readLangfuse, '{"trace":{},"observations":[{"id":"1"}]}')).toBe(
      'An observation has no "id" or no "startTime" at 1:29',
    );
  });
});
