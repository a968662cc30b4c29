import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { NANOS_PER_MILLI, type Nanos } from '../core/base/units.ts';
import { CALL_CLASSES } from '../core/scheduling/queue/call-class.ts';
import { queueOptionsSchema } from '../core/config/schema/scheduling.ts';
import { CallQueue } from '../core/scheduling/queue/call-queue.ts';
import type { Figure } from './support/figures.ts';
import { median } from './support/statistics.ts';

const LENGTHS = [1_000, 10_000, 100_000] as const;
const ROUNDS = 24;
const ROUND_MILLIS = 60;
/** How long a call waits on the average, whatever the length of the queue: long enough to grow older twice. */
const WAIT: Nanos = 10_000 * NANOS_PER_MILLI;
/** No time of a host is near 0, where numbers need less memory. */
const START: Nanos = 3_600_000 * NANOS_PER_MILLI;
/** What grows as the logarithm from 1,000 to 100,000 is 1.7 times as much; the rest is the memory's. */
const GROWTH_BAR = 4;
const BYTES_BAR = 1024;

interface Owner {
  readonly client: string;
  readonly run: string;
}

/** What it costs to go through a queue of each length, and the memory of a call that waits. */
export async function runQueue(progress: (line: string) => void): Promise<readonly Figure[]> {
  progress('queue: memory of calls that wait …');
  const usual = bytesPerCall(usualOwner);
  const worst = bytesPerCall((index) => ({ client: `client ${index}`, run: runName(index) }));
  progress(`queue: ${Math.round(usual)} bytes a call, ${Math.round(worst)} where each is of another client`);
  progress('queue: enqueue and dequeue …');
  const times = measurePassages();
  const [shortest, longest] = [times[0]!, times.at(-1)!];
  return [
    ...LENGTHS.map((length, index): Figure => ({
      figure: `enqueue and dequeue with ${length.toLocaleString('en')} waiting`,
      unit: 'µs',
      ours: median(times[index]!),
    })),
    {
      figure: 'enqueue and dequeue: growth from 1,000 to 100,000 waiting',
      unit: '×',
      ours: median(longest.map((micros, round) => micros / shortest[round]!)),
      bar: { atMost: GROWTH_BAR, of: 'ours' },
    },
    memoryFigure('1,000 runs of 20 clients', usual),
    memoryFigure('each of a client of its own', worst),
  ];
}

function memoryFigure(of: string, bytes: number): Figure {
  return {
    figure: `memory of a waiting call, in KiB (100,000, ${of})`,
    unit: '×',
    ours: bytes / BYTES_BAR,
    bar: { atMost: 1, of: 'ours' },
  };
}

/** Microseconds for one enqueue and one dequeue, for each length those of the interleaved rounds. */
function measurePassages(): readonly (readonly number[])[] {
  const queues = LENGTHS.map((length) => ({ pass: passageThrough(length), times: [] as number[] }));
  for (let round = 0; round < ROUNDS; round++) {
    for (const { pass, times } of queues) {
      const began = performance.now();
      let passages = 0;
      do {
        for (let count = 0; count < 64; count++) pass();
        passages += 64;
      } while (performance.now() - began < ROUND_MILLIS);
      times.push(((performance.now() - began) * 1000) / passages);
    }
  }
  // The first rounds are the compiler's.
  return queues.map(({ times }) => times.slice(3));
}

/** A queue that is filled to that length, and a step that takes one call and brings another. */
function passageThrough(length: number): () => void {
  const queue = new CallQueue<number>(optionsFor(length));
  const owners = Array.from({ length: 1000 }, (_, index) => usualOwner(index));
  let now = START;
  let index = 0;
  const enqueue = () => {
    const owner = owners[(index * 31) % owners.length]!;
    const call = callOf(index, owner, now);
    // Asked for, as it is of every call, but not followed: here all calls enter.
    queue.expectedWait(call.class, now, owner);
    if (!queue.enqueue(call, now, 0).ok) throw new Error(`no place for call ${index}`);
    index++;
    now += WAIT / length;
  };
  for (let count = 0; count < length; count++) enqueue();
  return () => {
    queue.dequeue(now);
    enqueue();
    if (queue.size !== length) throw new Error(`${queue.size} calls wait, not ${length}`);
  };
}

function bytesPerCall(ownerOf: (index: number) => Owner): number {
  const length = LENGTHS.at(-1)!;
  const queue = new CallQueue<number>(optionsFor(length));
  const before = heapUsed();
  for (let index = 0; index < length; index++) {
    queue.enqueue(callOf(index, ownerOf(index), START + index), START + index);
  }
  const bytes = heapUsed() - before;
  if (queue.size !== length) throw new Error(`${queue.size} calls wait, not ${length}`);
  return bytes / length;
}

function callOf(index: number, owner: Owner, now: Nanos) {
  const deadline = now + (20_000 + ((index * 7919) % 10_000)) * NANOS_PER_MILLI;
  return { item: index, class: CALL_CLASSES[index % 3]!, ...owner, deadline };
}

function usualOwner(index: number): Owner {
  return { client: `client ${index % 20}`, run: runName(index % 1000) };
}

/** After a full collection, which `node --expose-gc` would give as `gc()`. */
function heapUsed(): number {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}

function optionsFor(length: number) {
  return queueOptionsSchema.parse({ maxLength: length });
}

/** As long as a run's id is. */
function runName(index: number): string {
  return index.toString(16).padStart(32, '0');
}
