import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ImportedRun, RunSummary } from '../core/api/contract.ts';
import { runCli, type CliResult } from './support/cli.ts';

let dataDir = '';
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'signalbox-import-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

function signalbox(...args: readonly string[]): Promise<CliResult> {
  return runCli([...args, '--data', dataDir], { env: { SIGNALBOX_PORT: '0' } });
}

const vector = (name: string) => fileURLToPath(new URL(`../core/formats/vectors/${name}`, import.meta.url));

async function imported(path: string): Promise<ImportedRun> {
  const { code, stdout, stderr } = await signalbox('import', path, '--json');
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout) as ImportedRun;
}

async function runs(): Promise<readonly RunSummary[]> {
  return JSON.parse((await signalbox('runs', 'list', '--json')).stdout) as readonly RunSummary[];
}

describe('signalbox import and export', () => {
  it.each([
    'otlp2jaeger-in.json',
    'otlp2jaeger-out.json',
    'chrome-multiprocess.json',
    'speedscope-evented.json',
  ])('%s becomes a run, which as OTLP is the same run again', async (name) => {
    const first = await imported(vector(name));
    expect(first.spans).toBeGreaterThan(0);
    const out = join(dataDir, 'out.json');
    const written = await signalbox('export', first.run.id, '--format', 'otlp-json', '-o', out);
    expect(written.code).toBe(0);
    const second = await imported(out);
    expect([second.format, second.spans, second.logs]).toEqual(['otlp-json', first.spans, first.logs]);
    const again = await signalbox('export', second.run.id, '--format', 'otlp-json', '-o', '-');
    expect(again.stdout).toBe(readFileSync(out, 'utf8'));
  });

  it('says where a file is damaged, on stderr, with a code that says so, and keeps nothing of it', async () => {
    const path = vector('speedscope-incomplete.json');
    const { code, stdout, stderr } = await signalbox('import', path);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/speedscope-incomplete\.json: .* at byte \d+ \(line \d+, column \d+\)/);
    expect(await runs()).toEqual([]);
    const words = join(dataDir, 'words.txt');
    writeFileSync(words, 'nothing to see');
    expect((await signalbox('import', words)).stderr).toContain('words.txt');
  });
});
