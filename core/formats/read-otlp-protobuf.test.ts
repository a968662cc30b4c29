import { BinaryWriter } from '@bufbuild/protobuf/wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeTraces, tracesOf, type JsonSpan } from '../journal/otlp/test-export.ts';
import { readOtlpJson } from './read-otlp-json.ts';
import { readOtlpProtobuf } from './read-otlp-protobuf.ts';
import { readAll, refusalOf } from './test-source.ts';

function exportOf(count: number): ReturnType<typeof tracesOf> {
  const spans: JsonSpan[] = Array.from({ length: count }, (_, index) => ({
    traceId: '5b8efff798038103d269b633813fc60c',
    spanId: (index + 1).toString(16).padStart(16, '0'),
    name: `span ${index} ${'x'.repeat(index * 7)}`,
    kind: 3,
    startTimeUnixNano: '1544712660000000000',
    endTimeUnixNano: '1544712661000000000',
    attributes: [{ key: 'n', value: { intValue: String(index) } }],
  }));
  return tracesOf(spans, { 'service.name': 'a' });
}

function framed(messages: readonly Uint8Array[], framing: 'varint' | 'fixed32'): Uint8Array {
  const writer = new BinaryWriter();
  for (const message of messages) {
    if (framing === 'varint') writer.bytes(message);
    else writer.raw(new Uint8Array([0, 0, message.length >>> 8, message.length & 255])).raw(message);
  }
  return writer.finish();
}

describe('readOtlpProtobuf', () => {
  it('comes to the same as the JSON, however the bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 300 }),
        async (count, chunk) => {
          const given = exportOf(count);
          const wire = await readAll(readOtlpProtobuf, encodeTraces(given), { chunk });
          expect(wire).toEqual(await readAll(readOtlpJson, JSON.stringify(given)));
        },
      ),
      { numRuns: 50 },
    );
  });

  it('reads messages after their lengths, as varints and as four bytes', async () => {
    const parts = [exportOf(3), exportOf(5)];
    const expected = await readAll(readOtlpJson, parts.map((part) => JSON.stringify(part)).join('\n'));
    for (const framing of ['varint', 'fixed32'] as const) {
      const bytes = framed(parts.map(encodeTraces), framing);
      expect(await readAll(readOtlpProtobuf, bytes, { chunk: 13 })).toEqual(expected);
    }
  });

  it('tells log records and metrics from spans', async () => {
    const inGroups = (leaf: (writer: BinaryWriter) => BinaryWriter): Uint8Array =>
      leaf(new BinaryWriter().tag(1, 2).fork().tag(2, 2).fork().tag(2, 2).fork())
        .join()
        .join()
        .join()
        .finish();
    const log = inGroups((to) => to.tag(1, 1).fixed64('1544712660000000000').tag(3, 2).string('INFO'));
    const metric = inGroups((to) => to.tag(1, 2).string('m').tag(7, 2).fork().tag(1, 2).fork().join().join());
    expect((await readAll(readOtlpProtobuf, log)).items).toMatchObject([
      { kind: 'log', record: { severityText: 'INFO' } },
    ]);
    const [item] = (await readAll(readOtlpProtobuf, metric)).items;
    expect(item).toMatchObject({
      kind: 'metrics',
      contentType: 'application/x-protobuf',
      metrics: [{ name: 'm', sum: { dataPoints: [{}] } }],
      body: metric,
    });
  });

  it('says where a file is damaged', async () => {
    const bytes = encodeTraces(exportOf(3));
    expect(await refusalOf(readOtlpProtobuf, bytes.subarray(0, -5))).toMatch(
      /^The file ends in the middle of a message at /,
    );
    expect(await refusalOf(readOtlpProtobuf, Uint8Array.from([0x0a, 0x02, 0x0a, 0x05]))).toMatch(
      /^A field is longer than the message around it/,
    );
    const broken = bytes.map((byte, at) => (at === bytes.length - 1 ? 0x80 : byte));
    expect(await refusalOf(readOtlpProtobuf, broken)).toMatch(/^A message cannot be decoded/);
    expect(await refusalOf(readOtlpProtobuf, Uint8Array.from([0x0a, 0x01, 0x0f]))).toMatch(
      /^There is no wire type 7 here/,
    );
  });
});
