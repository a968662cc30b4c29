/**
 * Where a key takes the active row of a list of `count` rows, `page` of which are on the screen; `undefined` for
 * a key that does not move it. J and K are Down and Up.
 */
export function moveBy(key: string, active: number, count: number, page: number): number | undefined {
  if (count === 0) return undefined;
  const targets: Readonly<Record<string, number>> = {
    ArrowDown: active + 1,
    j: active + 1,
    ArrowUp: active - 1,
    k: active - 1,
    PageDown: active + page,
    PageUp: active - page,
    Home: 0,
    End: count - 1,
  };
  const to = targets[key];
  return to === undefined ? undefined : Math.min(count - 1, Math.max(0, to));
}
