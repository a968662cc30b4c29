import { createHash } from 'node:crypto';
import type { RunId } from '../../base/ids.ts';
import { isRunId } from '../../base/ids.ts';
import { DamagedFile, type Source } from '../../formats/damaged-file.ts';
import { EVENT_VERSION } from '../../journal/event.ts';
import { chainNext, chainStart, type EventRow } from '../store/hash-chain.ts';
import { isBundleHead, type BundleHead, type BundleLine } from './bundle.ts';

const NEWLINE = 0x0a;

/** Whether the beginning of a file is that of a bundle. */
export function isBundle(head: Uint8Array): boolean {
  return Buffer.from(head.subarray(0, 64)).toString().startsWith('{"signalboxBundle"');
}

export interface BundleSink {
  begin(head: BundleHead): Promise<void>;
  part(run: RunId, number: number, hash: string, content: Uint8Array): void;
  event(run: RunId, row: EventRow): void;
  /** Resolves when more may come. */
  ready(): Promise<void>;
}

/** Reads a bundle to its end and checks its chain on the way. Throws `DamagedFile` where it is not what was written. */
export async function readBundle(source: Source, sink: BundleSink): Promise<void> {
  let head: BundleHead | undefined;
  let hash: Uint8Array = new Uint8Array();
  let last: EventRow | undefined;
  for await (const { line, offset } of linesOf(source)) {
    const value = parse(line, offset);
    if (!head) {
      if (!isBundleHead(value) || !isRunId(value.run)) throw new DamagedFile('This is no bundle', offset);
      head = value;
      hash = chainStart(head.run);
      await sink.begin(head);
      continue;
    }
    const next = value as BundleLine;
    if ('part' in next) takePart(next, head.run, offset, sink);
    else {
      if (next.event.v > EVENT_VERSION)
        throw new DamagedFile(`A newer Signalbox (${head.version}) wrote this bundle`, offset);
      hash = chainNext(hash, next.event);
      if (Buffer.from(hash).toString('hex') !== next.hash)
        throw new DamagedFile(`Event ${next.event.seq} is not what was recorded`, offset);
      last = next.event;
      sink.event(head.run, last);
    }
    await sink.ready();
  }
  if (last?.type !== 'run-ended') throw new DamagedFile('The end of the bundle is missing', 0);
}

function takePart(
  { part, hash, content }: Extract<BundleLine, { part: unknown }>,
  run: RunId,
  offset: number,
  sink: BundleSink,
): void {
  const bytes = Buffer.from(content, 'base64');
  if (createHash('sha256').update(bytes).digest('hex') !== hash)
    throw new DamagedFile(`Part ${part} of a body is not what was recorded`, offset);
  sink.part(run, part, hash, bytes);
}

function parse(line: string, offset: number): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new DamagedFile('A line is no JSON', offset);
  }
}

async function* linesOf(source: Source): AsyncGenerator<{ readonly line: string; readonly offset: number }> {
  let rest: Uint8Array[] = [];
  let [offset, length] = [0, 0];
  for await (const chunk of source()) {
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, from)) {
      const line = Buffer.concat([...rest, chunk.subarray(from, at)]).toString();
      yield { line, offset };
      offset += length + at + 1 - from;
      [rest, length, from] = [[], 0, at + 1];
    }
    rest.push(chunk.subarray(from));
    length += chunk.length - from;
  }
}
