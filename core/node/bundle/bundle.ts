import type { RunId } from '../../base/ids.ts';
import type { EventRow } from '../store/hash-chain.ts';

/** The first line of a bundle; a run as it is kept, so that its hash chain holds anywhere. One zstd file of JSON lines. */
export interface BundleHead {
  readonly signalboxBundle: 1;
  readonly run: RunId;
  /** Of the host that wrote it. */
  readonly version: string;
  /** Set where the bodies were left out: the chain holds without them. */
  readonly withoutBodies?: true;
}

/** Each other line: a part of a body before the first event that names it, then events in order. */
export type BundleLine =
  | {
      readonly part: number;
      /** SHA-256 of the content, lower-case hex. */
      readonly hash: string;
      /** Base64. */
      readonly content: string;
    }
  | {
      readonly event: EventRow;
      /** SHA-256 of the chain after it, lower-case hex. */
      readonly hash: string;
    };

export function isBundleHead(value: unknown): value is BundleHead {
  return typeof value === 'object' && value !== null && 'signalboxBundle' in value && 'run' in value;
}
