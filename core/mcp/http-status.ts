import { missingMeta } from './era.ts';
import { ERROR_CODES, type McpError, type McpRequest } from './message.ts';

const STATUS: Readonly<Record<number, number>> = {
  [ERROR_CODES.parseError]: 400,
  [ERROR_CODES.invalidRequest]: 400,
  [ERROR_CODES.methodNotFound]: 404,
  [ERROR_CODES.headerMismatch]: 400,
  [ERROR_CODES.missingClientCapability]: 400,
  [ERROR_CODES.unsupportedProtocolVersion]: 400,
};

/**
 * The HTTP status of an error that a server of 2026-07-28 gave over stdio (Streamable HTTP, "Request Metadata", and
 * Overview, "_meta"). Parameters that are wrong otherwise are the answer to a request that was understood: 200.
 */
export function statusOfError({ code }: McpError, request: Pick<McpRequest, 'params'>): number {
  if (code === ERROR_CODES.invalidParams) return missingMeta(request.params).length > 0 ? 400 : 200;
  return STATUS[code] ?? 200;
}
