import { describe, expect, it } from 'vitest';
import type { SpanId } from '../base/ids.ts';
import { reportedTokens } from './reported-tokens.ts';
import type { Span } from './run-state.ts';

function tokensOf(...spans: readonly (Record<string, unknown> & { readonly id: string })[]) {
  return reportedTokens(new Map(spans.map((span) => [span.id as SpanId, span as unknown as Span])));
}
const reported = (id: string, parentId: string, activity: string, input?: number) => ({
  id,
  parentId,
  kind: 'reported',
  activity,
  ...(input !== undefined && { usage: { input, output: 1 }, costUsd: 0.5 }),
});

describe('reported tokens', () => {
  it('are those of the lowest spans: not the sums above them', () => {
    expect(
      tokensOf(
        reported('agent', 'root', 'agent', 30),
        reported('outer', 'agent', 'llm', 10),
        reported('http', 'outer', 'other'),
        reported('inner', 'http', 'llm', 10),
        reported('other', 'agent', 'llm', 20),
        reported('embedding', 'agent', 'embedding', 5),
      ),
    ).toEqual({ input: 35, output: 3, costUsd: 1.5 });
  });

  it('are nothing above a call that went through here, which has counted them', () => {
    const call = { id: 'call', parentId: 'model', kind: 'call' };
    expect(
      tokensOf(reported('model', 'root', 'llm', 10), call, reported('sibling', 'root', 'llm', 7)),
    ).toEqual({
      input: 7,
      output: 1,
      costUsd: 0.5,
    });
  });

  it('are none where nothing tells of them', () => {
    expect(tokensOf(reported('model', 'root', 'llm'), reported('tool', 'root', 'tool', 3))).toMatchObject({
      input: 0,
      output: 0,
    });
  });
});
