import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../base/json.ts';
import type { OtlpSpan } from '../journal/otlp/protocol.ts';
import { detectFormat } from './detect-format.ts';
import type { ImportedItem } from './imported.ts';
import { eventOf, linkOf, logOf, resourceOf, scopeOf, spanOf, statusOf } from './otlp-parts.ts';
import { readOtlpJson } from './read-otlp-json.ts';
import { readAll, readWhole, TEST_TIME } from './test-source.ts';
import { keepCall, recordItems, saidOf, written, type KeptRun } from './test-record.ts';
import { writeOtlpJson } from './write-otlp-json.ts';

async function again(run: KeptRun): Promise<KeptRun> {
  return recordItems((await readAll(readOtlpJson, await written(writeOtlpJson(run)))).items);
}

const VECTORS = new URL('../journal/otlp/vectors/', import.meta.url);

interface Vector {
  readonly attributes?: Readonly<Record<string, JsonValue>>;
  readonly name?: string;
}

/** The spans of frameworks that the mapping is tested with: all conventions for what was said. */
function vectorSpans(): readonly OtlpSpan[] {
  return readdirSync(VECTORS).flatMap((file) => {
    if (!file.endsWith('.json')) return [];
    const found: Vector[] = [];
    const collect = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return;
      if ('attributes' in value && !Array.isArray(value.attributes)) found.push(value as Vector);
      for (const inner of Object.values(value)) collect(inner);
    };
    collect(JSON.parse(readFileSync(new URL(file, VECTORS), 'utf8')));
    return found.map(({ attributes = {}, name = file }, index) =>
      spanOf({
        traceId: '5b8efff798038103d269b633813fc60c',
        spanId: (index + 1).toString(16).padStart(16, '0'),
        name,
        startTimeUnixNano: TEST_TIME,
        endTimeUnixNano: TEST_TIME + 5n,
        attributes: Object.entries(attributes),
      }),
    );
  });
}

const hex = (digits: number) =>
  fc
    .bigInt({ min: 1n, max: 2n ** BigInt(digits * 4) - 1n })
    .map((value) => value.toString(16).padStart(digits, '0'));
/** As text has it, without -0. */
const json = fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.parse(JSON.stringify(value)) as JsonValue);
/** Names that mean something, and names that do not. */
const name = fc.oneof(
  fc.string(),
  fc.constantFrom(
    'gen_ai.input.messages',
    'gen_ai.output.messages',
    'gen_ai.system_instructions',
    'gen_ai.tool.definitions',
    'gen_ai.prompt.0.content',
    'gen_ai.completion.0.finish_reason',
    'gen_ai.completion.0.content',
    'llm.input_messages.0.message.role',
    'llm.input_messages.0.message.content',
    'input.value',
    'output.value',
    'retrieval.documents.0.document.content',
    'ai.response.text',
    'ai.usage.tokens',
    'events',
    'openinference.span.kind',
    'signalbox.report',
    '__proto__',
  ),
);
const text = fc.oneof(
  fc.string(),
  json.map((value) => JSON.stringify(value)),
  fc.constantFrom(
    '[{"role":"user","content":"Hi"}]',
    '{"messages":[{"role":"user","parts":[]}],"system":"x"}',
    'LLM',
  ),
);
const attributes = fc.array(fc.tuple(name, fc.oneof(text, json)), { maxLength: 6 });
const time = fc.bigInt({ min: 1n, max: 2n ** 63n });
const span = fc
  .record({
    traceId: hex(32),
    spanId: hex(16),
    parentSpanId: fc.oneof(fc.constant(''), hex(16)),
    traceState: fc.constantFrom('', 'a=b'),
    name: fc.string(),
    kind: fc.integer({ min: 0, max: 5 }),
    startTimeUnixNano: time,
    length: fc.oneof(fc.constant(undefined), fc.bigInt({ min: 0n, max: 2n ** 40n })),
    attributes,
    events: fc.array(
      fc
        .tuple(fc.constantFrom('exception', 'gen_ai.choice', 'gen_ai.user.message', 'x'), time, attributes)
        .map(([name, at, attributes]) => eventOf(name, at, attributes)),
      { maxLength: 3 },
    ),
    links: fc.array(
      fc.tuple(hex(32), hex(16), attributes).map(([trace, id, attributes]) => linkOf(trace, id, attributes)),
      { maxLength: 2 },
    ),
    droppedAttributesCount: fc.nat({ max: 3 }),
    status: fc.constantFrom(undefined, statusOf('ok'), statusOf('error', 'why'), statusOf('unset', 'said')),
  })
  .map(({ length, ...given }) =>
    spanOf({ ...given, endTimeUnixNano: length === undefined ? 0n : given.startTimeUnixNano + length }),
  );
const by = fc.record({
  resource: fc.oneof(fc.constant(undefined), attributes.map(resourceOf)),
  scope: fc.constantFrom(undefined, scopeOf('s', '1', [['a', [1, null]]])),
});
const item: fc.Arbitrary<ImportedItem> = fc.oneof(
  fc.record({ kind: fc.constant('span' as const), by, span }),
  fc.record({
    kind: fc.constant('log' as const),
    by,
    record: fc
      .record({
        timeUnixNano: time,
        body: json,
        attributes,
        severityNumber: fc.nat({ max: 24 }),
        eventName: fc.string(),
      })
      .map(logOf),
  }),
);

describe('writeOtlpJson', () => {
  it('writes what, imported again, gives the same events, whatever they are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(item, { maxLength: 8 }), async (items) => {
        const first = recordItems(items);
        const second = await again(first);
        expect(saidOf(second, 'as they are')).toEqual(saidOf(first, 'as they are'));
        expect(await written(writeOtlpJson(second))).toBe(await written(writeOtlpJson(first)));
      }),
      { numRuns: 400 },
    );
  });

  it('does so for the spans of all frameworks', async () => {
    const by = { resource: resourceOf([['service.name', 'a']]), scope: undefined };
    const first = recordItems(vectorSpans().map((span) => ({ kind: 'span', by, span })));
    expect(first.list.length).toBeGreaterThan(30);
    expect(saidOf(await again(first), 'as they are')).toEqual(saidOf(first, 'as they are'));
  });

  it('keeps metrics as the export that they were', async () => {
    const text =
      '{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"m","gauge":{"dataPoints":[{"asInt":"5"}]}}]}]}]}';
    const first = recordItems((await readAll(readOtlpJson, text)).items);
    expect(await written(writeOtlpJson(first))).toBe(`${text}\n`);
    expect(saidOf(await again(first), 'as they are')).toEqual(saidOf(first, 'as they are'));
  });

  it('says of a call what was said, in the words of the conventions', async () => {
    const run = keepCall(
      { model: 'gpt-x', messages: [{ role: 'user', content: 'Hi' }] },
      { choices: [{ message: { role: 'assistant', content: 'Hello' } }] },
      10,
    );
    const { items } = await readAll(readOtlpJson, await written(writeOtlpJson(run)));
    expect(items).toMatchObject([
      { kind: 'span', span: { name: 'a run', parentSpanId: '' } },
      {
        kind: 'span',
        span: {
          traceId: run.run.id,
          spanId: 'eee19b7ec3c1b174',
          startTimeUnixNano: 1700000000005000000n,
          endTimeUnixNano: 1700000000015000000n,
        },
      },
      { kind: 'log', record: { body: 'oh', attributes: [['log.iostream', 'stderr']] } },
    ]);
    const recorded = recordItems(items).list.find(
      ({ type, spanId }) => type === 'span-reported' && spanId.startsWith('e'),
    );
    expect(recorded?.data).toMatchObject({
      meaning: { activity: 'llm', provider: 'openai', model: 'gpt-x', usage: { input: 3, output: 2 } },
      input: { form: 'messages' },
      output: { form: 'messages' },
    });
  });
});

const TRACES = new URL('vectors/', import.meta.url);
const FILES = readdirSync(TRACES).filter((name) => name.endsWith('.json') && !name.includes('incomplete'));

describe('writeOtlpJson, of what came in other formats', () => {
  it.each(FILES)('gives the same events when it is imported again: %s', async (name) => {
    const bytes = new Uint8Array(readFileSync(new URL(name, TRACES)));
    const format = detectFormat(bytes);
    expect(format.ok).toBe(true);
    const { items } = await readWhole(format.ok ? format.value : 'otlp-json', bytes);
    const first = recordItems(items);
    expect(first.list.length).toBe(items.length + 1);
    expect(saidOf(await again(first), 'as they are')).toEqual(saidOf(first, 'as they are'));
  });

  it('marks what the journal cannot have with the name of the format, once', async () => {
    const text = '{"resourceSpans":[{"scopeSpans":[{"spans":[{"spanId":"zz","name":"x"}]}]}]}';
    const { items, warnings } = await readWhole('otlp-json', new TextEncoder().encode(text));
    expect(items).toMatchObject([
      {
        span: {
          startTimeUnixNano: TEST_TIME,
          attributes: [
            ['otlp.span_id', 'zz'],
            ['otlp.start_time', null],
          ],
        },
      },
    ]);
    expect(warnings.map(({ code }) => code)).toEqual(['changed-id', 'missing-start', 'missing-end']);
    const first = recordItems(items);
    const second = new TextEncoder().encode(await written(writeOtlpJson(first)));
    expect((await readWhole('otlp-json', second)).warnings.map(({ code }) => code)).toEqual(['missing-end']);
  });
});
