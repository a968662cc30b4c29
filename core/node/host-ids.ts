import { randomBytes } from 'node:crypto';
import type { IdSource, RunId, SpanId } from '../base/ids.ts';

/** Ids from the operating system's randomness. */
export const hostIds: IdSource = {
  runId: () => randomBytes(16).toString('hex') as RunId,
  spanId: () => randomBytes(8).toString('hex') as SpanId,
};
