/** An id as OpenTelemetry has it, and what had to be done for that. */
export interface ForeignId {
  readonly id: string;
  readonly change: 'none' | 'padded' | 'replaced';
}

const TRACE_DIGITS = 32;
const SPAN_DIGITS = 16;

/** Hex up to 128 bits stays the number that it is, a UUID too; anything else is hashed, always to the same. */
export function traceIdOf(given: string): ForeignId {
  const plain = given.toLowerCase();
  if (UUID.test(plain)) return { id: plain.replaceAll('-', ''), change: 'replaced' };
  return fit(plain, TRACE_DIGITS, () => hash64(`a${given}`) + hash64(`b${given}`));
}

export function spanIdOf(given: string): ForeignId {
  return fit(given.toLowerCase(), SPAN_DIGITS, () => hash64(given));
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function fit(plain: string, digits: number, replace: () => string): ForeignId {
  if (isFitting(plain, digits)) return { id: plain, change: 'none' };
  if (plain.length < digits && /^0*[1-9a-f][0-9a-f]*$/.test(plain)) {
    return { id: plain.padStart(digits, '0'), change: 'padded' };
  }
  return { id: replace(), change: 'replaced' };
}

function isFitting(plain: string, digits: number): boolean {
  return plain.length === digits && /^0*[1-9a-f][0-9a-f]*$/.test(plain);
}

/** 64 bits in hex of any text, never all zero: two lanes of MurmurHash3's mixing. No defence against anybody. */
export function hash64(text: string): string {
  let [high, low] = [0x9e3779b9, 0x85ebca6b];
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    high = Math.imul(high ^ unit, 0x9e3779b1);
    high ^= high >>> 15;
    low = Math.imul(low ^ unit, 0xc2b2ae35);
    low ^= low >>> 13;
  }
  high = finish(high ^ Math.imul(low, 0x27d4eb2f));
  low = finish(low ^ Math.imul(high, 0x165667b1) ^ text.length);
  const hex = (word: number) => (word >>> 0).toString(16).padStart(8, '0');
  return high === 0 && low === 0 ? `${hex(0)}${hex(1)}` : hex(high) + hex(low);
}

function finish(word: number): number {
  let mixed = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
