import { expect, test } from 'vitest';
import { callSpan } from '../run/sample-spans.ts';
import { checkList } from './checklist.ts';

test('nothing seen yet', () => {
  expect(checkList([])).toEqual({ steps: { request: false, model: false, tool: false }, error: undefined });
});

test('a call that no instance could take: the request is seen, the model is not known', () => {
  const error = { code: 'unknown_model', message: 'No pool, instance or model is named x.' };
  expect(checkList([callSpan({ status: 'error', error })])).toEqual({
    steps: { request: true, model: false, tool: false },
    error,
  });
});

test('a call that was routed knows its model, and one that asked for tools shows them', () => {
  const pick = { strategy: 'round-robin', chosen: 'a', probability: 1, considered: [], inputs: {} };
  const routed = callSpan({
    routes: [{ attempt: 1, at: 0, target: { kind: 'model', name: 'm' }, pick }],
  });
  expect(checkList([routed]).steps).toEqual({ request: true, model: true, tool: false });
  expect(checkList([callSpan({ status: 'ok', finishReason: 'tool_calls' })]).steps.tool).toBe(true);
});
