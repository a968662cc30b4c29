import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installClients } from './clients/support/install.ts';
import { environment, KEYS } from './clients/support/environment.ts';
import { play, type Agent, type Outcomes } from './clients/support/play.ts';
import { startProvider, type Provider } from './clients/support/provider.ts';
import { recordedSpans } from './clients/support/recorded.ts';
import { comparable, essence } from './clients/support/same.ts';
import { startHost, type RunningHost } from './support/host.ts';

const MINUTES = 60_000;

interface Case {
  readonly agent: Agent;
  readonly versioned?: true;
  /** Said in the other dialect, and back. */
  readonly translated: readonly string[];
  /** Nothing like it exists in the other one: the second tier has it, with these words in the journal. */
  readonly refused: Readonly<Record<string, RegExp>>;
}

const CASES: readonly Case[] = [
  {
    agent: 'openai',
    translated: [
      'chat: whole, tools called in parallel',
      'chat: whole, cut off by its limit',
      'chat: whole, of 30 kB',
      'chat: a loop with tools',
      'chat: streamed with the helper',
      'chat: a loop with tools, streamed',
    ],
    refused: {
      'chat: whole, several answers with probabilities': /n: .*; logprobs: /,
      'chat: whole, with thoughts': /a block of type "thinking"/,
      'chat: streamed, with thoughts': /a block of type "thinking"/,
      'chat: unknown fields go through': /not_known_anywhere: is not known here.*; seed: /,
      'chat: whole, in gzip': /it is encoded \(gzip\)/,
      'chat: streamed, in gzip': /it is encoded \(gzip\)/,
      'chat: a structured answer': /response_format: /,
      'chat: a picture': /image_url\.detail: /,
      'responses: streamed, tools called in parallel': /responses: has no counterpart there/,
    },
  },
  {
    agent: 'anthropic',
    translated: [
      'whole, tools called in parallel',
      'whole, a tool without arguments',
      'whole, cut off by its limit',
      'tools, and what they answered',
      'a picture',
      'helper: text',
      'helper: tools',
    ],
    refused: {
      'whole, with thoughts': /thinking: /,
      'streamed, with thoughts': /thinking: /,
      'thoughts go back with their signature': /thinking: /,
      'whole, with a search of its own': /tools\[0\]: /,
      'whole, unknown fields go through': /not_known_anywhere: /,
      'a loop with tools': /thread: /,
      'tokens are counted': /messages\.count_tokens: has no counterpart there/,
    },
  },
  {
    agent: 'vercel-ai',
    versioned: true,
    translated: [
      'chat: whole',
      'chat: whole, tools called in parallel',
      'chat: streamed',
      'chat: streamed, tools called in parallel',
      'anthropic: whole',
      'anthropic: whole, tools called in parallel',
      'anthropic: streamed',
      'anthropic: streamed, tools called in parallel',
    ],
    refused: {
      'chat: whole, structured': /response_format: /,
      'anthropic: whole, structured': /output_config: /,
      'anthropic: streamed, with thoughts': /thinking: /,
      'responses: whole, tools called in parallel': /responses: has no counterpart there/,
    },
  },
  {
    agent: 'openai-agents',
    translated: [
      'chat: whole',
      'chat: whole, tools called in parallel',
      'chat: whole, handed to another agent',
      'chat: streamed',
      'chat: streamed, tools called in parallel',
    ],
    refused: {
      'chat: whole, structured': /response_format: /,
      'chat: whole, with thoughts': /a block of type "thinking"/,
      'chat: streamed, with thoughts': /a block of type "thinking"/,
    },
  },
  {
    agent: 'langgraph',
    translated: [
      'chat: a graph, text',
      'chat: a graph, tools called in parallel',
      'chat: a graph streamed, text',
      'chat: a graph streamed, tools called in parallel',
      'the prebuilt agent',
    ],
    refused: {
      'chat: structured': /response_format: /,
      'chat: a graph, with thoughts': /a block of type "thinking"/,
    },
  },
];

/** Under the names that the agents ask for: the instance of the other dialect first, behind it the own one, or nobody. */
function configuration({ baseUrl }: Provider, hasOwn: boolean): string {
  const group = (name: string, [other, own]: readonly [string, string]) => [
    ...(hasOwn ? [other, own] : [other]).map(
      (pool) => `[[groups."${name}".tiers]]\nname = "${pool}"\npools = ["${pool}"]`,
    ),
    // A tier that was left is in use again at once: each case begins with the first.
    `[groups."${name}".promotion]\nafter_ms = 1\n`,
  ];
  return [
    '[breaker]\nminimum_calls = 10_000\n[health]\nconsecutive_failures = 10_000\n[retry]\nbase_ms = 50\n',
    `[providers.gpt]\nendpoint = "${baseUrl}"\n[instances.mini]\nprovider = "gpt"\nmodel = "gpt-real"\n`,
    `[providers.claude]\nendpoint = "${baseUrl}"\ndialect = "anthropic"\n`,
    '[instances.sonnet]\nprovider = "claude"\nmodel = "claude-real"\n',
    '[pools.openai]\ninstances = ["mini"]\n[pools.anthropic]\ninstances = ["sonnet"]\n',
    // Whose limit is hit without getting in the way of the others.
    '[instances.nano]\nprovider = "gpt"\nmodel = "claude-limited"\n',
    '[instances.haiku]\nprovider = "claude"\nmodel = "gpt-limited"\n',
    ...group('gpt-4.1-mini', ['anthropic', 'openai']),
    ...group('claude-sonnet-5', ['openai', 'anthropic']),
  ].join('\n');
}

beforeAll(installClients, 5 * MINUTES);

describe.each(CASES)('$agent, at an instance of the other dialect', ({ agent, versioned, ...cases }) => {
  let direct: Provider;
  let upstream: Provider;
  let host: RunningHost;
  let alone: Outcomes;
  let across: Outcomes;
  beforeAll(async () => {
    [direct, upstream] = await Promise.all([startProvider(), startProvider()]);
    host = await startHost({ config: configuration(upstream, true) });
    const names = [...cases.translated, ...Object.keys(cases.refused)];
    const anthropic = versioned ? direct.baseUrl : direct.baseUrl.slice(0, -3);
    const { dataPlane, clientToken } = host;
    const token = { openai: clientToken, anthropic: clientToken };
    const bases = [`${dataPlane}/openai/v1`, `${dataPlane}/anthropic`] as const;
    const [one, other] = await Promise.all([
      play(agent, { env: environment(direct.baseUrl, anthropic, KEYS), cases: names }),
      play(agent, { env: environment(...bases, token), cases: names }),
    ]);
    alone = comparable(one, [direct.baseUrl, anthropic]);
    across = comparable(other, bases);
  }, MINUTES);
  afterAll(() => Promise.all([host?.stop(), direct?.close(), upstream?.close()]));

  it.each(cases.translated)('%s: gives what it gives in its own', (name) => {
    expect(alone[name]?.gave).toBeDefined();
    expect(essence(across[name])).toEqual(essence(alone[name]));
  });

  it.each(Object.keys(cases.refused))('%s: goes to the next tier', (name) => {
    expect(alone[name]?.gave).toBeDefined();
    // After the tools have answered there may be nothing left that stands in the way.
    const same = name.includes('thoughts') ? essence : (outcome: unknown) => outcome;
    expect(same(across[name])).toEqual(same(alone[name]));
  });

  it('says in the journal what was translated, and what could not be', async () => {
    const spans = await recordedSpans(host.api);
    const calls = spans.filter((span) => span.kind === 'call');
    const attempts = spans.filter((span) => span.kind === 'attempt');
    for (const [name, words] of Object.entries(cases.refused)) {
      const attempt = attempts.find(({ error }) => words.test(error?.message ?? ''));
      expect.soft(attempt?.error?.code, name).toMatch(/^(?:translation_refused|untranslatable_answer)$/);
      const call = calls.find(({ id }) => id === attempt?.parentId);
      expect.soft(call, name).toMatchObject({ status: 'ok', fallbacks: [{ because: 'untranslatable' }] });
    }
    for (const call of calls) {
      const own = attempts.filter(({ parentId }) => parentId === call.id);
      const last = own.at(-1);
      expect(own.length).toBe(1 + call.fallbacks.length);
      expect(last).toMatchObject({ status: 'ok' });
      expect(last?.translated === undefined).toBe(call.fallbacks.length > 0);
    }
  });
});

/** What an SDK makes of an error: the class that is caught, and what is looked at to decide what to do. */
function kindOf({ gave, failed }: Outcomes[string] = {}): unknown {
  const inside = (gave as { readonly failed?: object } | undefined)?.failed;
  const { is, status, headers, requestID } = (failed ?? inside ?? {}) as Readonly<Record<string, unknown>>;
  const wait = (headers as Readonly<Record<string, string>> | undefined)?.['retry-after'];
  return { is, status, wait, requestID };
}

describe.each([
  { agent: 'openai' as const, chat: 'chat: ', cannot: 'chat: whole, several answers with probabilities' },
  { agent: 'anthropic' as const, chat: '', cannot: 'whole, with thoughts' },
])('$agent, where there is nobody else', ({ agent, chat, cannot }) => {
  const same = ['error 401', 'error 403', 'error 404', 'error 500', 'error 500, then an answer'];
  const inStreams = [`${chat}streamed, an error inside`];
  const cancelled = [
    `${chat}cancelled by the client while it streams`,
    `${chat}cancelled by the client before an answer`,
  ];
  const rest = ['error: the context is too long', 'error: a page', 'error 429 with retry-after'];
  let direct: Provider;
  let upstream: Provider;
  let host: RunningHost;
  let alone: Outcomes;
  let across: Outcomes;
  beforeAll(async () => {
    [direct, upstream] = await Promise.all([startProvider(), startProvider()]);
    const settings = configuration(upstream, false);
    host = await startHost({ config: settings });
    const names = [...same, ...inStreams, ...cancelled, ...rest, cannot];
    const { dataPlane, clientToken } = host;
    const token = { openai: clientToken, anthropic: clientToken };
    const bases = [`${dataPlane}/openai/v1`, `${dataPlane}/anthropic`] as const;
    [alone, across] = await Promise.all([
      play(agent, { env: environment(direct.baseUrl, direct.baseUrl.slice(0, -3), KEYS), cases: names }),
      play(agent, { env: environment(...bases, token), cases: names }),
    ]);
  }, MINUTES);
  afterAll(() => Promise.all([host?.stop(), direct?.close(), upstream?.close()]));

  it.each([...same, ...inStreams, ...cancelled, ...rest])('%s: is the same to its SDK', (name) => {
    expect(kindOf(across[name])).toEqual(kindOf(alone[name]));
  });

  it('is told by its code that the context is too long', () => {
    const { failed } = across['error: the context is too long']!;
    expect(JSON.stringify(failed)).toContain('"context_length_exceeded"');
  });

  it('is told what cannot be said, and not to try again', () => {
    expect(across[cannot]?.failed).toMatchObject({ is: 'BadRequestError', status: 400 });
    expect(JSON.stringify(across[cannot])).toContain('cannot be said there faithfully');
    const asked = upstream.seen.filter(({ body }) => body.includes('"n":2') || body.includes('"thinking"'));
    expect(asked).toEqual([]);
  });

  it('leaves the service within a second when it leaves', () => {
    const left = upstream.seen.filter(({ body }) => /\[\[(?:slow|never)\]\]/.test(body));
    expect(left.length).toBe(2);
    for (const { at, goneAt } of left) expect((goneAt ?? Infinity) - at).toBeLessThan(1300);
  });
});
