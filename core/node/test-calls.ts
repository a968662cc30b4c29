import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiFetch } from '../api/client.ts';
import type { RunId, SpanId } from '../base/ids.ts';
import type { JournalEvent } from '../journal/event.ts';
import type { AttemptSpan, CallSpan, RunSummary } from '../journal/run-state.ts';
import type { TestHost } from './test-host.ts';

/** A provider with one instance of the same name, which has the model `real`. */
export function instanceAt(name: string, endpoint: string, rest = '', category = 'llm'): string {
  return [
    `[providers.${name}]`,
    `endpoint = "${endpoint}"`,
    `category = "${category}"`,
    `[instances.${name}]`,
    `provider = "${name}"`,
    ...(category === 'llm' || category === 'embedding' ? ['model = "real"'] : []),
    rest,
    '',
  ].join('\n');
}

/** A pool of these, where the first that can takes the call. */
export function poolOf(name: string, ...instances: readonly string[]): string {
  const rules = instances.map((instance) => `{ when = "true", instance = "${instance}" }`);
  const members = instances.map((instance) => `"${instance}"`);
  return [
    `[pools.${name}]`,
    'strategy = "rules"',
    `options = { rules = [${rules.join(', ')}] }`,
    `instances = [${members.join(', ')}]`,
    '',
  ].join('\n');
}

export function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

export function chat(model = 'real', more: object = {}) {
  return { model, messages: [{ role: 'user', content: 'hello' }], ...more };
}

export function ask(host: TestHost, body: unknown, headers?: Record<string, string>): Promise<Response> {
  return post(`${host.dataPlane}/openai/v1/chat/completions`, body, headers);
}

/** The control API of a host, in this process. */
export function apiOf(host: TestHost): ApiFetch {
  return async (path, init = {}) =>
    host.api.request(path, {
      method: init.method ?? 'GET',
      ...(init.body !== undefined && {
        body: JSON.stringify(init.body),
        headers: { 'content-type': 'application/json' },
      }),
    });
}

export async function callsOf(host: TestHost, run: RunId): Promise<CallSpan[]> {
  const spans = await host.services.listSpans(run);
  return spans.filter((span): span is CallSpan => span.kind === 'call');
}

export interface RecordedCall {
  readonly run: RunSummary;
  readonly call: CallSpan;
  readonly attempts: readonly AttemptSpan[];
  /** Of the call itself, without those of its attempts. */
  readonly events: readonly JournalEvent[];
}

/** What the journal has of the call that was answered like this, when it has ended there. */
export async function recordedCall(host: TestHost, response: Response): Promise<RecordedCall> {
  const runId = response.headers.get('x-signalbox-run') as RunId;
  const id = response.headers.get('x-signalbox-call') as SpanId;
  for (;;) {
    const found = await host.services.findSpan(runId, id);
    if (found?.span.kind === 'call' && found.span.status !== 'running') {
      const run = (await host.services.findRun(runId))!;
      const spans = await host.services.listSpans(runId);
      const attempts = spans.filter(
        (span): span is AttemptSpan => span.kind === 'attempt' && span.parentId === id,
      );
      return { run, call: found.span, attempts, events: found.events };
    }
    await sleep(5);
  }
}

/** What the host's own run has so far. */
export async function hostEvents(host: TestHost): Promise<readonly JournalEvent[]> {
  const run = host.services.info().hostRun as RunId;
  const events: JournalEvent[] = [];
  const soon = AbortSignal.timeout(30);
  for await (const batch of host.services.followRun(run, 1, soon)) events.push(...batch);
  return events;
}
