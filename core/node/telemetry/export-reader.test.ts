import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { encodeTraces, keyValues, tracesOf } from '../../journal/otlp/test-export.ts';
import type { Piece } from '../../journal/otlp/read-export.ts';
import { installation } from '../installation.ts';
import { createExportReader, LARGEST_READ_HERE, type ExportReader } from './export-reader.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).toReversed()) await clean();
});

function readerOf(module = installation.telemetryWorker): ExportReader {
  const reader = createExportReader(module);
  cleanups.push(() => reader.close());
  return reader;
}

/** Spans of two services, `count` of each, with an attribute of `size` characters. */
function tracesWith(count: number, size: number) {
  const [one, other] = ['planner', 'searcher'].map((service, at) => {
    const spans = Array.from({ length: count }, (_, index) => ({
      traceId: 'ab'.repeat(16),
      spanId: (at * count + index + 1).toString(16).padStart(16, '0'),
      name: `${service} ${index}`,
      startTimeUnixNano: String(2_000_000_000n - BigInt(index) * 1_000_000n),
      endTimeUnixNano: '3000000000',
      attributes: keyValues({ text: 'x'.repeat(size), index }),
    }));
    return tracesOf(spans, { 'service.name': service }).resourceSpans[0]!;
  });
  return { resourceSpans: [one!, other!] };
}

const asJson = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

async function piecesOf(reader: ExportReader, body: Uint8Array, encoding: 'json' | 'protobuf') {
  const read = await reader.read(body.slice(), encoding, 'traces');
  if (!read.ok) return read.error;
  const pieces: Piece<unknown>[] = [];
  for await (const piece of read.value) pieces.push(piece);
  return pieces;
}

describe('an export that is read', () => {
  it('by another thread is the same as here, in either encoding', async () => {
    const reader = readerOf();
    const large = tracesWith(600, 300);
    const bodies = [asJson(large), encodeTraces(large)] as const;
    for (const body of bodies) expect(body.length).toBeGreaterThan(LARGEST_READ_HERE);
    const [json, protobuf] = await Promise.all([
      piecesOf(reader, bodies[0], 'json'),
      piecesOf(reader, bodies[1], 'protobuf'),
    ]);
    expect(protobuf).toEqual(json);
    const pieces = json as readonly Piece<{ readonly name: string }>[];
    expect(pieces.length).toBeGreaterThan(4);
    expect(pieces.flatMap(({ items }) => items.map(({ name }) => name))).toEqual(
      ['planner', 'searcher'].flatMap((service) =>
        Array.from({ length: 600 }, (_, index) => `${service} ${index}`),
      ),
    );
    // What decides about the run is said of each piece, as of the whole.
    expect(new Set(pieces.map(({ firstAt }) => firstAt))).toEqual(new Set([2_000 - 599]));
    const small = await piecesOf(reader, asJson(tracesWith(2, 10)), 'json');
    expect(small).toMatchObject([
      { resource: { attributes: [['service.name', 'planner']] }, items: [{}, {}] },
      { resource: { attributes: [['service.name', 'searcher']] }, items: [{}, {}] },
    ]);
  });

  it('and broken is refused in the same words, and nothing of it is handed over', async () => {
    const reader = readerOf();
    const broken = (count: number) => {
      const { resourceSpans } = tracesWith(count, 300);
      return asJson({ resourceSpans: [...resourceSpans, { scopeSpans: 1 }] });
    };
    const words = 'The export’s resourceSpans.2.scopeSpans is not an array.'.replace('’', "'");
    expect(await piecesOf(reader, broken(1), 'json')).toBe(words);
    expect(await piecesOf(reader, broken(600), 'json')).toBe(words);
  });

  it('by a thread that dies is refused, and the next one has a new thread', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'signalbox-reader-'));
    cleanups.push(() => rmSync(folder, { recursive: true }));
    const died = join(folder, 'died');
    const code = `
      import { existsSync, writeFileSync } from 'node:fs';
      import { parentPort } from 'node:worker_threads';
      parentPort.on('message', ({ id, name }) => {
        const file = ${JSON.stringify(died)};
        if (!existsSync(file)) { writeFileSync(file, ''); process.exit(1); }
        parentPort.postMessage({ kind: 'answer', id, value: name === 'open' ? { ok: true } : undefined });
      });
      parentPort.postMessage({ kind: 'ready' });`;
    const reader = readerOf(new URL(`data:text/javascript,${encodeURIComponent(code)}`));
    const large = asJson(tracesWith(600, 300));
    await expect(piecesOf(reader, large, 'json')).rejects.toThrow('the thread telemetry has ended');
    expect(existsSync(died)).toBe(true);
    expect(await piecesOf(reader, large, 'json')).toEqual([]);
  });
});
