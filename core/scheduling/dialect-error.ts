import type { CallError, Dialect } from '../journal/event.ts';

const OPENAI_TYPES: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  403: 'permission_error',
  404: 'invalid_request_error',
  409: 'invalid_request_error',
  413: 'invalid_request_error',
  415: 'invalid_request_error',
};

const ANTHROPIC_TYPES: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
};

/** An error of ours in the shape that the dialect's own SDKs read. */
export function dialectError(dialect: Dialect, status: number, error: CallError): string {
  if (dialect === 'anthropic') {
    const type = ANTHROPIC_TYPES[status] ?? 'api_error';
    return JSON.stringify({ type: 'error', error: { type, message: error.message } });
  }
  const type = OPENAI_TYPES[status] ?? 'server_error';
  return JSON.stringify({ error: { message: error.message, type, param: null, code: error.code } });
}

/** The same inside a stream that has already begun. */
export function dialectErrorEvent(dialect: Dialect, error: CallError): string {
  const data = dialectError(dialect, 500, error);
  return dialect === 'anthropic' ? `event: error\ndata: ${data}\n\n` : `data: ${data}\n\n`;
}

/** What an upstream's own error document says; its status where it says nothing that can be read. */
export function readUpstreamError(status: number, body: string): CallError {
  const fallback: CallError = { code: `http_${status}`, message: `the upstream answered ${status}`, status };
  try {
    const { error } = JSON.parse(body) as { error?: { message?: unknown; code?: unknown; type?: unknown } };
    if (typeof error?.message !== 'string') return fallback;
    const code = [error.code, error.type].find((word) => typeof word === 'string') ?? fallback.code;
    return { code, message: error.message, status };
  } catch {
    return fallback;
  }
}
