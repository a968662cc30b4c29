import { concat } from '../base/bytes.ts';
import { memberRange } from '../base/json-ranges.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { familyOf, type WireDialect } from '../dialects/dialect.ts';
import { isObject, parseJson } from '../dialects/json-access.ts';
import type { Refusal } from '../dialects/translation/findings.ts';
import { translationBetween } from '../dialects/translation/translation-between.ts';
import type { Translation } from '../dialects/translation/translation.ts';
import type { CallError, ModelDialect } from '../journal/event.ts';
import type { Instance } from '../registry/instance.ts';
import type { Call } from './call.ts';
import { forwardedRequestHeaders, type Credential } from './headers.ts';
import type { HeaderList } from './upstream.ts';

/** A call as one instance is to be sent it. */
export interface PreparedRequest {
  readonly path: string;
  readonly headers: HeaderList;
  readonly body: Uint8Array;
  /** The dialect that the answer will have; absent for what is only passed on. */
  readonly wire: WireDialect | undefined;
  /** Where that is not the client's own. */
  readonly translation?: Translation;
  /** Fields of the client's that were left out, since they change nothing. */
  readonly leftOut: readonly string[];
}

/** Made once: each costs as much as what it is used for here. */
const LATIN1 = new TextDecoder('latin1');
const UTF8 = new TextEncoder();

/** Anthropic's API needs a limit of the answer; this is taken where a call has none. */
const LONGEST_TRANSLATED_ANSWER = 4096;

/** What the instance of each family is asked in for a conversation. */
const CONVERSATION_OF = {
  openai: 'openai-chat',
  anthropic: 'anthropic-messages',
} as const satisfies Record<ModelDialect, WireDialect>;

/**
 * The client's bytes, with nothing changed but the name of the model where the instance calls it otherwise; or, for an
 * instance of another dialect, the call said in that. A failure where it cannot be said there.
 */
export function prepareRequest(
  call: Call,
  instance: Instance,
  credential: Credential,
): Result<PreparedRequest, CallError> {
  const { wire, path } = call;
  const dialect = instance.dialect ?? 'openai';
  if (wire === undefined || credential.kind === 'as-sent' || familyOf(wire) === dialect) {
    const headers = forwardedRequestHeaders(call.headers, credential);
    return ok({ path, headers, body: renamedBody(call, instance), wire, leftOut: [] });
  }
  const upstream = CONVERSATION_OF[dialect];
  const translation = translationBetween(wire, upstream);
  const document = call.json === undefined ? undefined : parseJson(call.json);
  if (!translation || !isObject(document)) {
    return fail(untranslatable(instance, [{ field: call.operation, reason: 'has no counterpart there' }]));
  }
  const translated = translation.request(
    { ...document, model: instance.model },
    { maxTokens: LONGEST_TRANSLATED_ANSWER, limitField: limitFieldOf(instance) },
  );
  if (!translated.ok) return fail(untranslatable(instance, translated.error));
  const { path: translatedPath, headers, body, leftOut } = translated.value;
  const foreign = call.headers.filter(([name]) => !/^(?:openai|anthropic|x-stainless)-/.test(name));
  return ok({
    path: translatedPath,
    headers: [...forwardedRequestHeaders(foreign, credential), ...headers],
    body: UTF8.encode(JSON.stringify(body)),
    wire: upstream,
    translation,
    leftOut,
  });
}

function untranslatable({ name, dialect }: Instance, refusals: readonly Refusal[]): CallError {
  const reasons = refusals.map(({ field, reason }) => `${field}: ${reason}`).join('; ');
  return {
    code: 'translation_refused',
    // Where nobody else is left to ask: to send the same again would not help.
    status: 400,
    message: `${name} speaks ${dialect ?? 'openai'}, and this call cannot be said there faithfully (${reasons})`,
  };
}

/** OpenAI's newer models know only the one, local servers only the other. */
function limitFieldOf({ endpoint }: Instance): 'max_completion_tokens' | 'max_tokens' {
  return new URL(endpoint).hostname === 'api.openai.com' ? 'max_completion_tokens' : 'max_tokens';
}

/** The bytes as they came, also where they are no UTF-8, but for the name. */
function renamedBody({ json, model, body }: Call, instance: Instance): Uint8Array {
  if (json === undefined || model === undefined || instance.model === '' || model === instance.model)
    return body;
  // One character for each byte: what the structure of JSON is made of never occurs within another character of UTF-8.
  // The text is that already where it is as long.
  const bom = body[0] === 0xef ? 3 : 0;
  const characters = json.length === body.length ? json : LATIN1.decode(body.subarray(bom));
  const range = memberRange(characters, 'model');
  if (!range) return body;
  const name = UTF8.encode(JSON.stringify(instance.model));
  return concat([body.subarray(0, bom + range.start), name, body.subarray(bom + range.end)]);
}
