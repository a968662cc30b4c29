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
  return readBody(encoding === 'gzip' ? unpacked(request) : request, limit);
}

/** The same as it was sent. */
export async function readBody(source: Readable, limit: number): Promise<Result<Uint8Array, BodyFailure>> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of source) {
      length += (chunk as Buffer).length;
      if (length > limit) return fail('too-large');
      chunks.push(chunk as Buffer);
    }
  } catch {
    return fail('broken');
  }
  return ok(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks));
}

/** A pipe does not tell that its source broke off: without that, whoever reads would wait for ever. */
function unpacked(request: IncomingMessage): Readable {
  const gunzip = createGunzip();
  request.once('close', () => {
    if (!request.complete) gunzip.destroy(new Error('the request broke off'));
  });
  return request.pipe(gunzip);
}
