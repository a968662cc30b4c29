import { claimedVersion, missingMeta, MODERN } from '../../mcp/era.ts';
import { ERROR_CODES, type McpError, type McpRequest } from '../../mcp/message.ts';
import { decodeHeader } from './decode-header.ts';

/** Which member of the parameters the header `Mcp-Name` repeats. */
const NAME_SOURCES: Readonly<Record<string, 'name' | 'uri'>> = {
  'tools/call': 'name',
  'prompts/get': 'name',
  'resources/read': 'uri',
};

/**
 * Whether the headers of a request of 2026-07-28 say what its body says (Streamable HTTP, "Server Validation"). A
 * server behind stdio never sees the headers, so this is checked for it.
 */
export function checkHeaders(
  headerOf: (name: string) => string | undefined,
  request: McpRequest,
): McpError | undefined {
  const missing = missingMeta(request.params);
  if (missing.length > 0) {
    const message = `Invalid params: _meta lacks ${missing.join(' and ')}`;
    return { code: ERROR_CODES.invalidParams, message };
  }
  const source = Object.hasOwn(NAME_SOURCES, request.method) ? NAME_SOURCES[request.method] : undefined;
  const name = source === undefined ? undefined : request.params[source];
  const sent = headerOf('mcp-name');
  const requested = claimedVersion(request.params);
  return (
    mismatch('MCP-Protocol-Version', headerOf('mcp-protocol-version'), requested) ??
    unsupported(requested) ??
    mismatch('Mcp-Method', headerOf('mcp-method'), request.method) ??
    (typeof name === 'string' ? mismatch('Mcp-Name', sent && decodeHeader(sent), name) : undefined)
  );
}

/** What is in front of the server is the HTTP of one version. */
function unsupported(requested: string | undefined): McpError | undefined {
  if (requested === MODERN) return undefined;
  const data = { supported: [MODERN], requested };
  return { code: ERROR_CODES.unsupportedProtocolVersion, message: 'Unsupported protocol version', data };
}

function mismatch(name: string, header: string | undefined, body: string | undefined): McpError | undefined {
  if (header === body) return undefined;
  const said = header === undefined ? 'is missing' : `says "${header}"`;
  return {
    code: ERROR_CODES.headerMismatch,
    message: `Header mismatch: ${name} ${said}, the body "${body}"`,
  };
}
