import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startAimock } from './clients/support/aimock.ts';
import { environment, KEYS } from './clients/support/environment.ts';
import { installClients } from './clients/support/install.ts';
import { play, type Agent, type Outcomes } from './clients/support/play.ts';
import { comparable } from './clients/support/same.ts';
import { startHost, type RunningHost } from './support/host.ts';

const MINUTES = 60_000;
type Upstream = Awaited<ReturnType<typeof startAimock>>;

interface Client {
  readonly agent: Agent;
  readonly versioned?: true;
  readonly cases: readonly string[];
}

const CLIENTS: readonly Client[] = [
  {
    agent: 'openai',
    cases: [
      'chat: whole, with its headers',
      'chat: whole, tools called in parallel',
      'chat: whole, with thoughts',
      'chat: a structured answer',
      'chat: a loop with tools',
      'chat: streamed',
      'chat: streamed, tools called in parallel',
      'chat: streamed, with thoughts',
      'chat: a loop with tools, streamed',
      'responses: whole, with thoughts',
      'responses: whole, tools called in parallel',
      'responses: streamed, with thoughts',
      'responses: streamed, tools called in parallel',
      'embeddings: as numbers',
      'error 500',
      'error 500 for a stream',
    ],
  },
  {
    agent: 'anthropic',
    cases: [
      'whole, with its headers',
      'whole, tools called in parallel',
      'whole, with thoughts',
      'tools, and what they answered',
      'streamed',
      'streamed, tools called in parallel',
      'streamed, with thoughts',
      'helper: tools',
      'helper: thoughts',
      'error 500',
      'error 529',
      'error 529 for a stream',
    ],
  },
  {
    agent: 'vercel-ai',
    versioned: true,
    cases: ['responses', 'chat', 'anthropic'].flatMap((api) => [
      `${api}: whole, tools called in parallel`,
      `${api}: whole, structured`,
      `${api}: streamed`,
      `${api}: streamed, tools called in parallel`,
      `${api}: error 500`,
    ]),
  },
  {
    agent: 'openai-agents',
    cases: ['responses', 'chat'].flatMap((api) => [
      `${api}: whole, tools called in parallel`,
      `${api}: streamed, tools called in parallel`,
    ]),
  },
  {
    agent: 'langgraph',
    cases: [
      'chat: a graph, tools called in parallel',
      'chat: a graph streamed, tools called in parallel',
      'responses: a graph, tools called in parallel',
      'the prebuilt agent',
      'chat: error 500',
    ],
  },
];

function configuration({ baseUrl }: Upstream): string {
  return [
    '[breaker]\nminimum_calls = 10_000\n[health]\nconsecutive_failures = 10_000\n[retry]\nbase_ms = 50\n',
    `[providers.gpt]\nendpoint = "${baseUrl}"\n[providers.claude]\nendpoint = "${baseUrl}"\ndialect = "anthropic"\n`,
    '[instances.mini]\nprovider = "gpt"\nmodel = "gpt-4.1-mini"\n',
    '[instances.embedder]\nprovider = "gpt"\nmodel = "text-embedding-3-small"\n',
    '[instances.sonnet]\nprovider = "claude"\nmodel = "claude-sonnet-5"\n',
  ].join('\n');
}

/** It makes up an id for everything, base64 of one of them for thoughts, and tells the time. */
function withoutIds(outcomes: Outcomes): Outcomes {
  const text = JSON.stringify(outcomes)
    .replace(/\b(chatcmpl|msg|resp|call|toolu|rs|fc|req)[-_][A-Za-z0-9_-]{16}/g, '$1=ID')
    .replace(/YWltb2Nr[A-Za-z0-9+/=]+/g, 'THOUGHTS')
    .replace(/"(created|created_at)":\d+/g, '"$1":0')
    .replace(/"date":"[^"]*"/g, '"date":""');
  return JSON.parse(text) as Outcomes;
}

let upstream: Upstream;
let passing: RunningHost;
let routing: RunningHost;

beforeAll(async () => {
  installClients();
  upstream = await startAimock();
  [passing, routing] = await Promise.all([startHost({}), startHost({ config: configuration(upstream) })]);
}, 5 * MINUTES);
afterAll(async () => {
  await Promise.all([passing?.stop(), routing?.stop()]);
  await upstream?.close();
});

describe.each(CLIENTS)('$agent, with aimock as the service', ({ agent, versioned, cases }) => {
  let alone: Outcomes;
  let passed: Outcomes;
  let routed: Outcomes;
  beforeAll(async () => {
    const { baseUrl } = upstream;
    const bases = [baseUrl, versioned ? baseUrl : baseUrl.slice(0, -3)] as const;
    const { dataPlane, clientToken } = routing;
    const through = [`${dataPlane}/openai/v1`, `${dataPlane}/anthropic`] as const;
    const own = environment(...bases, KEYS);
    const token = { openai: clientToken, anthropic: clientToken };
    const outcomes = await Promise.all([
      play(agent, { env: own, cases }),
      play(agent, { env: own, cases, dataDir: passing.dataDir }),
      play(agent, { env: environment(...through, token), cases }),
    ]);
    alone = comparable(withoutIds(outcomes[0]), bases);
    passed = comparable(withoutIds(outcomes[1]), [
      `${passing.dataPlane}/openai/v1`,
      `${passing.dataPlane}/anthropic`,
    ]);
    routed = comparable(withoutIds(outcomes[2]), through);
  }, 2 * MINUTES);

  it('plays its cases alone', () => {
    expect(Object.keys(alone).toSorted()).toEqual(cases.toSorted());
    for (const [name, { gave, failed }] of Object.entries(alone)) {
      expect.soft(name.includes('error') ? (failed ?? gave) : gave, name).toBeDefined();
    }
  });

  it('gets the same with its own key, launched by `signalbox run`', () => {
    expect(passed).toEqual(alone);
  });

  it('gets the same from what is configured', () => {
    expect(routed).toEqual(alone);
  });
});
