import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import type { Encoding } from './decode-export.ts';

export type Signal = 'traces' | 'logs' | 'metrics';

/** What of an export was not taken, though the rest was. */
export interface Rejected {
  readonly count: number;
  /** Why, for whoever runs the exporter. */
  readonly message: string;
}

/** How an export was refused, as google.rpc.Code numbers it. */
export const RPC_CODES = {
  invalidArgument: 3,
  notFound: 5,
  permissionDenied: 7,
  resourceExhausted: 8,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
} as const;

const REJECTED_NAMES: Readonly<Record<Signal, string>> = {
  traces: 'rejectedSpans',
  logs: 'rejectedLogRecords',
  metrics: 'rejectedDataPoints',
};

/** Export{Trace,Logs,Metrics}ServiceResponse: empty where all was taken. */
export function encodeSuccess(encoding: Encoding, signal: Signal, rejected: Rejected): Uint8Array {
  const none = rejected.count === 0 && rejected.message === '';
  if (encoding === 'json') {
    const partialSuccess = {
      [REJECTED_NAMES[signal]]: String(rejected.count),
      errorMessage: rejected.message,
    };
    return text(none ? {} : { partialSuccess });
  }
  const writer = new BinaryWriter();
  if (none) return writer.finish();
  writer.tag(1, WireType.LengthDelimited).fork();
  writer.tag(1, WireType.Varint).int64(rejected.count);
  writer.tag(2, WireType.LengthDelimited).string(rejected.message);
  return writer.join().finish();
}

/** A google.rpc.Status without details. */
export function encodeStatus(encoding: Encoding, code: number, message: string): Uint8Array {
  if (encoding === 'json') return text({ code, message });
  return new BinaryWriter()
    .tag(1, WireType.Varint)
    .int32(code)
    .tag(2, WireType.LengthDelimited)
    .string(message)
    .finish();
}

function text(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

/** Collects what was not taken, and says it in a few words: the kinds of problem with their numbers. */
export class Rejections {
  private readonly counts = new Map<string, number>();

  add(problem: string): void {
    this.counts.set(problem, (this.counts.get(problem) ?? 0) + 1);
  }

  /** `what` is what was rejected, in the singular: `span`. */
  sum(what: string): Rejected {
    const count = [...this.counts.values()].reduce((sum, number) => sum + number, 0);
    const parts = [...this.counts].map(
      ([problem, number]) => `${number} ${what}${number === 1 ? '' : 's'} ${problem}`,
    );
    return { count, message: count === 0 ? '' : `Not recorded: ${parts.join('; ')}.` };
  }
}
