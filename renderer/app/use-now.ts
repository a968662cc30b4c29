import { useEffect, useState } from 'react';
import type { Millis } from '../../core/base/units.ts';

/** The time of day, renewed every `interval` while it is wanted. */
export function useNow(interval: Millis, wanted = true): Millis {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!wanted) return undefined;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), interval);
    return () => clearInterval(timer);
  }, [interval, wanted]);
  return now;
}
