import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { JournalEvent } from '../journal/event.ts';
import { chat, instanceAt, poolOf, post } from './test-calls.ts';
import { createTestBench } from './test-host.ts';
import { CANARIES } from './test-secrets.ts';

const bench = createTestBench();
afterEach(() => bench.close());

const key = `sk-${'Ab3dE6gH9'.repeat(5)}`;
const secrets = CANARIES.filter(({ id }) => id !== 'learned');
const spoken = secrets.map(({ text }) => text).join('\nand\n');

/** As Chat Completions, a few characters in each event. */
function streamed(text: string): string {
  const pieces = text.match(/[^]{1,7}/g)!.map((content) => ({ choices: [{ index: 0, delta: { content } }] }));
  const last = { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] };
  return `${[...pieces, last].map((event) => `data: ${JSON.stringify(event)}\n\n`).join('')}data: [DONE]\n\n`;
}

describe('a secret of any kind', () => {
  it('reaches the provider and the agent, and is nowhere in what is recorded', async () => {
    const said = streamed(spoken);
    const upstream = await bench.upstream((_, response) => {
      response.writeHead(200, {
        'content-type': 'text/event-stream',
        'x-request-id': `a ${secrets[0]!.text} b`,
      });
      response.end(said);
    });
    process.env['CANARY_KEY'] = key;
    const settings = instanceAt('one', upstream.endpoint).replace(
      'category',
      'api_key_env = "CANARY_KEY"\ncategory',
    );
    const host = await bench.host(settings + poolOf('pool', 'one'));
    const { run, environment } = await host.services.startRun({
      name: 'agent',
      command: ['agent', ...secrets.map(({ text }) => text)],
    });
    const asked = chat('pool', { stream: true, messages: [{ role: 'user', content: `${spoken} ${key}` }] });
    const answer = await post(`${environment['OPENAI_BASE_URL']}/chat/completions`, asked);
    expect(await answer.text()).toBe(said);
    expect(JSON.parse(upstream.bodies[0]!.toString())).toEqual({ ...asked, model: 'real' });
    host.services.writeLogs(
      run.id,
      secrets.map(({ text }) => ({ stream: 'stderr', text })),
    );
    await host.services.endRun(run.id, { exitCode: 0 });

    const events: JournalEvent[] = [];
    for await (const some of host.services.followRun(run.id, 1, AbortSignal.timeout(5_000)))
      events.push(...some);
    const call = events.find((event) => event.type === 'call-ended')!;
    const span = await host.services.findSpan(run.id, call.spanId);
    expect(span!.request!.text).toContain('[redacted:github-pat]');
    expect(span!.response!.text).toContain('[redacted:openai-api-key]');
    const pieces = [...span!.response!.text.matchAll(/"content":("(?:[^"\\]|\\.)*")/g)];
    const generated = pieces.map(([, text]) => JSON.parse(text!) as string).join('');

    await host.close();
    const files = readdirSync(host.dataDir).map((name) =>
      readFileSync(join(host.dataDir, name)).toString('latin1'),
    );
    const recorded = [
      JSON.stringify(events),
      span!.request!.text,
      span!.response!.text,
      generated,
      ...files,
    ].join('\n');
    for (const { id, secret } of [...secrets, { id: 'key of the configuration', secret: key }]) {
      for (const form of [secret, JSON.stringify(secret).slice(1, -1)]) {
        expect([id, recorded.includes(form)]).toEqual([id, false]);
      }
    }
  });
});
