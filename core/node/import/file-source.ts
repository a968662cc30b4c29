import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import type { Source } from '../../formats/damaged-file.ts';
import { DETECTION_BYTES, detectCompression } from '../../formats/detect-format.ts';

/** A file that is read from its beginning as often as it is asked, decompressed where it is gzip or zstd. */
export interface FileSource {
  readonly source: Source;
  /** Of the file as it stands on the disk. */
  readonly totalBytes: number;
  /** Of that, what the newest reading has taken so far. */
  readBytes(): number;
  /** Enough of its beginning to tell what it is. */
  head(): Promise<Uint8Array>;
}

/** Rejects as Node does where the file cannot be opened. */
export async function openFileSource(path: string): Promise<FileSource> {
  const file = await open(path);
  const first = new Uint8Array(4);
  let totalBytes: number;
  try {
    totalBytes = (await file.stat()).size;
    await file.read(first, 0, first.length, 0);
  } finally {
    await file.close();
  }
  const compression = detectCompression(first);
  let raw: ReturnType<typeof createReadStream> | undefined;

  const source: Source = () => {
    raw = createReadStream(path, { highWaterMark: 1024 * 1024 });
    if (compression === undefined) return raw as Readable & AsyncIterable<Uint8Array>;
    const unpack = compression === 'gzip' ? createGunzip() : createZstdDecompress();
    // Whoever reads sees the error on the last of them.
    pipeline(raw, unpack, () => undefined);
    return unpack as Readable & AsyncIterable<Uint8Array>;
  };
  return {
    source,
    totalBytes,
    readBytes: () => raw?.bytesRead ?? 0,
    async head() {
      const chunks: Uint8Array[] = [];
      let length = 0;
      for await (const chunk of source()) {
        chunks.push(chunk);
        length += chunk.length;
        if (length >= DETECTION_BYTES) break;
      }
      return Buffer.concat(chunks);
    },
  };
}
