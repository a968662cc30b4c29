import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { fail, ok, type Result } from '../../base/result.ts';

export const LARGEST_CALL = 32 * 1024 * 1024;
/** After decompression, as the OTLP specification recommends. */
export const LARGEST_EXPORT = 64 * 1024 * 1024;

export type BodyFailure = 'too-large' | 'broken' | 'unknown-encoding';

/** Reads a body whole, up to `limit` bytes after decompression. */
export async function readDecodedBody(
  request: IncomingMessage,
  limit: number,
): Promise<Result<Uint8Array, BodyFailure>> {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity' && encoding !== 'gzip') return fail('unknown-encoding');
  if (encoding === 'identity') return readBody(request, limit);
  const gunzip = unpacked(request);
  const body = await readBody(gunzip, limit);
  // What is left of a body that is too large is not unpacked.
  gunzip.destroy();
  return body;
}

/**
 * The same as it was sent; of one that is too large the rest is not kept, as it arrives. By its events: an iterator over a
 * stream costs several promises for each body.
 */
export function readBody(source: Readable, limit: number): Promise<Result<Uint8Array, BodyFailure>> {
  return new Promise((resolve) => {
    if (source.destroyed) return resolve(fail('broken'));
    const chunks: Buffer[] = [];
    let length = 0;
    source.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= limit) return void chunks.push(chunk);
      chunks.length = 0;
      resolve(fail('too-large'));
    });
    source.on('end', () => resolve(ok(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks))));
    source.on('error', () => resolve(fail('broken')));
    source.on('close', () => resolve(fail('broken')));
  });
}

/** A pipe does not tell that its source broke off: without that, whoever reads would wait for ever. */
function unpacked(request: IncomingMessage): Readable {
  const gunzip = createGunzip();
  request.once('close', () => {
    if (!request.complete) gunzip.destroy(new Error('the request broke off'));
  });
  return request.pipe(gunzip);
}
