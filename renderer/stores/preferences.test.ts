import { expect, test } from 'vitest';
import { loadPreferences, savePreferences } from './preferences.ts';

const holding = (text: string | null) => ({ getItem: () => text });

test('the first start follows the system', () => {
  expect(loadPreferences(holding(null), ['zh-CN'])).toMatchObject({ theme: 'system', language: 'zh' });
  expect(loadPreferences(holding(null), ['de'])).toMatchObject({ language: 'en' });
});

test('what was saved comes back', () => {
  let saved = '';
  const filters = [{ target: 'runs', where: 'calls > 2' }] as const;
  const chosen = { theme: 'light', language: 'zh', inspectorWidth: 512, filters } as const;
  savePreferences({ setItem: (_key, value) => void (saved = value) }, chosen);
  expect(loadPreferences(holding(saved), ['en'])).toEqual(chosen);
});

test.each([
  '{',
  '17',
  'null',
  '{"theme":"pink","language":"fr","inspectorWidth":"x","filters":[3,{"target":"cats"}]}',
])('nonsense (%s) is as nothing', (text) => {
  expect(loadPreferences(holding(text), ['en'])).toEqual({
    theme: 'system',
    language: 'en',
    inspectorWidth: 460,
    filters: [],
  });
});
