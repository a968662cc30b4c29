const DIGITS = 65_536;

/**
 * The places of `keys` in their order, equal ones in the order in which they stand; what is not a number comes last, whichever way.
 * A radix sort by four digits of 16 bits: a million keys take some tens of milliseconds, where a comparison takes a second.
 */
export function sortedPlaces(keys: Float64Array, descending: boolean): Int32Array {
  const count = keys.length;
  const digits = orderedBits(keys, descending);
  let places = new Int32Array(count);
  for (let place = 0; place < count; place++) places[place] = place;
  let other = new Int32Array(count);
  const starts = new Uint32Array(DIGITS + 1);
  for (let digit = 0; digit < 4; digit++) {
    starts.fill(0);
    for (let at = digit; at < digits.length; at += 4) starts[digits[at]! + 1]! += 1;
    // All alike in this digit: their order stays.
    if (starts.includes(count)) continue;
    for (let value = 0; value < DIGITS; value++) starts[value + 1]! += starts[value]!;
    for (let index = 0; index < count; index++) {
      const place = places[index]!;
      const value = digits[place * 4 + digit]!;
      other[starts[value]!] = place;
      starts[value]! += 1;
    }
    [places, other] = [other, places];
  }
  return places;
}

/** The bits of each key so that they are in order where they are read as a whole number, the lowest digit first. */
function orderedBits(keys: Float64Array, descending: boolean): Uint16Array {
  const words = new Uint32Array(Float64Array.from(keys).buffer);
  const turned = descending ? 0xffffffff : 0;
  for (let place = 0; place < keys.length; place++) {
    const [low, high] = [place * 2, place * 2 + 1];
    const isNumber = !Number.isNaN(keys[place]);
    // Negative numbers grow the other way.
    const negative = words[high]! >>> 31 === 1 ? 0xffffffff : 0;
    words[low] = isNumber ? words[low]! ^ negative ^ turned : 0xffffffff;
    words[high] = isNumber ? words[high]! ^ (negative | 0x80000000) ^ turned : 0xffffffff;
  }
  return new Uint16Array(words.buffer);
}
