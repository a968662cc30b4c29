/** Collects what arrives between two animation frames and hands it on in one piece; never later than that. */
export interface FrameBatch<Item> {
  add(items: Iterable<Item>): void;
  dispose(): void;
}

export function frameBatch<Item>(flush: (items: readonly Item[]) => void): FrameBatch<Item> {
  let waiting: Item[] = [];
  let frame = 0;
  const run = () => {
    frame = 0;
    const now = waiting;
    waiting = [];
    flush(now);
  };
  return {
    add(items) {
      for (const item of items) waiting.push(item);
      if (waiting.length > 0 && frame === 0) frame = requestAnimationFrame(run);
    },
    dispose() {
      cancelAnimationFrame(frame);
      waiting = [];
    },
  };
}
