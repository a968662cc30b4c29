import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeExport } from './decode-export.ts';
import { LOGS, METRICS, TRACES } from './protocol.ts';
import {
  encodeTraces,
  tracesOf,
  type JsonAnyValue,
  type JsonKeyValue,
  type JsonSpan,
} from './test-export.ts';

const vector = (name: string) => readFileSync(new URL(`vectors/${name}.json`, import.meta.url));
const bytes = (text: string) => new TextEncoder().encode(text);
const json = (value: unknown) => bytes(JSON.stringify(value));

const span = (changes: Record<string, unknown> = {}) => ({
  traceId: '5B8EFFF798038103D269B633813FC60C',
  spanId: 'EEE19B7EC3C1B174',
  name: 'x',
  startTimeUnixNano: '1544712660000000000',
  endTimeUnixNano: '1544712661000000000',
  ...changes,
});
const traces = (...spans: readonly unknown[]) => ({ resourceSpans: [{ scopeSpans: [{ spans }] }] });

function spansOf(body: Uint8Array, encoding: 'json' | 'protobuf' = 'json') {
  const decoded = decodeExport(body, encoding, TRACES);
  if (!decoded.ok) throw new Error(decoded.error);
  return decoded.value.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));
}

function problemWith(value: unknown): string {
  const decoded = decodeExport(json(value), 'json', TRACES);
  return decoded.ok ? 'none' : decoded.error;
}

describe("OpenTelemetry's own examples", () => {
  it('traces: ids in lower case, times to the nanosecond', () => {
    const decoded = decodeExport(vector('trace'), 'json', TRACES);
    expect(decoded).toMatchObject({
      ok: true,
      value: {
        resourceSpans: [
          {
            resource: { attributes: [['service.name', 'my.service']] },
            scopeSpans: [
              {
                scope: { name: 'my.library', version: '1.0.0' },
                spans: [
                  {
                    traceId: '5b8efff798038103d269b633813fc60c',
                    spanId: 'eee19b7ec3c1b174',
                    parentSpanId: 'eee19b7ec3c1b173',
                    name: "I'm a server span",
                    kind: 2,
                    startTimeUnixNano: 1544712660000000000n,
                    endTimeUnixNano: 1544712661000000000n,
                    attributes: [['my.span.attr', 'some value']],
                    status: undefined,
                  },
                ],
              },
            ],
          },
        ],
      },
    });
  });

  it('logs: every kind of attribute', () => {
    const decoded = decodeExport(vector('logs'), 'json', LOGS);
    const record = decoded.ok ? decoded.value.resourceLogs[0]?.scopeLogs[0]?.logRecords[0] : undefined;
    expect(record).toMatchObject({
      severityNumber: 10,
      body: 'Example log record',
      spanId: 'eee19b7ec3c1b174',
    });
    expect(record?.attributes).toEqual([
      ['string.attribute', 'some string'],
      ['boolean.attribute', true],
      ['int.attribute', 10],
      ['double.attribute', 637.704],
      ['array.attribute', ['many', 'values']],
      ['map.attribute', { 'some.map.key': 'some value' }],
    ]);
  });

  it('events: a log record with a name and a map for its body', () => {
    const decoded = decodeExport(vector('events'), 'json', LOGS);
    const record = decoded.ok ? decoded.value.resourceLogs[0]?.scopeLogs[0]?.logRecords[0] : undefined;
    expect(record).toMatchObject({
      eventName: 'browser.page_view',
      body: { type: 0, title: 'Free Online GUID Generator' },
    });
  });

  it('metrics: one point of each kind', () => {
    const decoded = decodeExport(vector('metrics'), 'json', METRICS);
    const metrics = decoded.ok ? decoded.value.resourceMetrics[0]?.scopeMetrics[0]?.metrics : [];
    expect(
      metrics?.map(({ sum, gauge, histogram, exponentialHistogram }) => [
        sum?.dataPoints.length,
        gauge?.dataPoints.length,
        histogram?.dataPoints.length,
        exponentialHistogram?.dataPoints.length,
      ]),
    ).toEqual([
      [1, undefined, undefined, undefined],
      [undefined, 1, undefined, undefined],
      [undefined, undefined, 1, undefined],
      [undefined, undefined, undefined, 1],
    ]);
  });
});

const text = fc.string({ unit: 'grapheme', maxLength: 12 });
const { any } = fc.letrec<{ any: JsonAnyValue }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 3 },
    fc.record({ stringValue: text }),
    fc.record({ boolValue: fc.boolean() }),
    fc.record({ intValue: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String) }),
    fc.record({ doubleValue: fc.double({ noNaN: true, noDefaultInfinity: true }) }),
    fc.record({ arrayValue: fc.record({ values: fc.array(tie('any'), { maxLength: 3 }) }) }),
    fc.record({
      kvlistValue: fc.record({
        values: fc.array(fc.record({ key: fc.oneof(text, fc.constant('__proto__')), value: tie('any') }), {
          maxLength: 3,
        }),
      }),
    }),
  ),
}));
const attributes: fc.Arbitrary<JsonKeyValue[]> = fc.array(fc.record({ key: text, value: any }), {
  maxLength: 3,
});
const nanos = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String);
const hex = (length: number) =>
  fc.string({ unit: fc.nat(15).map((digit) => digit.toString(16)), minLength: length, maxLength: length });
const anySpan: fc.Arbitrary<JsonSpan> = fc.record({
  traceId: hex(32),
  spanId: hex(16),
  parentSpanId: fc.oneof(fc.constant(''), hex(16)),
  traceState: text,
  name: text,
  kind: fc.nat(5),
  startTimeUnixNano: nanos,
  endTimeUnixNano: nanos,
  attributes,
  events: fc.array(fc.record({ timeUnixNano: nanos, name: text, attributes }), { maxLength: 2 }),
  status: fc.record({ code: fc.nat(2), message: text }),
});

describe('both encodings', () => {
  it('say the same', () => {
    fc.assert(
      fc.property(fc.array(anySpan, { maxLength: 4 }), (spans) => {
        const given = tracesOf(spans, { 'service.name': 'a' });
        expect(spansOf(encodeTraces(given), 'protobuf')).toEqual(spansOf(json(given)));
      }),
    );
  });

  it('pass over what they do not know', () => {
    const [known] = spansOf(json(traces(span())));
    expect(spansOf(json({ ...traces(span({ snake_case: 1, new: { x: [] } })), more: true }))).toEqual([
      known,
    ]);
    const given = tracesOf([span()]);
    const plain = encodeTraces(given);
    // Field 100, of each wire type that there is, after the rest: varint, 64 bits, bytes, a group, 32 bits.
    const unknown = [
      0xa0,
      6,
      1,
      0xa1,
      6,
      ...Array(8).fill(0),
      0xa2,
      6,
      1,
      9,
      0xa3,
      6,
      0xa4,
      6,
      0xa5,
      6,
      0,
      0,
      0,
      0,
    ];
    expect(spansOf(Uint8Array.from([...plain, ...(unknown as number[])]), 'protobuf')).toEqual(
      spansOf(plain, 'protobuf'),
    );
  });

  it('leave no trace in prototypes, whatever the keys are called', () => {
    const hostile = ['__proto__', 'constructor', 'prototype'].map((key) => ({
      key,
      value: {
        kvlistValue: {
          values: [
            {
              key: '__proto__',
              value: { kvlistValue: { values: [{ key: 'x', value: { boolValue: true } }] } },
            },
          ],
        },
      },
    }));
    const body = bytes(
      `{"__proto__":{"x":1},"resourceSpans":[{"__proto__":{"x":1},"scopeSpans":[{"spans":[${JSON.stringify(span({ attributes: hostile }))}]}]}]}`,
    );
    const [decoded] = spansOf(body);
    expect(({} as { x?: unknown }).x).toBeUndefined();
    expect(decoded!.attributes.map(([key]) => key)).toEqual(['__proto__', 'constructor', 'prototype']);
    expect(Object.getPrototypeOf(decoded!.attributes[0]![1])).toBe(Object.prototype);
  });
});

describe('JSON', () => {
  it.each([
    [
      'numbers for 64-bit integers',
      { attributes: [{ key: 'a', value: { intValue: 3 } }] },
      { attributes: [['a', 3]] },
    ],
    [
      'the names of enums',
      { kind: 'SPAN_KIND_CLIENT', status: { code: 'STATUS_CODE_ERROR' } },
      { kind: 3, status: { code: 2, message: '' } },
    ],
    [
      'null for what is absent',
      { parentSpanId: null, attributes: null, status: null },
      { parentSpanId: '', attributes: [], status: undefined },
    ],
    [
      'a value without any',
      { attributes: [{ key: 'a', value: {} }, { key: 'b' }] },
      {
        attributes: [
          ['a', null],
          ['b', null],
        ],
      },
    ],
    [
      'a key that comes twice',
      {
        attributes: [
          { key: 'a', value: { intValue: 1 } },
          { key: 'a', value: { intValue: 2 } },
        ],
      },
      {
        attributes: [
          ['a', 1],
          ['a', 2],
        ],
      },
    ],
    [
      'integers past 2^53',
      { attributes: [{ key: 'a', value: { intValue: '9007199254740993' } }] },
      { attributes: [['a', '9007199254740993']] },
    ],
    [
      'what is no number in JSON',
      { attributes: [{ key: 'a', value: { doubleValue: 'NaN' } }] },
      { attributes: [['a', 'NaN']] },
    ],
    ['bytes', { attributes: [{ key: 'a', value: { bytesValue: 'AAEC' } }] }, { attributes: [['a', 'AAEC']] }],
  ])('takes %s', (_, changes, expected) => {
    expect(spansOf(json(traces(span(changes))))).toMatchObject([expected]);
  });

  it.each([
    ['{"resourceSpans":', 'The export is not valid JSON.'],
    ['[]', 'The export is not an object.'],
    ['7', 'The export is not an object.'],
    ['{"resourceSpans":{}}', "The export's resourceSpans is not an array."],
    ['{"resourceSpans":[7]}', "The export's resourceSpans.0 is not an object."],
  ])('refuses %s', (body, problem) => {
    expect(decodeExport(bytes(body), 'json', TRACES)).toEqual({ ok: false, error: problem });
  });

  it.each([
    [{ name: 7 }, 'name is not a string'],
    [{ traceId: 7 }, 'traceId is not a string'],
    [{ startTimeUnixNano: 'soon' }, 'startTimeUnixNano is not a whole number'],
    [{ startTimeUnixNano: '-1' }, 'startTimeUnixNano is not between 0 and 18446744073709551615'],
    [{ startTimeUnixNano: 1.5 }, 'startTimeUnixNano is not a whole number'],
    [{ kind: 'SPAN_KIND_NEW' }, 'kind is none of SPAN_KIND_UNSPECIFIED'],
    [{ attributes: {} }, 'attributes is not an array'],
    [{ attributes: [{ key: 'a', value: 'b' }] }, 'attributes.0.value is not an object'],
    [
      { attributes: [{ key: 'a', value: { intValue: '9223372036854775808' } }] },
      'attributes.0.value.intValue is not between',
    ],
    [
      { attributes: [{ key: 'a', value: { boolValue: 'yes' } }] },
      'attributes.0.value.boolValue is not true or false',
    ],
    [
      { attributes: [{ key: 'a', value: { arrayValue: { values: [{ doubleValue: '' }] } } }] },
      'attributes.0.value.arrayValue.doubleValue is not a number',
    ],
    [{ events: [{ name: [] }] }, 'events.0.name is not a string'],
  ])('says where %j is broken', (changes, problem) => {
    expect(problemWith(traces(span(), span(changes)))).toContain(
      `The export's resourceSpans.0.scopeSpans.0.spans.1.${problem}`,
    );
  });

  it('refuses what is not UTF-8, and a value that is too deep', () => {
    expect(decodeExport(Uint8Array.of(0x22, 0xff, 0x22), 'json', TRACES)).toEqual({
      ok: false,
      error: 'The export is not UTF-8.',
    });
    let value: JsonAnyValue = { stringValue: 'in' };
    for (let depth = 0; depth < 70; depth += 1) value = { arrayValue: { values: [value] } };
    expect(problemWith(traces(span({ attributes: [{ key: 'a', value }] })))).toContain('is deeper than 64');
  });

  it('keeps quiet about what a broken body held', () => {
    const decoded = decodeExport(bytes('{"resourceSpans": "sk-secret'), 'json', TRACES);
    expect(JSON.stringify(decoded)).not.toContain('secret');
  });
});

describe('Protocol Buffers', () => {
  const whole = encodeTraces(
    tracesOf([span({ attributes: [{ key: 'key', value: { stringValue: 'value' } }] })]),
  );

  it('refuses a body that breaks off, wherever that is', () => {
    for (let length = 1; length < whole.length; length += 1) {
      expect(decodeExport(whole.subarray(0, length), 'protobuf', TRACES).ok, `${length} bytes`).toBe(false);
    }
    expect(decodeExport(whole, 'protobuf', TRACES).ok).toBe(true);
    expect(decodeExport(new Uint8Array(), 'protobuf', TRACES)).toEqual({
      ok: true,
      value: { resourceSpans: [] },
    });
  });

  it('refuses a field of a wrong type, a length past the end, and JSON', () => {
    expect(decodeExport(Uint8Array.of(8, 1), 'protobuf', TRACES)).toEqual({
      ok: false,
      error: "The export's resourceSpans has wire type 0, not 2.",
    });
    expect(decodeExport(Uint8Array.of(10, 0xff, 0xff, 0xff, 0xff, 0x0f), 'protobuf', TRACES).ok).toBe(false);
    expect(decodeExport(json(traces()), 'protobuf', TRACES).ok).toBe(false);
  });
});

describe('mutated exports', () => {
  const seeds = [
    { body: vector('trace'), encoding: 'json', as: TRACES },
    { body: vector('logs'), encoding: 'json', as: LOGS },
    { body: vector('events'), encoding: 'json', as: LOGS },
    { body: vector('metrics'), encoding: 'json', as: METRICS },
    {
      body: encodeTraces(JSON.parse(vector('trace').toString()) as ReturnType<typeof tracesOf>),
      encoding: 'protobuf',
      as: TRACES,
    },
  ] as const;

  it('are read or refused, and nothing else', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...seeds),
        fc.array(
          fc.record({
            at: fc.nat(),
            byte: fc.nat(255),
            kind: fc.constantFrom('set', 'cut', 'repeat', 'insert'),
          }),
          { minLength: 1, maxLength: 6 },
        ),
        ({ body, encoding, as }, mutations) => {
          const mutated = mutations.reduce<Buffer>((before, { at, byte, kind }) => {
            const place = at % (before.length + 1);
            const [head, tail] = [before.subarray(0, place), before.subarray(place)];
            switch (kind) {
              case 'set':
                return Buffer.concat([head, Buffer.of(byte), tail.subarray(1)]);
              case 'insert':
                return Buffer.concat([head, Buffer.of(byte), tail]);
              case 'cut':
                return Buffer.concat([head, tail.subarray(byte)]);
              case 'repeat':
                return Buffer.concat([head, tail.subarray(0, byte), tail]);
            }
          }, Buffer.from(body));
          const decoded = decodeExport(mutated, encoding, as as typeof TRACES);
          expect(decoded.ok || decoded.error).toBeTruthy();
        },
      ),
      { numRuns: 3_000 },
    );
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});
