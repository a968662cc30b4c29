import { ok, type Result } from '../../base/result.ts';
import type { Signal } from '../../journal/otlp/answer.ts';
import type { Encoding } from '../../journal/otlp/decode-export.ts';
import { readExport, type Items, type Piece } from '../../journal/otlp/read-export.ts';
import { startWorker, type WorkerClient } from '../workers/worker-client.ts';
import type { ExportCalls } from './messages.ts';

/** The pieces of an export; of a large one they come from another thread. */
export type Pieces<Of extends Signal> = Iterable<Piece<Items[Of]>> | AsyncIterable<Piece<Items[Of]>>;

export interface ExportReader {
  /**
   * What is wrong with the export, in words, or its pieces, to be read once; rejects where its thread has died. A body of
   * traces or logs may be gone afterwards.
   */
  read<Of extends Signal>(
    body: Uint8Array,
    encoding: Encoding,
    signal: Of,
  ): Promise<Result<Pieces<Of>, string>>;
  close(): Promise<void>;
}

/** Bytes. Up to it, reading takes as long as handing over would and blocks nobody (docs/benchmarks.md). */
export const LARGEST_READ_HERE = 256 * 1024;

/** Reads small exports where it is called, and large ones in a thread that runs `module`, started with the first of them. */
export function createExportReader(module: URL): ExportReader {
  let started: Promise<WorkerClient<ExportCalls>> | undefined;
  let running: WorkerClient<ExportCalls> | undefined;
  let numbers = 0;

  /** A thread that has died, of too large an export, takes those with it that it was reading; the next one has a new thread. */
  const thread = (): Promise<WorkerClient<ExportCalls>> => {
    if (running?.hasEnded) started = running = undefined;
    started ??= start();
    return started;
  };
  const start = async () => {
    try {
      return (running = await startWorker<ExportCalls>(module, { name: 'telemetry' }));
    } catch (error) {
      started = undefined;
      throw error;
    }
  };

  return {
    async read(body, encoding, signal) {
      if (body.length <= LARGEST_READ_HERE) return readExport(body, encoding, signal);
      const worker = await thread();
      const number = (numbers += 1);
      const opened = await worker.call('open', { number, body, encoding, signal }, ownBuffer(body, signal));
      return opened.ok ? ok(piecesFrom<typeof signal>(worker, number)) : opened;
    },
    async close() {
      await started?.catch(() => undefined);
      await running?.close();
    },
  };
}

/** Copying a large body takes long: it is given away, but for metrics, which are kept as they came. */
function ownBuffer({ buffer, byteLength }: Uint8Array, signal: Signal): readonly ArrayBuffer[] {
  if (signal === 'metrics' || buffer.byteLength !== byteLength) return [];
  return buffer instanceof ArrayBuffer ? [buffer] : [];
}

async function* piecesFrom<Of extends Signal>(
  worker: WorkerClient<ExportCalls>,
  number: number,
): AsyncGenerator<Piece<Items[Of]>> {
  try {
    for (;;) {
      const piece = await worker.call('next', number);
      if (!piece) return;
      yield piece as Piece<Items[Of]>;
    }
  } finally {
    if (!worker.hasEnded) await worker.call('drop', number);
  }
}
