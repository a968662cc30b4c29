import { useCallback, useEffect, useRef } from 'react';

/** How long something takes along an edge. */
const ROUND_MS = 1_600;

/** Frames while something moves; returns where it is, 0 to 1, or nothing where motion is not wanted. */
export function usePhase(isMoving: boolean, onFrame: () => void): () => number | undefined {
  const latest = useRef(onFrame);
  useEffect(() => {
    latest.current = onFrame;
  });
  useEffect(() => {
    if (!isMoving || prefersStillness()) return undefined;
    let frame = requestAnimationFrame(function next() {
      latest.current();
      frame = requestAnimationFrame(next);
    });
    return () => cancelAnimationFrame(frame);
  }, [isMoving]);
  return useCallback(
    () => (isMoving && !prefersStillness() ? (performance.now() % ROUND_MS) / ROUND_MS : undefined),
    [isMoving],
  );
}

function prefersStillness(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches;
}
