import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ImportedRun, ImportLine } from '../api/contract.ts';
import type { RunId } from '../base/ids.ts';
import { WRITER_NAMES, type WriterName } from '../formats/names.ts';
import { startTestHost, type TestHost } from './test-host.ts';

let host: TestHost;
let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'signalbox-import-'));
  host = await startTestHost();
});

afterEach(async () => {
  await host.remove();
  rmSync(folder, { recursive: true });
});

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** An OTLP export of so many spans, the root last, as tracers write it. */
function otlp(spans: number, secret = ''): string {
  const id = (number: number) => number.toString(16).padStart(16, '0');
  const span = (number: number) => ({
    traceId: 'a'.repeat(32),
    spanId: id(number),
    ...(number > 1 && { parentSpanId: id(1) }),
    name: `span ${number}`,
    kind: 1,
    startTimeUnixNano: `${1_700_000_000_000_000_000n + BigInt(number) * 1_000_000n}`,
    endTimeUnixNano: `${1_700_000_000_000_000_000n + BigInt(spans + 1) * 1_000_000n}`,
    attributes: [{ key: 'note', value: { stringValue: secret } }],
  });
  const all = Array.from({ length: spans }, (_, index) => span(spans - index));
  return JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: all }] }] });
}

async function linesOf(path: string, signal = new AbortController().signal): Promise<readonly ImportLine[]> {
  const lines: ImportLine[] = [];
  for await (const line of host.services.importFile({ path }, signal)) lines.push(line);
  return lines;
}

async function imported(path: string): Promise<ImportedRun> {
  const last = (await linesOf(path)).at(-1)!;
  if (!('imported' in last)) throw new Error('it was not imported');
  return last.imported;
}

async function exported(run: RunId, format: WriterName): Promise<string> {
  let text = '';
  for await (const piece of (await host.services.exportRun(run, format))!) text += piece;
  return text;
}

const runs = () => host.services.listRuns({ limit: 10 });

describe('a file of another tool', () => {
  it.each([
    ['as it is', (text: string) => text],
    ['as gzip', (text: string) => gzipSync(text)],
    ['as zstd', (text: string) => zstdCompressSync(Buffer.from(text))],
  ])('becomes a run %s, its spans at their own times and in their own tree', async (_, pack) => {
    const { run, format, spans } = await imported(file('trace.json', pack(otlp(30))));
    expect([format, spans]).toEqual(['otlp-json', 30]);
    expect(run).toMatchObject({ name: 'trace.json', source: 'imported', status: 'completed' });
    expect(run.imported).toMatchObject({ format: 'otlp-json', file: 'trace.json' });
    expect(run.startedAt).toBe(1_700_000_000_001);
    const tree = await host.services.listSpans(run.id);
    const root = tree.find(({ name }) => name === 'span 1')!;
    expect(tree.filter(({ parentId }) => parentId === root.id)).toHaveLength(29);
    expect(tree.filter((span) => 'reportedTimes' in span)).toEqual([]);
    expect((await runs()).map(({ id }) => id)).toEqual([run.id]);
    const found = await host.services.findSpan(run.id, root.id);
    expect(found?.span).toEqual(root);
  });

  it('keeps no secret', async () => {
    const secret = 'ghp_9fQ2mZ7xKpL4vTs1RbW8cNd6HyJ3gEa5uXo0';
    const { run } = await imported(file('trace.json', otlp(1, secret)));
    const text = await exported(run.id, 'otlp-json');
    expect(text).toContain('[redacted:github-pat]');
    expect(text).not.toContain(secret);
  });

  it.each(WRITER_NAMES.filter((name) => name !== 'html'))('is written again as %s', async (format) => {
    const { run } = await imported(file('trace.json', otlp(20)));
    const text = await exported(run.id, format);
    expect(JSON.parse(format === 'otlp-json' ? text.split('\n')[0]! : text)).toBeTypeOf('object');
  });

  it('is written again as a page', async () => {
    const { run } = await imported(file('trace.json', otlp(20)));
    expect(await exported(run.id, 'html')).toContain('span 7');
  });

  it('that is damaged is refused with the place of the damage, and nothing of it is there', async () => {
    const whole = otlp(5_000);
    const path = file('trace.json', whole.slice(0, -100));
    await expect(linesOf(path)).rejects.toThrow(/trace\.json: .* at byte \d+ \(line 1, column \d+\)/);
    expect(await runs()).toEqual([]);
    await expect(linesOf(file('words.txt', 'nothing to see'))).rejects.toThrow('words.txt');
    await expect(linesOf(join(folder, 'none'))).rejects.toThrow('cannot be read');
  });

  it('that is cancelled leaves nothing, and calls are recorded all the while', async () => {
    const path = file('trace.json', otlp(60_000));
    const cancel = new AbortController();
    const { run } = await host.services.startRun({ name: 'beside' });
    const lines = (async () => {
      for await (const line of host.services.importFile({ path }, cancel.signal))
        if ('progress' in line) cancel.abort();
    })();
    await expect(lines).rejects.toThrow('cancelled');
    expect((await runs()).map(({ id }) => id)).toEqual([run.id]);
    await host.services.endRun(run.id, { exitCode: 0 });
    expect(await host.services.findRun(run.id)).toMatchObject({ status: 'completed' });
  });
});
