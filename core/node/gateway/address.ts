import { isRunId, isSpanId, type RunId, type SpanId } from '../../base/ids.ts';
import type { ModelDialect } from '../../journal/event.ts';

/** What a path of the data plane addresses. */
export type Address =
  | { readonly kind: 'dialect'; readonly dialect: ModelDialect; readonly path: string; readonly run?: RunId }
  /** A service that is no model: the target, and the path below its endpoint. */
  | { readonly kind: 'service'; readonly target: string; readonly path: string; readonly run?: RunId }
  /** The answer of a call that was put off. */
  | { readonly kind: 'deferred'; readonly run: RunId; readonly call: SpanId }
  | { readonly kind: 'telemetry'; readonly signal: 'traces' | 'logs' | 'metrics'; readonly run?: RunId }
  /** An MCP server, or what OAuth clients ask about it. */
  | { readonly kind: 'mcp' | 'mcp-metadata'; readonly server: string; readonly run?: RunId }
  | { readonly kind: 'health' }
  | { readonly kind: 'readiness' }
  | { readonly kind: 'greeting' }
  /** Nothing: with the mistake that it most likely is. */
  | { readonly kind: 'misdirected'; readonly advice: string };

/** Anthropic's own SDK puts the version behind its base URL; others, like Vercel's, want it in there, and read the same variable. */
const BASES = [
  { base: /^\/openai\/v1(?=\/)/, dialect: 'openai' },
  { base: /^\/anthropic(?:\/v1)*(?=\/)/, dialect: 'anthropic' },
] as const;

/** Reads a path (without query). `origin` is where the data plane listens, for the advice. */
export function readAddress(path: string, origin: string): Address {
  if (path === '/') return { kind: 'greeting' };
  if (path === '/healthz') return { kind: 'health' };
  if (path === '/readyz') return { kind: 'readiness' };
  const metadata = /^\/\.well-known\/oauth-protected-resource(?:\/r\/([0-9a-f]{32}))?\/mcp\/([^/]+)$/.exec(
    path,
  );
  if (metadata) {
    const [, owner, server] = metadata;
    return {
      kind: 'mcp-metadata',
      server: server!,
      ...(owner !== undefined && { run: owner as RunId }),
    };
  }
  const prefixed = /^\/r\/([^/]*)(\/.*)$/.exec(path);
  if (prefixed && !isRunId(prefixed[1]!)) {
    const advice = `"${prefixed[1]!.slice(0, 40)}" is not a run id: use the base URL that \`signalbox run\` sets, or ${origin}/openai/v1.`;
    return { kind: 'misdirected', advice };
  }
  const run = prefixed ? { run: prefixed[1] as RunId } : {};
  const rest = prefixed ? prefixed[2]! : path;
  for (const { base, dialect } of BASES) {
    const found = base.exec(rest);
    if (found) return { kind: 'dialect', dialect, path: rest.slice(found[0].length), ...run };
  }
  const service = /^\/services\/([^/]+)(\/.*)?$/.exec(rest);
  if (service) {
    const [, name, below = '/'] = service;
    const target = decoded(name!);
    if (target !== undefined) return { kind: 'service', target, path: below, ...run };
  }
  const mcp = /^\/mcp\/([^/]+)\/?$/.exec(rest);
  if (mcp) return { kind: 'mcp', server: mcp[1]!, ...run };
  const [, deferred, owner = '', call = ''] = rest.split('/');
  if (deferred === 'deferred' && isRunId(owner) && isSpanId(call))
    return { kind: 'deferred', run: owner, call };
  const telemetry = /^\/v1\/(traces|logs|metrics)$/.exec(rest);
  if (telemetry) return { kind: 'telemetry', signal: telemetry[1] as 'traces', ...run };
  return { kind: 'misdirected', advice: advise(rest, origin) };
}

/** Nothing where it is not how a name is written in a path. */
function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function advise(path: string, origin: string): string {
  if (/^\/openai(\/|$)/.test(path))
    return `The base URL lacks its version: set OPENAI_BASE_URL=${origin}/openai/v1.`;
  if (/\/(chat\/completions|responses|embeddings|models)$/.test(path)) {
    return `The base URL lacks the provider: set OPENAI_BASE_URL=${origin}/openai/v1.`;
  }
  if (path.endsWith('/messages'))
    return `The base URL lacks the provider: set ANTHROPIC_BASE_URL=${origin}/anthropic.`;
  if (/^\/api(\/|$)/.test(path))
    return 'The control API is not served on this port: it is where the window is.';
  return `Agents are pointed at ${origin}/openai/v1, ${origin}/anthropic, or, for OTLP, ${origin}; services that are no models are at ${origin}/services/NAME.`;
}
