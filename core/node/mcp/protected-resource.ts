import type { ServerResponse } from 'node:http';
import type { RunId } from '../../base/ids.ts';
import type { HeaderList } from '../../scheduling/upstream.ts';

const WELL_KNOWN = '/.well-known/oauth-protected-resource';
const TIMEOUT_MS = 10_000;
const LARGEST = 1024 * 1024;

/**
 * OAuth for a server that is reached through Signalbox (RFC 9728). A client checks that the resource it is told about
 * is the one that it asked, and it asked us: so the server's challenge points to its metadata here, and there the
 * resource is called by our address. Everything else of it, and all that goes to the authorization server, is theirs.
 * A resource that is not the server's own stays what it is, for the client to refuse.
 */
export class ProtectedResource {
  private readonly server: URL;
  private readonly name: string;
  private readonly origin: () => string;
  /** As the server says it in its challenges; always of its own origin. */
  private metadata: URL | undefined;

  constructor(name: string, url: string, origin: () => string) {
    this.name = name;
    this.server = new URL(url);
    this.origin = origin;
  }

  /** The headers of an answer, with the place of the metadata in a challenge replaced. */
  rewriteChallenge(headers: HeaderList, run: RunId | undefined): HeaderList {
    return headers.map(([name, value]) => {
      if (name.toLowerCase() !== 'www-authenticate') return [name, value];
      return [
        name,
        value.replace(
          /(resource_metadata=)("?)([^",\s]+)\2/i,
          (whole, key: string, quote: string, url: string) => {
            if (!URL.canParse(url) || new URL(url).origin !== this.server.origin) return whole;
            this.metadata = new URL(url);
            return `${key}${quote}${this.origin()}${WELL_KNOWN}${this.pathFor(run)}${quote}`;
          },
        ),
      ];
    });
  }

  async serveMetadata(response: ServerResponse, run: RunId | undefined): Promise<void> {
    for (const url of this.candidates()) {
      const found = await read(url);
      if (!found) continue;
      const resource = this.isOwn(found['resource'])
        ? `${this.origin()}${this.pathFor(run)}`
        : found['resource'];
      response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' });
      response.end(JSON.stringify({ ...found, resource }));
      return;
    }
    response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":"not_found"}');
  }

  private candidates(): readonly URL[] {
    if (this.metadata) return [this.metadata];
    const { origin, pathname } = this.server;
    return [new URL(`${WELL_KNOWN}${pathname}`, origin), new URL(WELL_KNOWN, origin)];
  }

  private pathFor(run: RunId | undefined): string {
    return `${run === undefined ? '' : `/r/${run}`}/mcp/${this.name}`;
  }

  /** RFC 8707 as MCP clients check it: the same origin, and a path that the server's begins with. */
  private isOwn(resource: unknown): boolean {
    if (typeof resource !== 'string' || !URL.canParse(resource)) return false;
    const { origin, pathname } = new URL(resource);
    const path = pathname.endsWith('/') ? pathname : `${pathname}/`;
    return origin === this.server.origin && `${this.server.pathname}/`.startsWith(path);
  }
}

async function read(url: URL): Promise<Readonly<Record<string, unknown>> | undefined> {
  try {
    const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!response.ok || Number(response.headers.get('content-length') ?? 0) > LARGEST) return undefined;
    const value: unknown = await response.json();
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
