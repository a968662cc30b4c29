/**
 * Places in a given order that keep their distances and are as near as can be to where they are wanted, by weighted least
 * squares: isotonic regression by pooling neighbours that would violate it (Ayer et al. 1955). Linear.
 * `distances[i]` is the least distance of `i` from `i - 1`; that of the first is not looked at.
 */
export function spread(
  wanted: ArrayLike<number>,
  weights: ArrayLike<number>,
  distances: ArrayLike<number>,
): Float64Array {
  const count = wanted.length;
  // Without the distances the places only have to rise.
  const offsets = new Float64Array(count);
  for (let at = 1; at < count; at++) offsets[at] = offsets[at - 1]! + distances[at]!;
  const pools: { sum: number; weight: number; size: number }[] = [];
  for (let at = 0; at < count; at++) {
    let pool = { sum: (wanted[at]! - offsets[at]!) * weights[at]!, weight: weights[at]!, size: 1 };
    for (;;) {
      const last = pools.at(-1);
      if (!last || last.sum / last.weight <= pool.sum / pool.weight) break;
      pools.pop();
      pool = { sum: last.sum + pool.sum, weight: last.weight + pool.weight, size: last.size + pool.size };
    }
    pools.push(pool);
  }
  const places = new Float64Array(count);
  let at = 0;
  for (const { sum, weight, size } of pools)
    for (const end = at + size; at < end; at++) places[at] = sum / weight + offsets[at]!;
  return places;
}
