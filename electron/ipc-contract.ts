import { z } from 'zod';
import type { BridgePart, BridgeRequest } from '../core/api/bridge.ts';

/** What crosses `api:part`. */
export interface ApiPart {
  readonly id: string;
  readonly part: BridgePart;
}

/** The API's own limit for a body is lower; this one only bounds what a broken window can make us copy. */
const MAX_BODY_CHARACTERS = 32 * 1024 * 1024;

export const requestIdSchema = z.string().regex(/^[\w-]{1,100}$/);

export const bridgeRequestSchema = z.strictObject({
  id: requestIdSchema,
  method: z.enum(['GET', 'POST', 'PATCH', 'DELETE']),
  path: z.string().max(8192).refine(isApiPath, 'not a path of the API'),
  body: z.string().max(MAX_BODY_CHARACTERS).exactOptional(),
}) satisfies z.ZodType<BridgeRequest>;

/** Requests of the window never leave the process; the API sees this origin in their URL. */
const ORIGIN = 'http://signalbox.invalid';

export function apiUrl(path: string): URL {
  return new URL(path, ORIGIN);
}

/** Also after the URL parser has resolved dots, back slashes and whatever else it resolves. */
function isApiPath(path: string): boolean {
  if (!path.startsWith('/api/') || !URL.canParse(path, ORIGIN)) return false;
  const url = apiUrl(path);
  return url.origin === ORIGIN && url.pathname.startsWith('/api/');
}
