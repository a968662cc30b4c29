const RUN = 24;

/**
 * The order of `keys`, smallest first, equal ones as they stood; `keys` are sorted, too. Merges in place and skips
 * what is in order already: what is nearly sorted, as spans by their start are, costs little more than a look.
 */
export function sortByKey(keys: Float64Array): Uint32Array {
  const { length } = keys;
  const order = new Uint32Array(length);
  for (let at = 0; at < length; at++) order[at] = at;
  for (let from = 0; from < length; from += RUN)
    insertionSort(keys, order, from, Math.min(from + RUN, length));
  let besides: Besides = { keys: new Float64Array(0), order: new Uint32Array(0) };
  for (let width = RUN; width < length; width *= 2)
    for (let from = 0; from + width < length; from += width * 2) {
      const middle = from + width;
      if (keys[middle - 1]! <= keys[middle]!) continue;
      if (besides.order.length < width)
        besides = { keys: new Float64Array(width), order: new Uint32Array(width) };
      merge(keys, order, { from, middle, to: Math.min(middle + width, length) }, besides);
    }
  return order;
}

interface Besides {
  readonly keys: Float64Array;
  readonly order: Uint32Array;
}

function insertionSort(keys: Float64Array, order: Uint32Array, from: number, to: number): void {
  for (let next = from + 1; next < to; next++) {
    const [key, value] = [keys[next]!, order[next]!];
    let at = next;
    for (; at > from && keys[at - 1]! > key; at--) {
      keys[at] = keys[at - 1]!;
      order[at] = order[at - 1]!;
    }
    keys[at] = key;
    order[at] = value;
  }
}

/** The left half, from where it must move, is laid aside; both are then put together from the front. */
function merge(
  keys: Float64Array,
  order: Uint32Array,
  { from, middle, to }: { readonly from: number; readonly middle: number; readonly to: number },
  besides: Besides,
): void {
  const smallest = keys[middle]!;
  let first = from;
  while (keys[first]! <= smallest) first += 1;
  const left = middle - first;
  besides.keys.set(keys.subarray(first, middle));
  besides.order.set(order.subarray(first, middle));
  let [one, other, at] = [0, middle, first];
  while (one < left) {
    if (other < to && keys[other]! < besides.keys[one]!) {
      keys[at] = keys[other]!;
      order[at++] = order[other++]!;
    } else {
      keys[at] = besides.keys[one]!;
      order[at++] = besides.order[one++]!;
    }
  }
}
