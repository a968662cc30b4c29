import { describe, expect, it } from 'vitest';
import { eraOfMessage, eraOfVersion, LEGACY, missingMeta, MODERN } from './era.ts';
import { statusOfError } from './http-status.ts';
import { readMessages } from './message.ts';

const message = (value: object) => readMessages(JSON.stringify({ jsonrpc: '2.0', ...value }))![0]!;
const meta = (version: string) => ({
  _meta: {
    'io.modelcontextprotocol/protocolVersion': version,
    'io.modelcontextprotocol/clientCapabilities': {},
  },
});

describe('the era', () => {
  it.each([
    ['2024-11-05', LEGACY],
    ['2025-11-25', LEGACY],
    ['2026-07-28', MODERN],
    ['2027-01-01', MODERN],
    ['v999', MODERN],
  ])('of the version %s is %s', (version, era) => {
    expect(eraOfVersion(version)).toBe(era);
  });

  it.each([
    ['what a request claims', { id: 1, method: 'tools/list', params: meta('2026-07-28') }, undefined, MODERN],
    [
      '… even against the header',
      { id: 1, method: 'tools/list', params: meta('2026-07-28') },
      '2025-11-25',
      MODERN,
    ],
    [
      '… and for `initialize`',
      { id: 1, method: 'initialize', params: meta('2026-07-28') },
      undefined,
      MODERN,
    ],
    ['else `initialize`, which is legacy', { id: 1, method: 'initialize', params: {} }, '2026-07-28', LEGACY],
    ['else the header', { id: 1, method: 'tools/list' }, '2026-07-28', MODERN],
    ['… also of a notification', { method: 'notifications/cancelled' }, '2026-07-28', MODERN],
    ['else legacy', { id: 1, method: 'tools/list' }, undefined, LEGACY],
    ['legacy for an answer of the client', { id: 1, result: {} }, undefined, LEGACY],
  ])('of a message is %s', (_, value, header, era) => {
    expect(eraOfMessage(message(value), header)).toBe(era);
  });

  it('knows what a request without a session must say of itself', () => {
    expect(missingMeta(meta('2026-07-28'))).toEqual([]);
    expect(missingMeta({ _meta: { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' } })).toEqual([
      'io.modelcontextprotocol/clientCapabilities',
    ]);
    expect(missingMeta({})).toHaveLength(2);
  });
});

it.each([
  [-32_601, {}, 404],
  [-32_022, {}, 400],
  [-32_021, {}, 400],
  [-32_602, meta('2026-07-28'), 200],
  [-32_602, {}, 400],
  [-32_603, {}, 200],
  [17, {}, 200],
])('the error %i has its status', (code, params, status) => {
  expect(statusOfError({ code, message: '' }, { params })).toBe(status);
});
