import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CallSpan } from '../../journal/run-state.ts';
import { fold } from '../../journal/fold.ts';
import type { JournalEvent } from '../../journal/event.ts';
import { createTestBench, type TestHost, type TestUpstream } from '../test-host.ts';

const bench = createTestBench();
let host: TestHost;
let upstream: TestUpstream;

beforeAll(async () => {
  upstream = await bench.upstream((request, response) =>
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ id: 'theirs', asked: request.url })),
  );
  host = await bench.host(
    `[simulated]\nspeed = 0\n` +
      `[providers.parse]\nendpoint = "${upstream.endpoint}"\ncategory = "document"\n` +
      `[instances.parser]\nprovider = "parse"\n[pools.parsers]\ninstances = ["parser"]\n` +
      `[providers.up]\nendpoint = "${upstream.endpoint}"\n[instances.odd]\nprovider = "up"\nmodel = "org/odd model"\n`,
  );
});
afterAll(() => bench.close());

async function get(path: string, headers: Readonly<Record<string, string>> = {}) {
  const response = await fetch(`${host.dataPlane}${path}`, { headers });
  return { status: response.status, body: (await response.json()) as Readonly<Record<string, unknown>> };
}

const idsOf = ({ body }: { readonly body: Readonly<Record<string, unknown>> }) =>
  (body['data'] as readonly { readonly id: string }[]).map(({ id }) => id);

describe('the models', () => {
  it('are those of the configuration, in the shape of each API', async () => {
    const openai = await get('/openai/v1/models');
    expect(idsOf(openai)).toEqual(['fast', 'quality', 'sim-small', 'sim-large', 'org/odd model']);
    const anthropic = await get('/anthropic/v1/models');
    expect(idsOf(anthropic)).toEqual(idsOf(openai));
    expect(anthropic.body).toMatchObject({ has_more: false, first_id: 'fast', last_id: 'org/odd model' });
    const page = await get('/anthropic/v1/models?limit=2&after_id=fast');
    expect([idsOf(page), page.body['has_more']]).toEqual([['quality', 'sim-small'], true]);
    expect(idsOf(await get('/anthropic/v1/models?limit=none'))).toEqual(idsOf(openai));
  });

  it.each(['fast', 'sim-small', 'small-1/sim-small', 'org/odd model', 'up/org/odd model'])(
    'are described one by one: %s',
    async (name) => {
      const path = `v1/models/${encodeURIComponent(name)}`;
      expect(await get(`/openai/${path}`)).toMatchObject({
        status: 200,
        body: { id: name, object: 'model' },
      });
      expect(await get(`/anthropic/${path}`)).toMatchObject({
        status: 200,
        body: { id: name, type: 'model', display_name: name },
      });
    },
  );

  it.each(['nobody', 'parsers', 'parser', 'constructor'])('do not include %s', async (name) => {
    const { run } = await host.services.startRun({ name: 'agent' });
    const prefix = `/r/${run.id}`;
    expect(await get(`${prefix}/openai/v1/models/${name}`)).toMatchObject({
      status: 404,
      body: {
        error: {
          code: 'model_not_found',
          type: 'invalid_request_error',
          message: expect.stringContaining(`"${name}"`) as string,
        },
      },
    });
    expect(await get(`${prefix}/anthropic/v1/models/${name}`)).toMatchObject({
      status: 404,
      body: { type: 'error', error: { type: 'not_found_error' } },
    });
    const events: JournalEvent[] = [];
    for await (const page of host.services.followRun(run.id, 1, AbortSignal.timeout(100)))
      events.push(...page);
    const calls = [...fold(undefined, events).spans.values()].filter(
      (span): span is CallSpan => span.kind === 'call',
    );
    expect(calls).toMatchObject([
      { operation: 'models.retrieve', model: name, httpStatus: 404 },
      { operation: 'models.retrieve', model: name, httpStatus: 404 },
    ]);
  });

  it('are those of its own provider for an agent that brought a key', async () => {
    const passThrough = { openai: upstream.endpoint, anthropic: upstream.endpoint };
    const { run } = await host.services.startRun({ name: 'agent', passThrough });
    const key = { authorization: 'Bearer sk-own', 'x-api-key': 'sk-own' };
    for (const path of ['models', 'models/fast', 'models/unknown']) {
      for (const base of ['openai', 'anthropic']) {
        const { body } = await get(`/r/${run.id}/${base}/v1/${path}`, key);
        expect(body).toEqual({ id: 'theirs', asked: `/v1/${path}` });
      }
    }
  });
});
