import type { ScriptedAnswer } from '../../support/scripted-upstream.ts';
import { idOf } from './said.ts';

/** Errors as the two services answer them, by the name of the scene that asks for one. */
type Family = 'openai' | 'anthropic';

const PAGE = `<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>cloudflare</center>\r\n</body>\r\n</html>\r\n`;

const OPENAI = {
  'error-401': [
    401,
    'Incorrect API key provided: sk-agent**0001. You can find your API key at https://platform.openai.com/account/api-keys.',
    'invalid_request_error',
    'invalid_api_key',
  ],
  'error-403': [
    403,
    'You are not allowed to sample from this model',
    'invalid_request_error',
    'model_not_allowed',
  ],
  'error-404': [
    404,
    'The model `gpt-4.1-mini` does not exist or you do not have access to it.',
    'invalid_request_error',
    'model_not_found',
  ],
  'error-429': [
    429,
    'Rate limit reached for gpt-4.1-nano in organization org-tests on requests per min (RPM): Limit 3, Used 3, Requested 1. Please try again in 45s.',
    'requests',
    'rate_limit_exceeded',
  ],
  'error-500': [
    500,
    'The server had an error while processing your request. Sorry about that!',
    'server_error',
    null,
  ],
  'error-context': [
    400,
    "This model's maximum context length is 128000 tokens. However, your messages resulted in 210042 tokens. Please reduce the length of the messages.",
    'invalid_request_error',
    'context_length_exceeded',
  ],
  'error-policy': [
    400,
    "The response was filtered due to the prompt triggering Azure OpenAI's content management policy. Please modify your prompt and retry.",
    null,
    'content_filter',
  ],
} as const;

const ANTHROPIC = {
  'error-401': [401, 'authentication_error', 'invalid x-api-key'],
  'error-403': [
    403,
    'permission_error',
    'Your API key does not have permission to use the specified resource.',
  ],
  'error-404': [404, 'not_found_error', 'model: claude-sonnet-5'],
  'error-413': [413, 'request_too_large', 'Request exceeds the maximum allowed number of bytes.'],
  'error-429': [
    429,
    'rate_limit_error',
    'This request would exceed your organization’s rate limit of 50 requests per minute.',
  ],
  'error-500': [500, 'api_error', 'Internal server error'],
  'error-529': [529, 'overloaded_error', 'Overloaded'],
  'error-context': [400, 'invalid_request_error', 'prompt is too long: 210042 tokens > 200000 maximum'],
  'error-policy': [400, 'invalid_request_error', 'Output blocked by content filtering policy'],
} as const;

/** `undefined` for a scene that is no error. */
export function recordedError(family: Family, scene: string): ScriptedAnswer | undefined {
  if (scene === 'error-page') {
    return { status: 502, headers: { 'content-type': 'text/html', server: 'cloudflare' }, chunks: [PAGE] };
  }
  if (scene === 'error-empty') return { status: 503, headers: { 'content-length': '0' }, chunks: [] };
  if (family === 'anthropic') return anthropicError(scene);
  if (!isKeyOf(OPENAI, scene)) return undefined;
  const [status, message, type, code] = OPENAI[scene];
  const filtered = scene === 'error-policy' && {
    status,
    innererror: {
      code: 'ResponsibleAIPolicyViolation',
      content_filter_result: { violence: { filtered: true, severity: 'high' } },
    },
  };
  const error = { message, type, param: scene === 'error-context' ? 'messages' : null, code, ...filtered };
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...waitOf(status) },
    chunks: [`${JSON.stringify({ error }, undefined, 4)}\n`],
  };
}

function anthropicError(scene: string): ScriptedAnswer | undefined {
  if (!isKeyOf(ANTHROPIC, scene)) return undefined;
  const [status, type, message] = ANTHROPIC[scene];
  const document = { type: 'error', error: { type, message }, request_id: idOf('req_') };
  return { status, headers: waitOf(status), chunks: [JSON.stringify(document)] };
}

/** Longer than any client waits by itself. */
function waitOf(status: number): Readonly<Record<string, string>> {
  return status === 429 ? { 'retry-after': '45', 'x-should-retry': 'false' } : {};
}

function isKeyOf<Table extends object>(table: Table, key: string): key is keyof Table & string {
  return Object.hasOwn(table, key);
}
