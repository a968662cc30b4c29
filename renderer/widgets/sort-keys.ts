const DIGITS = 65_536;

/**
 * The places of `keys` in their order, equal ones in the order in which they stand; what is not a number comes last, whichever way.
 * A radix sort by four digits of 16 bits: a million keys take some tens of milliseconds, where a comparison takes a second.
 */
export function sortedPlaces(keys: Float64Array, descending: boolean): Int32Array {
  const digits = orderedBits(keys, descending);
  let places = Int32Array.from(keys, (_, place) => place);
  let other = new Int32Array(keys.length);
  for (let digit = 0; digit < 4; digit++) {
    const starts = new Uint32Array(DIGITS + 1);
    for (let place = 0; place < keys.length; place++) starts[digits[place * 4 + digit]! + 1]! += 1;
    // All alike in this digit: their order stays.
    if (starts.includes(keys.length)) continue;
    for (let value = 0; value < DIGITS; value++) starts[value + 1]! += starts[value]!;
    for (const place of places) other[starts[digits[place * 4 + digit]!]!++] = place;
    [places, other] = [other, places];
  }
  return places;
}

/** The bits of each key so that they are in order where they are read as a whole number, the lowest digit first. */
function orderedBits(keys: Float64Array, descending: boolean): Uint16Array {
  const bits = new BigUint64Array(1);
  const key = new Float64Array(bits.buffer);
  const words = new Uint32Array(bits.buffer);
  const ordered = new Uint32Array(keys.length * 2);
  for (let place = 0; place < keys.length; place++) {
    key[0] = keys[place]!;
    let [low, high] = [words[0]!, words[1]!];
    if (Number.isNaN(key[0])) [low, high] = [0xffffffff, 0xffffffff];
    else {
      // Negative numbers grow the other way.
      if (high >>> 31) [low, high] = [~low, ~high];
      else high ^= 0x80000000;
      if (descending) [low, high] = [~low, ~high];
    }
    ordered[place * 2] = low;
    ordered[place * 2 + 1] = high;
  }
  return new Uint16Array(ordered.buffer);
}
