import { useEffect, useRef, useState } from 'react';
import { NANOS_PER_MILLI } from '../../../../core/base/units.ts';
import { usePlayhead } from '../../../stores/run-context.tsx';
import type { ShownRun } from '../../../stores/shown-run.ts';

/** Times as fast as it was. */
export const SPEEDS = [1, 10, 100, 1_000, 10_000] as const;
export type Speed = (typeof SPEEDS)[number];

/** The playhead moves so often while it plays, in milliseconds. */
const STEP = 50;

/** Plays a run from where the playhead stands to its end; from its beginning, where that is the end. */
export function usePlaying(view: ShownRun, newest: ShownRun, isPlayhead: boolean, speed: Speed) {
  const playhead = usePlayhead();
  const [playing, setPlaying] = useState(false);
  const latest = useRef({ view, newest });
  useEffect(() => {
    latest.current = { view, newest };
  });
  useEffect(() => {
    if (!playing) return undefined;
    let at = isPlayheadAtEnd(latest.current) ? 0 : latest.current.view.run.duration;
    let before = performance.now();
    const timer = setInterval(() => {
      const now = performance.now();
      at += (now - before) * speed * NANOS_PER_MILLI;
      before = now;
      if (at < latest.current.newest.run.duration) return playhead.seek({ at });
      setPlaying(false);
      playhead.follow();
    }, STEP);
    return () => clearInterval(timer);
  }, [playing, speed, playhead]);
  return {
    playing,
    play: () => {
      if (!isPlayhead) playhead.seek({ at: 0 });
      setPlaying(true);
    },
    pause: () => setPlaying(false),
  };
}

function isPlayheadAtEnd({ view, newest }: { readonly view: ShownRun; readonly newest: ShownRun }): boolean {
  return view.run.lastSeq >= newest.run.lastSeq;
}
