import type { SeenRequest } from '../../support/scripted-upstream.ts';
import type { Outcomes } from './play.ts';

/** Of one connection only (RFC 9110 §7.6.1), or added by Signalbox, which adds nothing else. */
// Where our own retries are spent, the client is told to make none of its own.
const OF_THE_WAY = /^(?:connection|keep-alive|transfer-encoding|x-should-retry|x-signalbox-[a-z]+)$/;
/** Made by the client anew each time it is run: request ids of its own, and what it measured. */
const BY_CHANCE = [
  /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g,
  /\b(?:aitxt|aiobj|msg|call)-[A-Za-z0-9]{16,24}\b/g,
  /\b(?:trace|group|span)_[0-9a-f]{24,32}\b/g,
  /\b20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d\d\dZ/g,
] as const;

/** How long something took is by chance too, and Vercel's SDK tells. */
const MEASURED = new Set(['performance']);

/** Outcomes without what is of the way and by chance, so that those of two ways can be compared. */
export function comparable(outcomes: Outcomes, baseUrls: readonly string[]): Outcomes {
  let text = JSON.stringify(outcomes).replace(/\/r\/[0-9a-f]{32}\//g, '/');
  for (const url of baseUrls) text = text.replaceAll(url, 'BASE');
  for (const pattern of BY_CHANCE) text = text.replace(pattern, 'CHANCE');
  return withoutWay(JSON.parse(text)) as Outcomes;
}

function withoutWay(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutWay);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => !OF_THE_WAY.test(key) && !MEASURED.has(key));
  return Object.fromEntries(kept.map(([key, one]) => [key, withoutWay(one)]));
}

/** Headers that every hop writes for itself; what a credential looks like is looked at apart. */
const OF_THE_HOP = new Set([
  'host',
  'connection',
  'accept-encoding',
  'keep-alive',
  'transfer-encoding',
  'content-length',
]);
const CREDENTIALS = new Set(['authorization', 'x-api-key']);

/** A request as its sender meant it, whichever way it came; multipart boundaries are by chance. */
export function meant({ method, path, rawHeaders, body }: SeenRequest): object {
  const boundary = /boundary=(\S+)/.exec(rawHeaders.join(' '))?.[1] ?? '(none)';
  const headers: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]!.toLowerCase();
    if (OF_THE_HOP.has(name) || CREDENTIALS.has(name)) continue;
    headers.push(`${name}: ${rawHeaders[index + 1]!.replaceAll(boundary, 'BOUNDARY')}`);
  }
  return { method, path, headers: headers.toSorted(), body: body.replaceAll(boundary, 'BOUNDARY') };
}

/** The key that a request carries, in whatever header. */
export function keyOf({ headers }: SeenRequest): string | undefined {
  const { authorization, 'x-api-key': apiKey } = headers;
  return authorization?.replace(/^Bearer /, '') ?? String(apiKey);
}

/** Whose answer it is, when it was made, and what only one of the dialects counts or has a place for. */
const OF_A_DIALECT =
  /^(?:id|model|model_name|modelId|responseId|created|created_at|headers|request_id|service_tier|system_fingerprint|annotations|caller|citations|container|diagnostics|inference_geo|server_tool_use|speed|cache_.*|.*_details|.*TokenDetails|provider(?:Data|Metadata|Options)|itemId|raw)$/;
/** In which pieces it came is the service's own choice. */
const PIECES = new Set(['parts', 'pieces', 'events', 'deltas', 'told', 'seen']);

/**
 * What was said, called and spent, without what an answer of one service has and one of another has not. The ids of
 * calls keep their number.
 */
export function essence(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(essence);
  if (typeof value === 'string') return value.replace(/(?:call|toolu)_01Signalb0xTests0nly/g, 'CALL-');
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(
    ([key, one]) => !OF_A_DIALECT.test(key) && !PIECES.has(key) && one !== null,
  );
  return Object.fromEntries(kept.map(([key, one]) => [key, essence(one)]));
}
