import type { CallError, ErrorClass } from '../journal/event.ts';

/**
 * Codes that say it all, whatever the status. OpenAI: its guide to error codes, and `ResponseError` in its SDK;
 * Anthropic: docs.claude.com/en/api/errors; `exceed_context_size_error`: llama.cpp; those of timeouts and connections, and the first two: ours.
 */
const BY_CODE = new Map<string, ErrorClass>([
  ['cancelled', 'cancelled'],
  ['client_gone', 'cancelled'],
  ['timeout', 'timeout'],
  ['timeout_error', 'timeout'],
  ['translation_refused', 'untranslatable'],
  ['untranslatable_answer', 'untranslatable'],
  ['request_timeout', 'timeout'],
  ['first_token_timeout', 'timeout'],
  ['idle_timeout', 'timeout'],
  ['total_timeout', 'timeout'],
  ['context_length_exceeded', 'context-window'],
  ['exceed_context_size_error', 'context-window'],
  ['request_too_large', 'context-window'],
  ['content_filter', 'content-policy'],
  ['content_policy_violation', 'content-policy'],
  ['image_content_policy_violation', 'content-policy'],
  ['misalignment_policy_violation', 'content-policy'],
  ['moderation_blocked', 'content-policy'],
  ['bio_policy', 'content-policy'],
  ['cyber_policy', 'content-policy'],
  ['connections_exhausted', 'rate-limit'],
  ['rate_limit_error', 'rate-limit'],
  ['rate_limit_exceeded', 'rate-limit'],
  ['insufficient_quota', 'billing'],
  ['credit_balance_exhausted', 'billing'],
  ['enforced_spend_limit_reached', 'billing'],
  ['key_bound_elsewhere', 'auth'],
  ['invalid_api_key', 'auth'],
  ['authentication_error', 'auth'],
  ['permission_error', 'auth'],
]);

/** Codes that are the request's own fault where no status says more; they also come with statuses that do. */
const REQUEST_CODES = new Set([
  'invalid_request_error',
  'invalid_request',
  'not_found_error',
  'conflict_error',
  'model_not_found',
  'invalid_prompt',
  'invalid_image',
  'invalid_image_format',
  'invalid_image_mode',
  'invalid_image_url',
  'invalid_base64_image',
]);

/**
 * How servers without a code for it say that a request does not fit, with 400 or 422 or `invalid_request_error`.
 * Nothing else is ever read out of a message.
 */
const CONTEXT_WINDOW_PHRASES = [
  // vLLM, DeepSeek, OpenRouter: "This model's maximum context length is 8192 tokens. However, …"
  'maximum context length is ',
  // vLLM: "The decoder prompt (length 5951) is longer than the maximum model length of 4096."
  'is longer than the maximum model length of ',
  // SGLang, Together: "The input (5951 tokens) is longer than the model's context length (4096 tokens)."
  "is longer than the model's context length",
  // SGLang: "Requested token count exceeds the model's maximum context length of 4096 tokens."
  "exceeds the model's maximum context length",
  // llama.cpp before it had a code: "the request exceeds the available context size, try increasing it"
  'exceeds the available context size',
  // LM Studio: "The number of tokens to keep from the initial prompt is greater than the context length."
  'tokens to keep from the initial prompt is greater than the context length',
  // Anthropic: "prompt is too long: 210000 tokens > 200000 maximum"
  'prompt is too long: ',
  // Anthropic: "input length and `max_tokens` exceed context limit: 188240 + 21333 > 200000, …"
  'exceed context limit: ',
  // Gemini: "The input token count (1196265) exceeds the maximum number of tokens allowed (1048575)."
  'exceeds the maximum number of tokens allowed',
  // xAI: "This model's maximum prompt length is 131072 but the request contains 537812 tokens."
  'maximum prompt length is ',
  // Mistral: "Prompt contains 140000 tokens and 0 draft tokens, too large for model with 131072 maximum context length"
  'too large for model with ',
  // Groq: "Please reduce the length of the messages or completion."
  'reduce the length of the messages or completion',
];

/**
 * The class of an attempt's error. A code that is known says it, else the status, else, as for an error inside a stream
 * that began with 200 or a connection that failed, what is left of the codes; there, what is not known to be the
 * request's own fault is the server's.
 */
export function classifyError({ code, message, status }: CallError): ErrorClass {
  const known = BY_CODE.get(code);
  if (known) return known;
  // `billing_error`, `billing_not_active`, `billing_hard_limit_reached`: what is about the bill says so.
  if (code.startsWith('billing_')) return 'billing';
  const found = status !== undefined && status >= 400 ? byStatus(status) : byOtherCode(code);
  return found === 'bad-request' && saysTooLong(message) ? 'context-window' : found;
}

function byStatus(status: number): ErrorClass {
  switch (status) {
    case 401:
    case 403:
      return 'auth';
    case 402:
      return 'billing';
    case 429:
      return 'rate-limit';
    case 408:
    case 504:
      return 'timeout';
    case 413:
      return 'context-window';
    default:
      return status >= 500 ? 'server-error' : 'bad-request';
  }
}

function byOtherCode(code: string): ErrorClass {
  return REQUEST_CODES.has(code) ? 'bad-request' : 'server-error';
}

function saysTooLong(message: string): boolean {
  return CONTEXT_WINDOW_PHRASES.some((phrase) => message.includes(phrase));
}
