import { expect, test } from 'vitest';
import { menuTemplate } from './menu.ts';
import { wordsFor } from './words.ts';

const rolesOf = (platform: NodeJS.Platform, development: boolean, locale = 'en-US') =>
  menuTemplate({ words: wordsFor(locale), platform, development }).flatMap(({ submenu }) =>
    Array.isArray(submenu) ? submenu.map(({ role, label }) => ({ role, label })) : [],
  );

test('reloading is for development only', () => {
  const roles = (development: boolean) => rolesOf('linux', development).map(({ role }) => role);
  expect(roles(true)).toEqual(expect.arrayContaining(['reload', 'toggleDevTools']));
  expect(roles(false)).not.toContain('reload');
  expect(roles(false)).not.toContain('toggleDevTools');
});

test.each(['linux', 'darwin', 'win32'] as const)('every item on %s has its Chinese word', (platform) => {
  const unworded = rolesOf(platform, true, 'zh-CN').filter(({ role, label }) => role && !label);
  expect(unworded).toEqual([]);
});

test.each([
  ['zh', '文件'],
  ['zh-TW', '文件'],
  ['de', 'File'],
  ['', 'File'],
])('locale %s', (locale, file) => expect(wordsFor(locale).file).toBe(file));
