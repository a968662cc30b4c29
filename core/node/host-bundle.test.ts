import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BundleFormat, ImportedRun } from '../api/contract.ts';
import type { RunId } from '../base/ids.ts';
import { startTestHost, type TestHost } from './test-host.ts';
import { recordRun } from './test-runs.ts';

let hosts: TestHost[];
let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'signalbox-bundle-'));
  hosts = [await startTestHost(), await startTestHost()];
});

afterEach(async () => {
  for (const host of hosts) await host.remove();
  rmSync(folder, { recursive: true });
});

async function bundleOf(host: TestHost, run: RunId, format: BundleFormat = 'signalbox'): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of (await host.services.exportRun(run, format))!) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}

async function read(host: TestHost, bundle: Uint8Array): Promise<ImportedRun> {
  const path = join(folder, 'run.signalbox');
  writeFileSync(path, bundle);
  for await (const line of host.services.importFile({ path }, new AbortController().signal))
    if ('imported' in line) return line.imported;
  throw new Error('it was not imported');
}

async function callsOf(host: TestHost, run: RunId) {
  const spans = await host.services.listSpans(run);
  return Promise.all(
    spans
      .filter(({ kind }) => kind === 'call')
      .map(async ({ id }) => (await host.services.findSpan(run, id))!),
  );
}

describe('a bundle', () => {
  it('is the same run elsewhere: spans, bodies, and the bundle that is made of it', async () => {
    const [here, there] = hosts as [TestHost, TestHost];
    const run = await recordRun(here, 'to be shared');
    const bundle = await bundleOf(here, run);
    expect(await read(there, bundle)).toMatchObject({
      format: 'signalbox',
      run: { id: run, status: 'completed' },
    });
    expect(await there.services.findRun(run)).toEqual(await here.services.findRun(run));
    expect(await callsOf(there, run)).toEqual(await callsOf(here, run));
    expect(zstdDecompressSync(await bundleOf(there, run))).toEqual(zstdDecompressSync(bundle));
  });

  it('without bodies has the same chain, and says of each body that it is not there', async () => {
    const [here, there] = hosts as [TestHost, TestHost];
    const run = await recordRun(here, 'to be shared');
    const bundle = await bundleOf(here, run, 'signalbox-without-bodies');
    expect(zstdDecompressSync(bundle).toString()).not.toContain('"part":');
    await read(there, bundle);
    expect(await there.services.listSpans(run)).toEqual(await here.services.listSpans(run));
    await expect(callsOf(there, run)).rejects.toThrow('missing from the journal');
  });

  it('is refused where it is damaged, was changed, or is there already, and nothing of it is kept', async () => {
    const [here, there] = hosts as [TestHost, TestHost];
    const run = await recordRun(here, 'to be shared');
    const bundle = await bundleOf(here, run);
    await expect(read(here, bundle)).rejects.toThrow('is in the journal already');
    const text = zstdDecompressSync(bundle).toString();
    const changed = text.replace('\\"status\\":200', '\\"status\\":201');
    expect(changed).not.toBe(text);
    await expect(read(there, zstdCompressSync(Buffer.from(changed)))).rejects.toThrow(
      'is not what was recorded',
    );
    const cut = text.slice(0, text.lastIndexOf('{"event"'));
    await expect(read(there, zstdCompressSync(Buffer.from(cut)))).rejects.toThrow(
      'end of the bundle is missing',
    );
    await expect(read(there, bundle.subarray(0, bundle.length - 20))).rejects.toThrow();
    expect(await there.services.findRun(run)).toBeUndefined();
    const { run: open } = await here.services.startRun({ name: 'open' });
    await expect(here.services.exportRun(open.id, 'signalbox')).rejects.toThrow('still running');
  });
});
