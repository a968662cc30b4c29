import { request, type ApiFetch } from '../../../core/api/client.ts';
import type { RunList, SpanList } from '../../../core/api/contract.ts';
import type { CallSpan, Span } from '../../../core/journal/run-state.ts';
import type { SeenRequest } from '../../support/scripted-upstream.ts';
import { sceneOf } from './provider.ts';

/** What a journal says of one call, as far as it follows from what was asked. */
interface Told {
  readonly scene: string;
  readonly status: string;
  readonly verdict?: string;
  readonly usage?: object;
  readonly model?: string;
}

/** The calls of the newest run of this name, oldest first. */
export async function recordedCalls(api: ApiFetch, name: string): Promise<readonly CallSpan[]> {
  const { runs } = await request<RunList>(api, '/api/runs');
  const run = runs.find((one) => one.name === name);
  const { spans } = await request<SpanList>(api, `/api/runs/${run!.id}/spans`);
  return spans.filter((span) => span.kind === 'call');
}

/** Everything that agents made this host do, oldest first. */
export async function recordedSpans(api: ApiFetch): Promise<readonly Span[]> {
  const { runs } = await request<RunList>(api, '/api/runs');
  const agents = runs.filter(({ source }) => source !== 'host').toReversed();
  const lists = await Promise.all(agents.map(({ id }) => request<SpanList>(api, `/api/runs/${id}/spans`)));
  return lists.flatMap(({ spans }) => spans);
}

export function toldOf(call: CallSpan, scene: string): Told {
  const { status, verdict, usage, answeredModel } = call;
  const tokens = usage?.estimated ? { estimated: true } : usage;
  return {
    scene,
    status,
    ...(verdict !== undefined && { verdict }),
    ...(tokens && { usage: tokens }),
    ...(answeredModel !== undefined && { model: answeredModel }),
  };
}

const CONVERSATIONS = /^\/v1\/(?:chat\/completions|responses|messages)(?:\?|$)/;

/** What is to be recorded of these calls. */
export function expectedTellings(seen: readonly SeenRequest[]): readonly Told[] {
  const before = new Map<string, number>();
  return seen.map((one) => {
    const scene = sceneOf(one);
    const place = `${one.path} ${scene}`;
    const times = (before.get(place) ?? 0) + 1;
    before.set(place, times);
    return { scene, ...expected(one, scene, times) };
  });
}

function expected(seen: SeenRequest, scene: string, times: number): Omit<Told, 'scene'> {
  const { path, body } = seen;
  const streams = body.includes('"stream":true');
  const isRefused =
    /^error-(?:\d|context|policy|page|empty)/.test(scene) && !(scene.endsWith('-once') && times > 1);
  if (isRefused || path === '/v1/nowhere') return { status: 'error' };
  if (scene === 'never') return { status: 'cancelled' };
  if (path === '/v1/embeddings') {
    return { status: 'ok', usage: { input: 8, output: 0 }, model: 'text-embedding-3-small' };
  }
  if (!CONVERSATIONS.test(path)) return { status: 'ok' };
  if (scene === 'packed') return { status: 'ok', ...(streams && { verdict: 'complete' }) };
  const model = path.startsWith('/v1/messages') ? 'claude-sonnet-5-20260301' : 'gpt-4.1-mini-2025-04-14';
  if (scene === 'error-first') return { status: 'error', verdict: 'error-in-200' };
  const usage = usageOf(seen, scene);
  if (scene === 'slow' || scene === 'error-inside') {
    const [status, verdict] =
      scene === 'slow' ? ['cancelled', 'cancelled-by-client'] : ['error', 'error-in-200'];
    return { status, verdict, usage: { estimated: true }, model };
  }
  return { status: 'ok', ...(streams && { verdict: 'complete' }), usage, model };
}

function usageOf({ path, body }: SeenRequest, scene: string): object {
  const streams = body.includes('"stream":true');
  const said = { input: 1253, output: 41 };
  if (path.startsWith('/v1/chat')) {
    // Nobody said how much it was, since nobody asked.
    if (streams && !body.includes('"include_usage":true')) return { estimated: true };
    return { ...said, cachedInput: scene === 'cached' ? 1152 : 0, reasoning: thinks(scene, body) ? 24 : 0 };
  }
  if (path.startsWith('/v1/responses')) {
    const reasoning = thinks(scene, body) ? 24 : 0;
    return { ...said, cachedInput: scene === 'cached' ? 1152 : 0, cacheWrite: 0, reasoning };
  }
  // Of which 1,052 were read from the cache, 188 were put there, and 13 had nothing to do with it.
  const cached = scene === 'cached';
  return { ...said, cachedInput: cached ? 1052 : 0, cacheWrite: cached ? 188 : 0, longCacheWrite: 0 };
}

/** After the tool has answered there is nothing left to think about. */
function thinks(scene: string, body: string): boolean {
  return scene === 'thoughts' || (scene === 'thoughtful-tools' && !hasToolAnswers(body));
}

function hasToolAnswers(body: string): boolean {
  return /"role":"tool"|"type":"function_call_output"/.test(body);
}
