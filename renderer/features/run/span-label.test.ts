import { expect, test } from 'vitest';
import type { SpanId } from '../../../core/base/ids.ts';
import type { Route } from '../../../core/journal/run-state.ts';
import { agentSpan, attemptSpan, callSpan, mcpSpan, spanMap } from './sample-spans.ts';
import { attemptsByCall, instanceOf, wordsOf } from './span-label.ts';

function route(attempt: number, chosen?: string): Route {
  const pick = { strategy: 'random', probability: 1, considered: [], inputs: {} };
  const target = { kind: 'pool', name: 'fast' } as const;
  return { attempt, at: attempt, target, pick: { ...pick, ...(chosen !== undefined && { chosen }) } };
}

test('of attempts side by side, a call is named after the one that answered', () => {
  const call = callSpan({ routes: [route(1, 'a'), route(2, 'b')] });
  const first = attemptSpan({ instance: 'a', status: 'ok' });
  const hedge = attemptSpan({ attempt: 2, instance: 'b', status: 'cancelled', hedge: true });
  expect(wordsOf(call, [first, hedge])).toEqual(['chat.completions', 'fast', 'a']);
});

test('until somebody has, after whom its newest decision chose, not after a refusal', () => {
  expect(instanceOf(callSpan({ routes: [route(1, 'a'), route(2, 'b'), route(2)] }), [])).toBe('b');
  expect(instanceOf(callSpan({ routes: [route(0)] }), [])).toBeUndefined();
});

test('attempts are found by their call', () => {
  const one = attemptSpan({ id: 'one' as SpanId });
  const two = attemptSpan({ id: 'two' as SpanId });
  const lone = attemptSpan({ id: 'lone' as SpanId, parentId: 'other' as SpanId });
  const found = attemptsByCall(spanMap(agentSpan(), callSpan(), one, two, lone));
  expect(found.get('call' as SpanId)).toEqual([one, two]);
  expect([...found.keys()]).toEqual(['call', 'other']);
});

test('an MCP request is named after what it does and who is asked', () => {
  expect(wordsOf(mcpSpan(), [])).toEqual(['tools/call search', 'files']);
});
