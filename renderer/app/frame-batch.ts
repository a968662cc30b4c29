/** Collects what arrives between two animation frames and hands it on in one piece; never later than that. */
export interface FrameBatch<Item> {
  add(items: Iterable<Item>): void;
  dispose(): void;
}

/**
 * `limit` bounds what one frame is given, so that a long history is read without freezing the window; the rest
 * follows with the next frames.
 */
export function frameBatch<Item>(
  flush: (items: readonly Item[]) => void,
  limit = Infinity,
): FrameBatch<Item> {
  let waiting: Item[] = [];
  let frame = 0;
  const run = () => {
    frame = 0;
    const now = waiting.length > limit ? waiting.slice(0, limit) : waiting;
    waiting = waiting.length > limit ? waiting.slice(limit) : [];
    if (waiting.length > 0) frame = requestAnimationFrame(run);
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
