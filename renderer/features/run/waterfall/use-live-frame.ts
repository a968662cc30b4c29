import { useEffect, useRef } from 'react';

/** Calls `step` on every frame while `live`; for what moves with the clock and not with events. */
export function useLiveFrame(live: boolean, step: () => void): void {
  const latest = useRef(step);
  useEffect(() => {
    latest.current = step;
  });
  useEffect(() => {
    if (!live) return undefined;
    let frame = requestAnimationFrame(function tick() {
      latest.current();
      frame = requestAnimationFrame(tick);
    });
    return () => cancelAnimationFrame(frame);
  }, [live]);
}
