import { isMembers, metaOf, type McpMessage, type Members } from './message.ts';

/** The last version with sessions, and the first without. */
export const ERAS = ['2025-11-25', '2026-07-28'] as const;
export type Era = (typeof ERAS)[number];

export const [LEGACY, MODERN] = ERAS;

const VERSION_KEY = 'io.modelcontextprotocol/protocolVersion';
const CAPABILITIES_KEY = 'io.modelcontextprotocol/clientCapabilities';
const SUBSCRIPTION_KEY = 'io.modelcontextprotocol/subscriptionId';

/** Versions are dates; one that is none belongs to no era that has an `initialize`. */
export function eraOfVersion(version: string): Era {
  return /^\d{4}-\d{2}-\d{2}$/.test(version) && version < MODERN ? LEGACY : MODERN;
}

/** The version that a request itself claims, as those without sessions must. */
export function claimedVersion(params: Members): string | undefined {
  const version = metaOf(params)[VERSION_KEY];
  return typeof version === 'string' ? version : undefined;
}

/** The subscription that a notification of 2026-07-28 belongs to: the id of the request that opened it. */
export function subscriptionOf(params: Members): unknown {
  return metaOf(params)[SUBSCRIPTION_KEY];
}

/**
 * The era that a message of an agent belongs to: what it claims goes before the HTTP header, `initialize` is legacy by
 * definition, and what says nothing is legacy (2026-07-28, Versioning, "Backward Compatibility").
 */
export function eraOfMessage(message: McpMessage, versionHeader: string | undefined): Era {
  const params = message.kind === 'request' || message.kind === 'notification' ? message.params : {};
  const claimed = claimedVersion(params);
  if (claimed !== undefined) return eraOfVersion(claimed);
  if (message.kind === 'request' && message.method === 'initialize') return LEGACY;
  return versionHeader === undefined ? LEGACY : eraOfVersion(versionHeader);
}

/** Members of `_meta` that a request of 2026-07-28 must have and this one lacks. */
export function missingMeta(params: Members): readonly string[] {
  const meta = metaOf(params);
  return [
    ...(typeof meta[VERSION_KEY] === 'string' ? [] : [VERSION_KEY]),
    ...(isMembers(meta[CAPABILITIES_KEY]) ? [] : [CAPABILITIES_KEY]),
  ];
}
