import { describe, expect, it } from 'vitest';
import { simulatedSchema } from '../../config/schema/simulated.ts';
import { planReply } from './simulated-reply.ts';
import { readSimulatedRequest, type SimulatedRequest } from './simulated-request.ts';

const simulated = simulatedSchema.parse({
  models: {
    small: { firstTokenMs: 100, tokensPerSecond: 50, contextWindow: 100 },
    shaky: { firstTokenMs: 100, tokensPerSecond: 50, contextWindow: 100, errorRate: 0.3 },
  },
  scripts: [
    { match: 'plan', toolCalls: [{ name: 'search', arguments: { q: 'x' } }] },
    { match: 'flaky', reply: 'well done', flaky: true },
  ],
});
const ask = (content: string, change: object = {}): SimulatedRequest => {
  const body = { model: 'small', messages: [{ role: 'user', content }], ...change };
  const read = readSimulatedRequest('openai-chat', JSON.stringify(body));
  if (!read.ok) throw new Error(read.error);
  return read.value;
};

describe('a simulated model', () => {
  it('says the same, at the same pace, to the same request', () => {
    expect(planReply(simulated, ask('hello'), 0)).toEqual(planReply(simulated, ask('hello'), 0));
    expect(planReply(simulated, ask('hello'), 0)).not.toEqual(
      planReply({ ...simulated, seed: 2 }, ask('hello'), 0),
    );
  });

  it('follows the first script that fits the newest message of the user', () => {
    const messages = [
      { role: 'user', content: 'the plan' },
      { role: 'tool', content: 'flaky' },
    ];
    expect(planReply(simulated, ask('', { messages }), 0)).toMatchObject({
      finish: 'tool-calls',
      toolCalls: [{ name: 'search', arguments: '{"q":"x"}' }],
    });
  });

  it('fails the first of every two sightings of a flaky request', () => {
    const kinds = [0, 1, 2, 3].map((sighting) => planReply(simulated, ask('flaky'), sighting).kind);
    expect(kinds).toEqual(['error', 'answer', 'error', 'answer']);
  });

  it('fails as often as its error rate says', () => {
    const failed = Array.from({ length: 2000 }, (_, index) =>
      planReply(simulated, ask(`n ${index}`, { model: 'shaky' }), 0),
    );
    const share = failed.filter((reply) => reply.kind === 'error').length / 2000;
    expect(share).toBeGreaterThan(0.26);
    expect(share).toBeLessThan(0.34);
  });

  it('stops at max_tokens and refuses what does not fit into its context', () => {
    expect(planReply(simulated, ask('hello', { max_tokens: 3 }), 0)).toMatchObject({
      finish: 'length',
      usage: { output: 3 },
    });
    expect(planReply(simulated, ask('x'.repeat(500)), 0)).toMatchObject({
      status: 400,
      code: 'context_length_exceeded',
    });
    expect(planReply(simulated, ask('hello', { model: 'none' }), 0)).toMatchObject({
      status: 404,
      code: 'model_not_found',
    });
  });

  it('answers at once at speed 0', () => {
    expect(planReply({ ...simulated, speed: 0 }, ask('hello'), 0)).toMatchObject({
      firstTokenAfter: 0,
      tokenEvery: 0,
    });
  });
});
