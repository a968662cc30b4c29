import { Readable } from 'node:stream';
import { createZstdCompress } from 'node:zlib';
import type { RunId } from '../../base/ids.ts';
import type { Store } from '../store/store.ts';
import type { BundleHead, BundleLine } from './bundle.ts';

/** Rows and parts that are read at once. */
const PAGE = 500;

export interface BundleOptions {
  readonly version: string;
  readonly withoutBodies?: boolean;
}

/** A run that has ended as one file that any Signalbox reads back, chain and all. */
export function writeBundle(store: Store, run: RunId, options: BundleOptions): AsyncIterable<Uint8Array> {
  return Readable.from(lines(store, run, options)).pipe(createZstdCompress());
}

async function* lines(
  store: Store,
  run: RunId,
  { version, withoutBodies = false }: BundleOptions,
): AsyncGenerator<string> {
  const head: BundleHead = { signalboxBundle: 1, run, version, ...(withoutBodies && { withoutBodies }) };
  yield `${JSON.stringify(head)}\n`;
  if (!withoutBodies) {
    for (let from = 1; ;) {
      const parts = await store.read('readParts', { run, from, limit: PAGE });
      for (const { number, hash, content } of parts) {
        const line: BundleLine = { part: number, hash, content: Buffer.from(content).toString('base64') };
        yield `${JSON.stringify(line)}\n`;
      }
      if (parts.length < PAGE) break;
      from = parts.at(-1)!.number + 1;
    }
  }
  for (let from = 1; ;) {
    const rows = await store.read('readRows', { run, from, limit: PAGE });
    for (const { hash, ...event } of rows) {
      const line: BundleLine = { event, hash };
      yield `${JSON.stringify(line)}\n`;
    }
    if (rows.length === 0) return;
    from = rows.at(-1)!.seq + 1;
  }
}
