import { isEventStream, maskStream } from './mask-stream.ts';
import { maskText } from './mask-text.ts';
import type { SecretSearch } from './secret-search.ts';

/** No text has these; Protocol Buffers have little else between their strings. */
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\0-\x08\x0E-\x1A\x1C-\x1F\x7F]/;
// oxlint-disable-next-line no-control-regex
const ALL_CONTROL = /[\0-\x1F\x7F]/g;
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
/** As many bytes at once become characters. */
const CHUNK = 8192;

/** A document or a stream of events without its secrets. */
export function maskContent(search: SecretSearch, text: string): string {
  return isEventStream(text) ? maskStream(search, text) : maskText(search, text);
}

/** A body without its secrets; the same object where there are none. What is no text keeps its length, byte by byte. */
export function maskBody(search: SecretSearch, bytes: Uint8Array): Uint8Array {
  const text = decode(bytes);
  if (text === undefined) return maskBinary(search, bytes);
  const masked = maskContent(search, text);
  if (masked === text) return bytes;
  return CONTROL.test(text) ? maskBinary(search, bytes) : new TextEncoder().encode(masked);
}

function maskBinary(search: SecretSearch, bytes: Uint8Array): Uint8Array {
  // One character for each byte; what ends a string there ends a word here.
  const text = charactersOf(bytes).replaceAll(ALL_CONTROL, '\n');
  const masks = search.in(text).masks();
  if (masks.length === 0) return bytes;
  const masked = Uint8Array.from(bytes);
  for (const { start, end } of masks) masked.fill(STAR, start, end);
  return masked;
}

const STAR = '*'.charCodeAt(0);

/** Absent for what is not UTF-8. */
function decode(bytes: Uint8Array): string | undefined {
  try {
    return UTF8.decode(bytes);
  } catch {
    return undefined;
  }
}

function charactersOf(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += CHUNK) {
    text += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  }
  return text;
}
