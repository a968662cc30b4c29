import { afterEach, describe, expect, it } from 'vitest';
import { ask, chat, instanceAt, poolOf, post, recordedCall } from './test-calls.ts';
import { createTestBench } from './test-host.ts';

const bench = createTestBench();
afterEach(() => bench.close());

/** Two instances with pools of the same names, `small` and `large`, that answer anything. */
async function hostOfTwo(rest: string, more: { readonly small?: string; readonly large?: string } = {}) {
  const upstream = await bench.upstream((_, response) => response.end('{}'));
  return bench.host(
    instanceAt('small', upstream.endpoint, more.small) +
      instanceAt('large', upstream.endpoint, more.large) +
      poolOf('cheap', 'small') +
      poolOf('good', 'large') +
      poolOf('both', 'small', 'large') +
      rest,
  );
}

const tools = [{ type: 'function', function: { name: 'look', parameters: { type: 'object' } } }];

describe('routing rules', () => {
  const rules = `
[[routing]]
when = "model == 'auto' && (tools > 0 || priority > 7)"
to = "good"
[[routing]]
when = "model == 'auto'"
to = "cheap"
`;

  it.each([
    ['simple', chat('auto'), {}, 'small', 1],
    ['with tools', chat('auto', { tools }), {}, 'large', 0],
    ['urgent', chat('auto'), { 'x-signalbox-priority': '8' }, 'large', 0],
    ['that names its model', chat('both', { tools }), {}, 'small', undefined],
  ])('send a call that is %s where the first of them says', async (_, body, headers, instance, rule) => {
    const host = await hostOfTwo(rules);
    const response = await ask(host, body, headers);
    expect(response.status).toBe(200);
    expect(response.headers.get('x-signalbox-instance')).toBe(instance);
    const { call } = await recordedCall(host, response);
    expect(call.routes.map((route) => route.rule)).toEqual([rule]);
    expect(call.routes[0]!.target).toEqual({
      kind: 'pool',
      name: { small: 'cheap', large: 'good' }[rule === undefined ? 'none' : instance] ?? 'both',
    });
  });
});

describe('policies', () => {
  const denied = `
[[policies]]
name = "tools stay in the EU"
deny = "tools > 0 && zone != 'eu'"
`;

  it('keep a call from an instance, and say so in the decision', async () => {
    const host = await hostOfTwo(denied, { small: 'zone = "us"', large: 'zone = "eu"' });
    expect((await ask(host, chat('both'))).headers.get('x-signalbox-instance')).toBe('small');
    const response = await ask(host, chat('both', { tools }));
    expect(response.headers.get('x-signalbox-instance')).toBe('large');
    const { call } = await recordedCall(host, response);
    expect(call.routes[0]!.pick.considered.find(({ instance }) => instance === 'small')!.rejected).toEqual({
      reason: 'denied',
      policy: 'tools stay in the EU',
    });
  });

  it('refuse a call that may go nowhere at once, in words', async () => {
    const host = await hostOfTwo(denied, { small: 'zone = "us"' });
    const refused = await ask(host, chat('both', { tools }));
    expect(refused.status).toBe(503);
    const { error } = (await refused.json()) as { error: { message: string } };
    expect(error.message).toContain('small: is refused by the policy "tools stay in the EU"');
    expect(error.message).toContain('large: is refused by the policy');
  });
});

describe('what a call needs', () => {
  it('keeps it from instances that cannot do it, or that it does not fit into', async () => {
    const host = await hostOfTwo('', { small: 'capabilities = ["json"]\ncontext_window = 300' });
    const instanceOf = async (body: object) => (await ask(host, body)).headers.get('x-signalbox-instance');
    expect(await instanceOf(chat('both', { max_tokens: 10 }))).toBe('small');
    expect(await instanceOf(chat('both', { max_tokens: 10, tools }))).toBe('large');
    expect(await instanceOf(chat('both', { max_tokens: 300 }))).toBe('large');
    const tooLong = await ask(host, chat('cheap', { max_tokens: 300 }));
    expect(tooLong.status).toBe(400);
    expect(await tooLong.json()).toMatchObject({ error: { code: 'context_length_exceeded' } });
  });
});

describe('the priority that a call gives itself', () => {
  it('is kept with what is known of it', async () => {
    const host = await hostOfTwo('');
    const known = async (headers: Record<string, string>) =>
      (await recordedCall(host, await ask(host, chat('both'), headers))).call.task;
    expect(await known({})).toMatchObject({ priority: 5, urgent: false });
    expect(await known({ 'x-signalbox-priority': '10' })).toMatchObject({ priority: 10, urgent: true });
    expect(await known({ 'x-signalbox-priority': ' 1 ' })).toMatchObject({ priority: 1, urgent: false });
  });

  it.each(['0', '11', '-1', '5.5', 'high', ''])(
    'is refused where it is %j, for models and for services, and the call is recorded',
    async (priority) => {
      const host = await hostOfTwo('');
      const headers = { 'x-signalbox-priority': priority };
      for (const path of ['/openai/v1/chat/completions', '/services/both/x']) {
        const refused = await post(`${host.dataPlane}${path}`, chat('both'), headers);
        expect(refused.status).toBe(400);
        expect(await refused.json()).toMatchObject({
          error: {
            code: 'invalid_priority',
            message: `The priority must be a whole number from 1 to 10, not ${JSON.stringify(priority)}.`,
          },
        });
        const { call, attempts } = await recordedCall(host, refused);
        expect([call.status, attempts]).toEqual(['error', []]);
      }
    },
  );
});
