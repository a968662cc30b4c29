import { describe, expect, it } from 'vitest';
import type { McpRequest, Members } from '../../mcp/message.ts';
import { decodeHeader } from './decode-header.ts';
import { ParamHeaders } from './param-headers.ts';

const TOOL = {
  name: 'query',
  inputSchema: {
    type: 'object',
    properties: {
      region: { type: 'string', 'x-mcp-header': 'Region' },
      where: {
        type: 'object',
        properties: { shard: { type: 'integer', 'x-mcp-header': 'Shard' }, dry: { type: 'boolean' } },
      },
      // Not in every call: it is left alone.
      items: { type: 'array', items: { type: 'string', 'x-mcp-header': 'Item' } },
    },
  },
};

function callOf(given: Members, name = 'query', method = 'tools/call'): McpRequest {
  return { kind: 'request', id: 1, method, params: { name, arguments: given }, text: '' };
}

function check(request: McpRequest, headers: Readonly<Record<string, string>>, tools: unknown = [TOOL]) {
  const params = new ParamHeaders();
  params.learn({ tools });
  return params.check((name) => headers[name], request);
}

describe('arguments that headers repeat', () => {
  it.each([
    ['as they are', { region: 'eu' }, { 'mcp-param-region': 'eu' }],
    ['encoded', { region: ' Zürich ' }, { 'mcp-param-region': '=?base64?IFrDvHJpY2gg?=' }],
    ['as a number, however that is written', { where: { shard: 42 } }, { 'mcp-param-shard': '42.0' }],
    ['not at all where there is no value', { region: null }, { 'mcp-param-region': 'eu' }],
    ['not at all where no header could', { region: { a: 1 } }, {}],
    ['only where the schema says so', { where: { dry: true }, items: ['a'] }, {}],
  ])('pass %s', (_, given, headers) => {
    expect(check(callOf(given), headers)).toBeUndefined();
  });

  it.each([
    ['another value', { region: 'eu' }, { 'mcp-param-region': 'us' }],
    ['another number', { where: { shard: 42 } }, { 'mcp-param-shard': '0x2a' }],
    ['no header', { region: 'eu' }, {}],
    ['damaged base64', { region: 'Hello' }, { 'mcp-param-region': '=?base64?SGVsbG8?=' }],
    ['base64 of what is no UTF-8', { region: 'Hello' }, { 'mcp-param-region': '=?base64?/w==?=' }],
  ])('are refused with %s', (_, given, headers) => {
    expect(check(callOf(given), headers)).toMatchObject({ code: -32_020 });
  });

  it('are those of that tool, as it was listed last', () => {
    const other = callOf({ region: 'eu' }, 'other');
    expect(check(other, {})).toBeUndefined();
    expect(check(callOf({ region: 'eu' }, 'query', 'prompts/get'), {})).toBeUndefined();
    const params = new ParamHeaders();
    params.learn({ tools: [TOOL] });
    params.learn({ tools: [{ name: 'query', inputSchema: {} }] });
    expect(params.check(() => undefined, callOf({ region: 'eu' }))).toBeUndefined();
  });

  it('are not looked for in what is no list of tools', () => {
    let deep: unknown = { 'x-mcp-header': 'Deep' };
    for (let depth = 0; depth < 5_000; depth++) deep = { properties: { x: deep } };
    for (const tools of [null, 'x', [null, 7, {}, { name: 7 }, { name: 'query', inputSchema: deep }]])
      expect(check(callOf({ region: 'eu' }), {}, tools)).toBeUndefined();
  });
});

it('a header that is not encoded is what it says', () => {
  expect([decodeHeader(' a b '), decodeHeader('=?base64?YQ==?='), decodeHeader('=?base64?YQ?=')]).toEqual([
    'a b',
    'a',
    undefined,
  ]);
});
