import type { Tokens } from '../base/units.ts';

/** What a request's content amounts to, without tokenising it. */
export interface ContentMeasure {
  /** UTF-8 bytes of everything that is text, escapes of the JSON already undone. */
  readonly textBytes: number;
  /** What pictures, sounds and files count as, and tokens that were given as such. */
  readonly otherTokens: Tokens;
  readonly images: number;
  readonly sounds: number;
  /** Some text has a fenced block of code. */
  readonly hasCode: boolean;
}

/** An image of 1024 × 1024 at OpenAI's high detail, 85 + 4 × 170; Anthropic gives one of that size 1,398 (w × h / 750). */
const IMAGE_TOKENS = 765;
/** OpenAI's `detail: "low"`. */
const SMALL_IMAGE_TOKENS = 85;
/** A sound or a file is as much as a page of PDF at Anthropic (1,500 to 3,000): its bytes do not say how long it is. */
const FILE_TOKENS = 2000;

/** `type` of content parts: OpenAI's Chat Completions and Responses, Anthropic's Messages. */
const IMAGES = new Set(['image_url', 'input_image', 'image', 'computer_screenshot', 'image_generation_call']);
const SOUNDS = new Set(['input_audio', 'audio']);
const FILES = new Set(['file', 'input_file', 'document', 'video_url', 'input_video']);

/** Keys of messages and parts that are no content, or content that only the provider can read. */
const UNREAD_KEYS = new Set([
  'type',
  'role',
  'id',
  'call_id',
  'tool_call_id',
  'tool_use_id',
  'status',
  'signature',
  'encrypted_content',
  'cache_control',
  'file_id',
]);
/** Keys whose object is the caller's own JSON, not ours to interpret: arguments of a tool. */
const JSON_KEYS = new Set(['input', 'arguments', 'action']);

const DATA_URL = /^data:[\w.+/-]*;base64,/;

/**
 * Walks messages, prompts and items (`content`) and JSON that is sent as it is, like definitions of tools and schemas.
 * Anything may be given: what is not understood is walked as text. Without recursion, since JSON can be nested deeper
 * than the stack; linear in the size.
 */
export function measureContent(content: readonly unknown[], definitions: readonly unknown[]): ContentMeasure {
  const measure = { textBytes: 0, otherTokens: 0, images: 0, sounds: 0, hasCode: false };
  const parts = [...content];
  const json = [...definitions];

  function readText(text: string): void {
    if (DATA_URL.test(text)) {
      measure.otherTokens += FILE_TOKENS;
      return;
    }
    measure.textBytes += utf8Length(text);
    measure.hasCode ||= text.includes('```');
  }

  function readPart(part: object): void {
    const kind = 'type' in part && typeof part.type === 'string' ? part.type : '';
    if (IMAGES.has(kind)) {
      measure.images++;
      measure.otherTokens += isSmall(part) ? SMALL_IMAGE_TOKENS : IMAGE_TOKENS;
    } else if (SOUNDS.has(kind)) {
      measure.sounds++;
      measure.otherTokens += FILE_TOKENS;
    } else if (FILES.has(kind) && !hasText(part)) {
      measure.otherTokens += FILE_TOKENS;
    } else if (kind !== 'redacted_thinking') {
      for (const [key, value] of Object.entries(part)) {
        if (UNREAD_KEYS.has(key)) continue;
        const own = JSON_KEYS.has(key) && typeof value === 'object';
        (own ? json : parts).push(value);
      }
    }
  }

  while (parts.length > 0) {
    const part = parts.pop();
    if (typeof part === 'string') readText(part);
    else if (typeof part === 'number') measure.otherTokens++;
    else if (Array.isArray(part)) for (const inner of part) parts.push(inner);
    else if (typeof part === 'object' && part !== null) readPart(part);
  }
  while (json.length > 0) measure.textBytes += readJson(json.pop(), json);
  return measure;
}

/** Bytes of a JSON value as it is written, without the values inside, which are put on the stack. */
function readJson(value: unknown, stack: unknown[]): number {
  if (typeof value === 'string') return utf8Length(value) + 2;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value).length;
  if (typeof value !== 'object' || value === null) return 'null'.length;
  let bytes = 2;
  if (Array.isArray(value)) {
    for (const inner of value) stack.push(inner);
    return bytes + value.length;
  }
  for (const [key, inner] of Object.entries(value)) {
    stack.push(inner);
    bytes += utf8Length(key) + 4;
  }
  return bytes;
}

/** Chat Completions has the detail inside `image_url`, Responses beside it. */
function isSmall(part: object): boolean {
  const { detail, image_url: image } = part as { readonly detail?: unknown; readonly image_url?: unknown };
  if (detail === 'low') return true;
  return typeof image === 'object' && image !== null && 'detail' in image && image.detail === 'low';
}

/** Anthropic's documents may be plain text or content blocks. */
function hasText(part: object): boolean {
  const { source } = part as { readonly source?: unknown };
  if (typeof source !== 'object' || source === null || !('type' in source)) return false;
  return source.type === 'text' || source.type === 'content';
}

function utf8Length(text: string): number {
  let bytes = text.length;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    // One byte is counted already; each half of a surrogate pair stands for two of its four.
    if (unit > 0x7f) bytes += unit < 0x8_00 || (unit >= 0xd8_00 && unit < 0xe0_00) ? 1 : 2;
  }
  return bytes;
}
