import { expect, test } from 'vitest';
import type { Route } from '../../../core/journal/run-state.ts';
import { agentSpan, attemptSpan, callSpan, mcpSpan } from './sample-spans.ts';
import { spanRow } from '../../stores/shown-run.ts';
import { viewOf } from '../../stores/sample-run.ts';
import { instanceOf, rowWords, wordsOf } from './span-label.ts';

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

test('a row that was not read yet is named as its columns say', () => {
  const { view } = viewOf(agentSpan(), callSpan({ answeredModel: 'm' }));
  const span = spanRow(view, 1);
  expect(rowWords({ span, detail: undefined, attempts: [] })).toEqual(['chat.completions', 'm']);
  expect(rowWords({ span, detail: callSpan(), attempts: [] })).toEqual(['chat.completions', 'fast']);
});

test('an MCP request is named after what it does and who is asked', () => {
  expect(wordsOf(mcpSpan(), [])).toEqual(['tools/call search', 'files']);
});
