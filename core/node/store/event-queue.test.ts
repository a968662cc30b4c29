import { describe, expect, it } from 'vitest';
import type { JournalEvent } from '../../journal/event.ts';
import { countingIds } from '../../journal/recorded-events.ts';
import { startRecorder } from '../../journal/recorder.ts';
import { systemClock } from '../system-clock.ts';
import type { EventBatch } from './event-batch.ts';
import { EventQueue } from './event-queue.ts';

const GROUP = 256;

/** A queue whose writer takes what `accept` says it does, and answers when it is told to. */
function queueTo(accept: (batch: EventBatch) => boolean) {
  const posted: (() => void)[] = [];
  const written: string[] = [];
  let isRefused = false;
  const take = (batches: readonly EventBatch[]) => {
    const isTaken = batches.every(accept);
    if (!isTaken) throw new Error('it cannot be written');
    for (const { seq, type, data } of batches)
      written.push(type[0] === 'recording-gap' ? data[0]! : `${seq[0]}-${seq.at(-1)}`);
    return [];
  };
  const queue = new EventQueue({
    post(batch) {
      const { promise, resolve, reject } = Promise.withResolvers<[]>();
      posted.push(() => {
        try {
          if (isRefused) throw new Error('refused');
          take([batch]);
          resolve([]);
        } catch (error) {
          isRefused = true;
          reject(error);
        }
      });
      return promise;
    },
    async write(batches) {
      isRefused = false;
      await Promise.resolve();
      return take(batches);
    },
    mayRecover: () => false,
    committed: () => undefined,
    stopped: () => undefined,
    partsLost: () => undefined,
  });
  const sink = {
    append: (event: JournalEvent) => queue.add(event, JSON.stringify(event.data)),
    keepBody: () => ({ bytes: 0, parts: [] }),
  };
  const start = { name: 'a run', source: 'launched', hostVersion: '0', configHash: '' } as const;
  const run = startRecorder({ clock: systemClock, ids: countingIds(), sink }, start);
  return {
    queue,
    posted,
    written,
    /** Until so many events are there. */
    logUntil(events: number, bytes = 10): void {
      while (run.length < events) run.append('log-written', { stream: 'stdout', text: 'x'.repeat(bytes) });
    },
    answer: (): void => posted.splice(0).forEach((each) => each()),
  };
}

describe('events on their way to the writer', () => {
  it('go group by group before the first one is answered, in order', async () => {
    const { queue, posted, written, logUntil, answer } = queueTo(() => true);
    logUntil(4 * GROUP);
    expect(posted.length).toBe(4);
    const flushed = queue.flush();
    answer();
    await flushed;
    expect(written).toEqual(['1-256', '257-512', '513-768', '769-1024']);
  });

  it('wait where too many are on their way, and go when those are answered', async () => {
    const { queue, posted, written, logUntil, answer } = queueTo(() => true);
    logUntil(41, 1024 * 1024);
    expect(posted.length).toBeGreaterThanOrEqual(16);
    expect(posted.length).toBeLessThan(20);
    const flushed = queue.flush();
    while (written.length < 40) {
      answer();
      await Promise.resolve();
    }
    await flushed;
    expect(written.length).toBe(40);
  });

  it('are written one group after the other once one came back, of which only that one is left out', async () => {
    const { queue, written, logUntil, answer } = queueTo(({ seq }) => !seq.includes(300));
    logUntil(4 * GROUP);
    const flushed = queue.flush();
    answer();
    await flushed;
    const gap = '{"from":257,"reason":"it cannot be written"}';
    expect(written).toEqual(['1-256', gap, '513-768', '769-1024']);
    // What comes afterwards is on its way at once again.
    logUntil(5 * GROUP);
    const flushedAgain = queue.flush();
    answer();
    await flushedAgain;
    expect(written.at(-1)).toBe('1025-1280');
  });
});
