import { ERROR_CODES, isMembers, type McpError, type McpRequest, type Members } from '../../mcp/message.ts';
import { decodeHeader } from './decode-header.ts';
import { Recent } from './recent.ts';

/** An argument that a tool wants repeated in a header: its place below the arguments, and what it is. */
interface Repeated {
  readonly path: readonly string[];
  /** `mcp-param-…`, in lower case. */
  readonly header: string;
  readonly isNumber: boolean;
}

const ANNOTATION = 'x-mcp-header';
const MOST_TOOLS = 10_000;
const DEEPEST = 64;
/** Only what is written so is compared as a number: `42.0` is 42, and `0x2a` is not. */
const DECIMAL = /^-?\d+(?:\.\d+)?$/;

/**
 * Whether the headers of a call repeat its arguments as the tool's schema wants it (2026-07-28, Streamable HTTP, "Custom
 * Headers from Tool Parameters"). A program never sees the headers, so this is checked for it, by the schemas in the
 * lists of tools that it has given out: of a tool that nobody has asked about nothing is known.
 */
export class ParamHeaders {
  private readonly tools = new Recent<string, readonly Repeated[]>(MOST_TOOLS);

  /** Reads the result of a `tools/list`. */
  learn({ tools }: Members): void {
    for (const tool of Array.isArray(tools) ? (tools as readonly unknown[]) : []) {
      if (!isMembers(tool) || typeof tool['name'] !== 'string') continue;
      const repeated = [...find(tool['inputSchema'], [])];
      if (repeated.length > 0) this.tools.set(tool['name'], repeated);
      else this.tools.delete(tool['name']);
    }
  }

  check(headerOf: (name: string) => string | undefined, request: McpRequest): McpError | undefined {
    const { name, arguments: given } = request.params;
    if (request.method !== 'tools/call' || typeof name !== 'string') return undefined;
    for (const repeated of this.tools.get(name) ?? []) {
      const reason = compare(repeated, valueAt(given, repeated.path), headerOf(repeated.header));
      if (reason === undefined) continue;
      const message = `Header mismatch: ${repeated.header} ${reason}`;
      return { code: ERROR_CODES.headerMismatch, message };
    }
    return undefined;
  }
}

/** Only what is below `properties` alone can be found in every call. */
function* find(schema: unknown, path: readonly string[]): Generator<Repeated> {
  if (!isMembers(schema) || path.length > DEEPEST) return;
  const name = schema[ANNOTATION];
  if (typeof name === 'string' && name !== '' && path.length > 0) {
    const isNumber = schema['type'] === 'integer' || schema['type'] === 'number';
    yield { path, header: `mcp-param-${name.toLowerCase()}`, isNumber };
  }
  const { properties } = schema;
  if (!isMembers(properties)) return;
  for (const [key, inner] of Object.entries(properties)) yield* find(inner, [...path, key]);
}

function valueAt(given: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (isMembers(value) && Object.hasOwn(value, key) ? value[key] : undefined),
    given,
  );
}

/** What is wrong with the header; nothing where it repeats the value, or there is none that a header could repeat. */
function compare(
  { path, isNumber }: Repeated,
  value: unknown,
  header: string | undefined,
): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return undefined;
  if (header === undefined) return `is missing, and the body has "${path.join('.')}"`;
  const said = decodeHeader(header);
  if (said === undefined) return 'is not valid base64';
  const isEqual =
    isNumber && typeof value === 'number' && DECIMAL.test(said)
      ? Number(said) === value
      : said === String(value);
  return isEqual ? undefined : `says ${JSON.stringify(said)}, the body ${JSON.stringify(value)}`;
}
