import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { BodyRef } from '../journal/facts.ts';
import { fold } from '../journal/fold.ts';
import type { McpSide } from '../journal/mcp-events.ts';
import { recordRun, type RecordedRun } from '../journal/recorded-events.ts';
import type { McpSpan } from '../journal/run-state.ts';
import { Conversation, type Passing } from './conversation.ts';
import { InputRounds } from './input-rounds.ts';
import { readMessages, type RequestId } from './message.ts';

let run: RecordedRun;
let conversation: Conversation;
let rounds: InputRounds;
let admits: boolean;

beforeEach(() => {
  run = recordRun();
  rounds = new InputRounds(run.ids);
  admits = true;
  conversation = converse();
});

function converse(): Conversation {
  const ports = { ids: run.ids, rounds, admit: () => admits };
  return new Conversation(ports, { server: 'files', transport: 'http', session: 'abc' });
}

function say(from: McpSide, value: object, passing: Partial<Passing> = {}, to = conversation): void {
  run.advance(10);
  const text = JSON.stringify({ jsonrpc: '2.0', ...value }, (_, one: unknown) =>
    typeof one === 'bigint' ? `bigint:${one}` : one,
  );
  const [message] = readMessages(text.replace(/"bigint:(\d+)"/, '$1'))!;
  to.observe(from, message!, { recorder: run.recorder, ...passing });
}
const ask = (id: RequestId, method: string, params: object = {}, passing: Partial<Passing> = {}) =>
  say('client', { id, method, params }, passing);

const state = () => fold(undefined, run.events);
const spans = () => [...state().spans.values()].filter((span): span is McpSpan => span.kind === 'mcp');
const logs = () => state().logs.map(({ text }) => text);
const textOf = (ref: BodyRef | undefined) => new TextDecoder().decode(run.bodies.get(String(ref?.parts[0])));

describe('a request', () => {
  it('and its answer are a span, with both messages as they were', () => {
    ask(
      1,
      'tools/call',
      { name: 'read', arguments: { path: 'a' } },
      { attribution: 'prefix', headers: { a: 'b' } },
    );
    say('server', { id: 1, result: { content: [] } }, { status: 200, headers: { c: 'd' } });
    const [span] = spans();
    expect(span).toMatchObject({
      name: 'tools/call read',
      server: 'files',
      from: 'client',
      transport: 'http',
      session: 'abc',
      subject: 'read',
      requestId: 1,
      status: 'ok',
      attribution: 'prefix',
      requestHeaders: { a: 'b' },
      responseHeaders: { c: 'd' },
      httpStatus: 200,
      parentId: run.recorder.rootSpanId,
    });
    expect(span!.endedAt! - span!.startedAt).toBe(10_000_000);
    expect(textOf(span!.requestBody)).toContain('"path":"a"');
    expect(textOf(span!.responseBody)).toContain('"content":[]');
    expect(state().run).toMatchObject({ mcpRequests: 1, calls: 0 });
  });

  it.each([
    ['resources/read', { uri: 'file:///a' }, 'resources/read', 'file:///a'],
    ['prompts/get', { name: 'greet' }, 'prompts/get greet', 'greet'],
    ['completion/complete', { ref: { type: 'ref/prompt', name: 'greet' } }, 'completion/complete', 'greet'],
    ['tools/list', {}, 'tools/list', undefined],
  ])('%s is named for what it is about', (method, params, name, subject) => {
    ask(1, method, params);
    expect(spans()[0]).toMatchObject({ name });
    expect(spans()[0]!.subject).toBe(subject);
  });

  it('fails where the tool says that it did', () => {
    ask(1, 'tools/call', { name: 'read' });
    say('server', { id: 1, result: { isError: true, content: [{ type: 'text', text: 'no such file' }] } });
    expect(spans()[0]).toMatchObject({
      status: 'error',
      isError: true,
      error: { code: 'tool_error', message: 'no such file' },
    });
  });

  it('fails with an error of the protocol, also with one that names no request', () => {
    ask('x', 'tools/call', { name: 'read' });
    say('server', { id: null, error: { code: -32_602, message: 'bad' } }, { related: 'x', status: 400 });
    expect(spans()[0]).toMatchObject({
      status: 'error',
      httpStatus: 400,
      error: { code: '-32602', message: 'bad' },
    });
  });

  it('carries the version of its session, or its own', () => {
    ask(0, 'initialize', { protocolVersion: '2025-11-25' });
    say('server', { id: 0, result: { protocolVersion: '2025-06-18' } });
    ask(1, 'tools/list');
    ask(2, 'tools/list', { _meta: { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' } });
    expect(spans().map(({ protocolVersion }) => protocolVersion)).toEqual([
      undefined,
      '2025-06-18',
      '2026-07-28',
    ]);
  });

  it('reports progress under its token', () => {
    ask(1, 'tools/call', { name: 'slow', _meta: { progressToken: 0 } });
    ask(2, 'tools/call', { name: 'slow', _meta: { progressToken: 'two' } });
    for (const progress of [1, 2])
      say('server', {
        method: 'notifications/progress',
        params: { progressToken: 0, progress, total: 4, message: `at ${progress}` },
      });
    say('server', { method: 'notifications/progress', params: { progressToken: 'nobody', progress: 1 } });
    const [first, second] = spans();
    expect(first!.progress).toMatchObject({ reports: 2, progress: 2, total: 4, message: 'at 2' });
    expect(second!.progress).toBeUndefined();
    expect(logs()).toEqual([]);
  });

  it('has no progress without a token, and an id that a server has rounded', () => {
    ask(12_345_678_901_234_567_890n, 'tools/call', { name: 'x' });
    say('server', { method: 'notifications/progress', params: { progress: 1 } });
    expect(spans()[0]).toMatchObject({ requestId: '12345678901234567890' });
    expect(spans()[0]).not.toHaveProperty('progress');
    say('server', { id: 12_345_678_901_234_567_000n, result: {} });
    expect(spans()[0]).toMatchObject({ status: 'ok' });
  });

  it('is cancelled; what is answered all the same is kept', () => {
    ask(1, 'tools/call', { name: 'slow' });
    say('client', { method: 'notifications/cancelled', params: { requestId: 1, reason: 'enough' } });
    const cancelled = spans()[0]!;
    expect(cancelled).toMatchObject({ status: 'cancelled', cancelled: { by: 'client', reason: 'enough' } });
    say('server', { id: 1, result: { content: [] } });
    const answered = spans()[0]!;
    expect(answered).toMatchObject({ status: 'cancelled', endedAt: cancelled.endedAt });
    expect(textOf(answered.responseBody)).toContain('"id":1');
  });

  it('is ended by the server where it is a subscription', () => {
    ask('s', 'subscriptions/listen');
    const _meta = { 'io.modelcontextprotocol/subscriptionId': 's' };
    say('server', { method: 'notifications/tools/list_changed', params: { _meta } });
    say('server', { method: 'notifications/cancelled', params: { requestId: 's' } });
    expect(spans()[0]).toMatchObject({ status: 'cancelled', cancelled: { by: 'server' } });
    expect(run.events.find(({ type }) => type === 'mcp-notification-sent')?.spanId).toBe(spans()[0]!.id);
  });

  it('is given up with the reason, and not twice', () => {
    ask(1, 'tools/list');
    ask(2, 'tools/list');
    conversation.giveUp('client', 1, { error: { code: 'server_ended', message: 'gone', status: 502 } });
    conversation.giveUp('client', 1, { error: { code: 'x', message: 'again' } });
    conversation.giveUp('client', 2, { left: 'the client left' });
    expect(spans()).toMatchObject([
      { status: 'error', error: { code: 'server_ended' }, httpStatus: 502 },
      { status: 'cancelled', cancelled: { reason: 'the client left' } },
    ]);
    expect(conversation.unanswered('client')).toEqual([]);
  });

  it('keeps the trace that it is part of', () => {
    const valid = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    ask(1, 'tools/call', { name: 'a', _meta: { traceparent: valid } });
    ask(2, 'tools/call', { name: 'b', _meta: { traceparent: 'ff-00' } });
    expect(spans().map(({ traceparent }) => traceparent)).toEqual([valid, undefined]);
  });
});

describe('what a server asks', () => {
  it('is a span below the request in whose stream it came', () => {
    ask(1, 'tools/call', { name: 'book' });
    say('server', { id: 1, method: 'elicitation/create', params: { message: 'When?' } }, { related: 1 });
    say('server', { id: 2, method: 'sampling/createMessage', params: {} });
    say('client', { id: 1, result: { action: 'accept', content: {} } });
    say('server', { id: 1, result: { content: [] } });
    const [call, elicitation, sampling] = spans();
    expect(call).toMatchObject({ status: 'ok' });
    expect(elicitation).toMatchObject({
      from: 'server',
      parentId: call!.id,
      status: 'ok',
      name: 'elicitation/create',
    });
    expect(sampling).toMatchObject({ from: 'server', parentId: run.recorder.rootSpanId, status: 'running' });
    expect(state().run.mcpRequests).toBe(1);
  });
});

describe('a server that asks without end', () => {
  it('is not recorded any more where it asks too fast, and its answers neither', () => {
    admits = false;
    say('server', { id: 1, method: 'roots/list' });
    say('client', { id: 1, result: {} });
    expect(run.events.filter(({ type }) => type.startsWith('mcp-'))).toEqual([]);
  });

  it('has so many questions open', () => {
    for (let id = 0; id < 1_100; id++) say('server', { id, method: 'roots/list' });
    expect(conversation.unanswered('server')).toHaveLength(1_000);
    say('client', { id: 0, result: {} });
    say('server', { id: 'next', method: 'roots/list' });
    expect(conversation.unanswered('server')).toContain('next');
  });
});

describe('an answer that needs input first', () => {
  const inputRequests = {
    who: { method: 'elicitation/create', params: { message: 'Who?' } },
    what: { method: 'sampling/createMessage', params: {} },
  };
  const needs = (id: RequestId, more: object = {}) =>
    say('server', { id, result: { resultType: 'input_required', inputRequests, ...more } });

  it('makes spans of what it asks, until the next round brings it', () => {
    ask(1, 'tools/call', { name: 'book' });
    needs(1, { requestState: 'opaque' });
    expect(spans()).toMatchObject([
      { status: 'ok', resultType: 'input_required' },
      { from: 'server', method: 'elicitation/create', requestId: 'who', status: 'running' },
      { from: 'server', method: 'sampling/createMessage', requestId: 'what', status: 'running' },
    ]);
    // Without sessions every exchange is a conversation of its own.
    conversation = converse();
    ask(2, 'tools/call', {
      name: 'book',
      inputResponses: { who: { action: 'accept' } },
      requestState: 'opaque',
    });
    const [first, who, what, second] = spans();
    expect([who!.parentId, what!.parentId, second!.parentId]).toEqual([first!.id, first!.id, first!.id]);
    expect(who).toMatchObject({ status: 'ok' });
    expect(textOf(who!.responseBody)).toBe('{"action":"accept"}');
    expect(what).toMatchObject({ status: 'cancelled' });
    expect(second).toMatchObject({ round: 2, status: 'running' });
  });

  it('keeps all rounds below the first', () => {
    ask(1, 'tools/call', { name: 'book' });
    needs(1, { requestState: 'one' });
    ask(2, 'tools/call', { name: 'book', inputResponses: {}, requestState: 'one' });
    needs(2, { requestState: 'two' });
    ask(3, 'tools/call', { name: 'book', inputResponses: {}, requestState: 'two' });
    const calls = spans().filter(({ method }) => method === 'tools/call');
    expect(calls.map(({ round, parentId }) => [round, parentId])).toEqual([
      [undefined, run.recorder.rootSpanId],
      [2, calls[0]!.id],
      [3, calls[0]!.id],
    ]);
    expect(spans().filter(({ parentId }) => parentId === calls[1]!.id)).toHaveLength(2);
  });

  it.each([
    ['another state', { name: 'book', inputResponses: {}, requestState: 'other' }],
    ['no state', { name: 'book', inputResponses: { who: {} } }],
    ['another tool', { name: 'cook', inputResponses: {}, requestState: 'opaque' }],
    ['nothing', { name: 'book' }],
  ])('is not continued by a request with %s', (_, params) => {
    ask(1, 'tools/call', { name: 'book' });
    needs(1, { requestState: 'opaque' });
    ask(2, 'tools/call', params);
    expect(spans().at(-1)).toMatchObject({ parentId: run.recorder.rootSpanId });
    expect(spans().at(-1)!.round).toBeUndefined();
  });
});

describe('a notification', () => {
  it.each([
    [
      { method: 'notifications/message', params: { level: 'info', logger: 'db', data: { rows: 3 } } },
      'files → notifications/message: info db: {"rows":3}',
    ],
    [
      { method: 'notifications/resources/updated', params: { uri: 'file:///a' } },
      'files → notifications/resources/updated: file:///a',
    ],
    [{ method: 'notifications/tools/list_changed' }, 'files → notifications/tools/list_changed'],
  ])('is a line of the log', (value, line) => {
    say('server', value);
    expect(logs()).toEqual([line]);
  });

  it('may nest as deep, and be as long, as it likes', () => {
    const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
    const text = `{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":${deep}}}`;
    conversation.observe('server', readMessages(text)![0]!, { recorder: run.recorder });
    const name = 'x'.repeat(10_000);
    ask(name, name, { name });
    expect(logs()[0]!.length).toBeLessThan(2_100);
    expect(JSON.stringify(spans()[0]).length).toBeLessThan(10_000);
    expect(conversation.unanswered('client')).toEqual([name]);
  });

  it('is left out where there are too many', () => {
    admits = false;
    say('server', { method: 'notifications/message', params: { level: 'info', data: 'again' } });
    expect(logs()).toEqual([]);
  });
});

it('takes any messages in any order: every span ends at most once, and the run can be told', () => {
  const id = fc.constantFrom<RequestId>(1, 2, 'a');
  const message = fc.oneof(
    fc.record({ id, method: fc.constantFrom('tools/call', 'ping'), params: fc.constant({ name: 'x' }) }),
    fc.record({
      id,
      result: fc.constantFrom(
        {},
        { isError: true },
        { resultType: 'input_required', inputRequests: { k: {} } },
      ),
    }),
    fc.record({ id, error: fc.constant({ code: 1, message: 'no' }) }),
    fc.record({ method: fc.constant('notifications/cancelled'), params: fc.record({ requestId: id }) }),
    fc.record({
      id,
      method: fc.constant('tools/call'),
      params: fc.constant({ name: 'x', inputResponses: { k: {} } }),
    }),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom<McpSide>('client', 'server'), message)), (steps) => {
      run = recordRun();
      rounds = new InputRounds(run.ids);
      conversation = converse();
      for (const [from, value] of steps) say(from, value, { related: 1 });
      const ends = run.events.filter(({ type }) => type === 'mcp-response-sent').map(({ spanId }) => spanId);
      expect(new Set(ends).size).toBe(ends.length);
      const open = spans().filter(({ status, method }) => status === 'running' && method !== 'unknown');
      const waiting = (['client', 'server'] as const).flatMap((side) => conversation.unanswered(side));
      expect(open).toHaveLength(waiting.length);
    }),
    { numRuns: 2_000 },
  );
});
