import { randomFillSync } from 'node:crypto';
import type { IdSource, RunId, SpanId } from '../base/ids.ts';

/** Asked of the operating system at once: to ask costs more than the bytes. */
const pool = Buffer.alloc(4096);
let used = pool.length;

/** Ids from the operating system's randomness. */
export const hostIds: IdSource = {
  runId: () => hexOf(16) as RunId,
  spanId: () => hexOf(8) as SpanId,
};

function hexOf(bytes: number): string {
  if (used + bytes > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += bytes;
  return pool.toString('hex', used - bytes, used);
}
