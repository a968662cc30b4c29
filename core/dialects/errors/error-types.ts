import type { ModelDialect } from '../../journal/event.ts';

interface Types {
  readonly byStatus: Readonly<Record<number, string>>;
  /** Of a status that is not listed: below 500, and from 500 on. */
  readonly otherClient: string;
  readonly otherServer: string;
}

/**
 * The `type` that the family's own service gives to a status. Anthropic: platform.claude.com/docs/en/api/errors;
 * OpenAI's documentation lists codes only, so its types are those that its SDKs and compatible servers use.
 */
const TYPES = {
  openai: {
    byStatus: {
      401: 'authentication_error',
      402: 'insufficient_quota',
      403: 'permission_error',
      429: 'rate_limit_error',
      504: 'timeout_error',
    },
    otherClient: 'invalid_request_error',
    otherServer: 'server_error',
  },
  anthropic: {
    byStatus: {
      401: 'authentication_error',
      402: 'billing_error',
      403: 'permission_error',
      404: 'not_found_error',
      409: 'conflict_error',
      413: 'request_too_large',
      429: 'rate_limit_error',
      503: 'overloaded_error',
      504: 'timeout_error',
      529: 'overloaded_error',
    },
    otherClient: 'invalid_request_error',
    otherServer: 'api_error',
  },
} as const satisfies Record<ModelDialect, Types>;

export function errorType(family: ModelDialect, status: number): string {
  const { byStatus, otherClient, otherServer }: Types = TYPES[family];
  return byStatus[status] ?? (status < 500 ? otherClient : otherServer);
}

/** The status that a word of an error stands for, where it arrives inside a 200 and so has none of its own. */
const STATUSES: Readonly<Record<string, number>> = {
  invalid_request_error: 400,
  context_length_exceeded: 400,
  exceed_context_size_error: 400,
  invalid_prompt: 400,
  BadRequestError: 400,
  authentication_error: 401,
  invalid_api_key: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  model_not_found: 404,
  NotFoundError: 404,
  conflict_error: 409,
  request_too_large: 413,
  rate_limit_error: 429,
  rate_limit_exceeded: 429,
  insufficient_quota: 429,
  requests: 429,
  tokens: 429,
  api_error: 500,
  server_error: 500,
  internal_server_error: 500,
  InternalServerError: 500,
  unavailable_error: 503,
  service_unavailable: 503,
  timeout_error: 504,
  overloaded_error: 529,
};

export function statusOfWord(word: string): number | undefined {
  return Object.hasOwn(STATUSES, word) ? STATUSES[word] : undefined;
}
