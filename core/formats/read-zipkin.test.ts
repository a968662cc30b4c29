import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readZipkin } from './read-zipkin.ts';
import { readAll, refusalOf, spansByName } from './test-source.ts';

const vector = (name: string) => new Uint8Array(readFileSync(new URL(`vectors/${name}`, import.meta.url)));

describe('readZipkin', () => {
  it('gives the half of the server an id of its own, under that of the client, and its children to it', async () => {
    const { items, warnings } = await readAll(readZipkin, vector('zipkin-skew.json'));
    const spans = items.flatMap((item) => (item.kind === 'span' ? [item] : []));
    const [child, server, root, client] = spans.map(({ span }) => span);
    expect(client).toMatchObject({ spanId: '74280ae0c10d8062', parentSpanId: root!.spanId, kind: 3 });
    expect(server).toMatchObject({ parentSpanId: client!.spanId, kind: 2 });
    expect(server!.spanId).not.toBe(client!.spanId);
    expect(child!.parentSpanId).toBe(server!.spanId);
    expect(server!.attributes).toContainEqual(['zipkin.id', '74280ae0c10d8062']);
    expect(server!.attributes).toContainEqual(['zipkin.shared', true]);
    expect(spans[0]!.by.resource?.attributes).toEqual([
      ['service.name', 'serviceb'],
      ['zipkin.localEndpoint.ipv4', '192.0.0.0'],
    ]);
    expect(warnings.map(({ code, count }) => [code, count])).toEqual([
      ['padded-id', 4],
      ['shared-id', 1],
      ['outside-parent', 1],
    ]);
  });

  it('reads lists, lists of traces and lines, with all that a span can say', async () => {
    const span = {
      traceId: '0562809467078eab0562809467078eab',
      id: '09fdf808ef0d60c0',
      kind: 'PRODUCER',
      name: 'send',
      timestamp: 1541405397200023,
      duration: 26,
      remoteEndpoint: { serviceName: 'kafka', port: 9092 },
      annotations: [{ timestamp: 1541405397200024, value: 'flushed' }],
      tags: { 'kafka.topic': 'messages', error: 'full' },
      debug: true,
    };
    const lines = `${JSON.stringify(span)}\n${JSON.stringify({ ...span, id: '1', name: 'other' })}\n`;
    const [one, two] = [
      await readAll(readZipkin, JSON.stringify([[span]])),
      await readAll(readZipkin, lines),
    ];
    expect([...spansByName(two).keys()]).toEqual(['send', 'other']);
    expect(one).toEqual(await readAll(readZipkin, JSON.stringify([span])));
    expect(spansByName(one).get('send')).toMatchObject({
      kind: 4,
      endTimeUnixNano: 1541405397200049000n,
      attributes: [
        ['kafka.topic', 'messages'],
        ['error', 'full'],
        ['peer.service', 'kafka'],
        ['zipkin.remoteEndpoint.port', 9092],
        ['zipkin.debug', true],
      ],
      events: [{ name: 'flushed', timeUnixNano: 1541405397200024000n }],
      status: { code: 2, message: 'full' },
    });
  });

  it('puts a span without times beside its parent, and marks it', async () => {
    const text = JSON.stringify([
      { traceId: 'a', id: '1', name: 'root', timestamp: 1541405397200023 },
      { traceId: 'a', id: '2', parentId: '1', name: 'child' },
    ]);
    const read = await readAll(readZipkin, text, { prefix: 'zipkin' });
    expect(spansByName(read).get('child')).toMatchObject({
      startTimeUnixNano: 1541405397200023000n,
      endTimeUnixNano: 0n,
      attributes: [['zipkin.start_time', null]],
    });
    expect(read.warnings).toContainEqual(expect.objectContaining({ code: 'missing-start', count: 1 }));
  });

  it('says where a file is damaged', async () => {
    expect(await refusalOf(readZipkin, '[{"id":"1"}]')).toBe('A span has no "traceId" at 1:2');
    expect(await refusalOf(readZipkin, '[{"traceId":"1"},\n{"traceId":"2"')).toBe(
      'The file ends in the middle of a value at 2:15',
    );
  });
});
