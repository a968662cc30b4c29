import { expect, test } from 'vitest';
import { matchPress, showKeys } from './keys.ts';

const shortcuts = ['mod+k', '?', 'g r', 'g c', '+', '1'];
const press = (key: string, modifiers: { ctrlKey?: boolean; metaKey?: boolean; altKey?: boolean } = {}) => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  ...modifiers,
});

test('Ctrl and Cmd are one', () => {
  const command = { kind: 'command', keys: 'mod+k' };
  expect(matchPress(shortcuts, '', press('k', { ctrlKey: true }))).toEqual(command);
  expect(matchPress(shortcuts, '', press('K', { metaKey: true }))).toEqual(command);
  expect(matchPress(shortcuts, '', press('k'))).toEqual({ kind: 'none' });
});

test('two keys, one after the other', () => {
  expect(matchPress(shortcuts, '', press('g'))).toEqual({ kind: 'begun', keys: 'g' });
  expect(matchPress(shortcuts, 'g', press('Shift'))).toEqual({ kind: 'begun', keys: 'g' });
  expect(matchPress(shortcuts, 'g', press('r'))).toEqual({ kind: 'command', keys: 'g r' });
});

test('a second key that continues nothing stands for itself', () => {
  expect(matchPress(shortcuts, 'g', press('1'))).toEqual({ kind: 'command', keys: '1' });
  expect(matchPress(shortcuts, 'g', press('x'))).toEqual({ kind: 'none' });
});

test('Alt belongs to the system', () => {
  expect(matchPress(shortcuts, '', press('1', { altKey: true }))).toEqual({ kind: 'none' });
});

test('shortcuts are shown as they are pressed', () => {
  expect(showKeys('mod+k', false)).toEqual(['Ctrl', 'K']);
  expect(showKeys('mod+k', true)).toEqual(['⌘', 'K']);
  expect(showKeys('g r', false)).toEqual(['G', 'R']);
  expect(showKeys('+', false)).toEqual(['+']);
});
