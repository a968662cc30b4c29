import type { RunId } from '../../../base/ids.ts';
import type { TextIndex } from './text-index.ts';

/** Without a commit for so long, there is time. */
const IDLE_MS = 50;
/** Where there is never time, one step is taken so often: at most one part in a hundred of the thread. */
const LONGEST_PAUSE_MS = 500;

/** Takes the steps of the full-text index between commits, when nothing else is to be done. */
export class Indexing {
  private readonly index: TextIndex;
  private readonly stepped: () => void;
  private timer: NodeJS.Timeout | undefined;
  private lastStep = performance.now();
  private stopped = false;

  /** `stepped` is told of every transaction. */
  constructor(index: TextIndex, stepped: () => void) {
    this.index = index;
    this.stepped = stepped;
    this.wait(IDLE_MS);
  }

  committed(runs: readonly { readonly id: RunId }[]): void {
    for (const { id } of runs) this.index.note(id);
    this.wake();
  }

  /** There is something to be done; not now. */
  wake(): void {
    const isDue = performance.now() - this.lastStep > LONGEST_PAUSE_MS;
    // What was committed is answered first.
    this.wait(isDue ? 0 : IDLE_MS);
  }

  /** For good: what is left is done when the file is opened again. */
  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private wait(millis: number): void {
    clearTimeout(this.timer);
    if (!this.stopped) this.timer = setTimeout(() => this.step(), millis).unref();
  }

  /** What cannot be written now is tried again after the next commit; what is recorded does not depend on it. */
  private step(): void {
    this.lastStep = performance.now();
    let isLeft = false;
    try {
      isLeft = this.index.step();
    } catch {
      return;
    }
    this.stepped();
    if (isLeft) this.wait(0);
  }
}
