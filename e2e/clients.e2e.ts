import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { environment, KEYS } from './clients/support/environment.ts';
import { installClients } from './clients/support/install.ts';
import { play, type Agent, type Outcomes } from './clients/support/play.ts';
import { sceneOf, startProvider, type Provider } from './clients/support/provider.ts';
import { expectedTellings, recordedCalls, toldOf } from './clients/support/recorded.ts';
import { comparable, keyOf, meant } from './clients/support/same.ts';
import { startHost, type RunningHost } from './support/host.ts';

const MINUTES = 60_000;

interface Client {
  readonly agent: Agent;
  /** Where it wants its base URL of Anthropic's to have a version. */
  readonly versioned?: true;
  readonly cases: number;
}
const CLIENTS: readonly Client[] = [
  { agent: 'openai', cases: 65 },
  { agent: 'anthropic', cases: 50 },
  { agent: 'vercel-ai', versioned: true, cases: 65 },
  { agent: 'openai-agents', cases: 35 },
  { agent: 'langgraph', cases: 45 },
];

/** Each is asked once for what is refused with 429 and a wait, after which nobody is sent there for a while. */
const LIMITED = [
  'gpt-limited',
  'gpt-limited-agents-chat',
  'gpt-limited-agents-responses',
  'gpt-limited-langgraph-chat',
  'gpt-limited-langgraph-responses',
  'gpt-limited-vercel-chat',
  'gpt-limited-vercel-responses',
  'claude-limited',
  'claude-limited-vercel',
];

function configuration({ baseUrl }: Provider): string {
  const instance = (name: string, provider: string, model: string, more = '') =>
    `[instances.${name}]\nprovider = "${provider}"\nmodel = "${model}"\n${more}`;
  return [
    // Some cases only fail: the breaker must not keep the others from the same instance.
    '[breaker]\nminimum_calls = 10_000\n[health]\nconsecutive_failures = 10_000\n[retry]\nbase_ms = 50\n',
    `[providers.gpt]\nendpoint = "${baseUrl}"\napi_key_env = "GPT_KEY"\n`,
    `[providers.claude]\nendpoint = "${baseUrl}"\napi_key_env = "CLAUDE_KEY"\ndialect = "anthropic"\n`,
    instance('mini', 'gpt', 'gpt-4.1-mini'),
    ...LIMITED.map((model) => instance(model, model.startsWith('claude') ? 'claude' : 'gpt', model)),
    instance('embedder', 'gpt', 'text-embedding-3-small'),
    instance('sonnet', 'claude', 'claude-sonnet-5'),
  ].join('\n');
}

let upstreams: readonly Provider[] = [];
let direct: Provider;
let ownKey: Provider;
let configured: Provider;
let passing: RunningHost;
let routing: RunningHost;

beforeAll(async () => {
  installClients();
  upstreams = await Promise.all([startProvider(), startProvider(), startProvider()]);
  [direct, ownKey, configured] = upstreams as [Provider, Provider, Provider];
  const env = { GPT_KEY: KEYS.openai, CLAUDE_KEY: KEYS.anthropic };
  [passing, routing] = await Promise.all([
    startHost({}),
    startHost({ config: configuration(configured), env }),
  ]);
}, 5 * MINUTES);
afterAll(async () => {
  await Promise.all([passing?.stop(), routing?.stop()]);
  await Promise.all(upstreams.map((upstream) => upstream.close()));
});

const FAILED: unknown = expect.objectContaining({
  status: expect.any(Number),
  message: expect.stringMatching(/server had an error|Overloaded/),
});

describe.each(CLIENTS)('$agent', ({ agent, versioned, cases }) => {
  /** What was asked before the first case of this client. */
  let before: readonly number[];
  let alone: Outcomes;
  let passed: Outcomes;
  let routed: Outcomes;
  beforeAll(async () => {
    const anthropicOf = ({ baseUrl }: Provider) => (versioned ? baseUrl : baseUrl.slice(0, -3));
    const at = (upstream: Provider) => environment(upstream.baseUrl, anthropicOf(upstream), KEYS);
    for (const upstream of upstreams) upstream.forget();
    before = upstreams.map(({ seen }) => seen.length);
    const { dataPlane, clientToken } = routing;
    const token = { openai: clientToken, anthropic: clientToken };
    const outcomes = await Promise.all([
      play(agent, { env: at(direct) }),
      play(agent, { env: at(ownKey), dataDir: passing.dataDir }),
      play(agent, { env: environment(`${dataPlane}/openai/v1`, `${dataPlane}/anthropic`, token) }),
    ]);
    const bases = [
      [direct.baseUrl, anthropicOf(direct)],
      [`${passing.dataPlane}/openai/v1`, `${passing.dataPlane}/anthropic`],
      [`${dataPlane}/openai/v1`, `${dataPlane}/anthropic`],
    ] as const;
    [alone, passed, routed] = outcomes.map((one, index) => comparable(one, bases[index]!)) as [
      Outcomes,
      Outcomes,
      Outcomes,
    ];
  }, 2 * MINUTES);

  it('plays its cases alone', () => {
    expect(Object.keys(alone).length).toBeGreaterThanOrEqual(cases);
    for (const [name, { gave, failed }] of Object.entries(alone)) {
      if (/error|cancelled|long enough|refused|passed on/.test(name)) continue;
      expect.soft(failed, name).toBeUndefined();
      expect.soft(gave, name).not.toEqual([]);
    }
  });

  it('gets the same with its own key, launched by `signalbox run`', () => {
    for (const [name, outcome] of Object.entries(alone)) expect.soft(passed[name], name).toEqual(outcome);
  });

  it('gets the same from what is configured', () => {
    for (const [name, outcome] of Object.entries(alone)) {
      if (name.startsWith('passed on')) continue;
      // Nothing was said yet, so other attempts were made; when those are spent the error comes with its status.
      const expected = name.endsWith('an error first') ? { failed: FAILED } : outcome;
      expect.soft(routed[name], name).toEqual(expected);
    }
  });

  /** What was seen of this client's requests, by way: alone, with its own key, from what is configured. */
  const seenOf = () => upstreams.map(({ seen }, index) => seen.slice(before[index]));

  it('asks for the same, byte for byte', () => {
    const [alone, passed] = seenOf();
    expect(passed!.map(meant)).toEqual(alone!.map(meant));
    expect(passed!.map(keyOf)).toEqual(alone!.map(keyOf));
  });

  it('leaves the service within a second when it leaves', () => {
    const left = seenOf()
      .flat()
      .filter((one) => /^(?:slow|never)$/.test(sceneOf(one)));
    expect(left.length).toBeGreaterThanOrEqual(2 * upstreams.length);
    for (const { at, goneAt } of left) expect.soft((goneAt ?? Infinity) - at).toBeLessThan(1300);
  });

  it('is recorded as it went, with what it cost in tokens', async () => {
    const [, passed] = seenOf();
    const calls = await recordedCalls(passing.api, agent);
    const told = calls.map((call, index) => toldOf(call, sceneOf(passed![index]!)));
    expect(told).toEqual(expectedTellings(passed!));
  });
});
