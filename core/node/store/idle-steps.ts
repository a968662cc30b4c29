/** Without a commit for so long, there is time. */
const IDLE_MS = 50;
/** Where there is never time, one step is taken so often: at most one part in a hundred of the thread. */
const LONGEST_PAUSE_MS = 500;

/** What can wait, in steps of a few milliseconds: one is false where nothing is left to be done. */
export interface IdleWork {
  step(): boolean;
}

/** Takes steps between commits, when nothing else is to be done. */
export class IdleSteps {
  private readonly works: readonly IdleWork[];
  private readonly stepped: () => void;
  private timer: NodeJS.Timeout | undefined;
  private lastStep = performance.now();
  private stopped = false;

  /** What comes first in `works` is done first; `stepped` is told of every step. */
  constructor(works: readonly IdleWork[], stepped: () => void) {
    this.works = works;
    this.stepped = stepped;
    this.wait(IDLE_MS);
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

  private step(): void {
    this.lastStep = performance.now();
    for (const work of this.works) {
      try {
        const isLeft = work.step();
        this.stepped();
        if (isLeft) return this.wait(0);
      } catch {
        // What cannot be written now is tried again after the next commit; what is recorded does not depend on it.
      }
    }
  }
}
