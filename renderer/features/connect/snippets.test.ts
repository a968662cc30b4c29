import { expect, test } from 'vitest';
import { connectCards, KEY_PLACE, maskKey } from './snippets.ts';

const cards = connectCards('http://127.0.0.1:4600');

test('every card that names the host gives its OpenAI base URL, /v1 included', () => {
  for (const card of cards.filter(({ id }) => id !== 'command')) {
    for (const { text } of card.snippets.filter((snippet) => !snippet.text.includes('ChatOpenAI'))) {
      expect(text).toContain('http://127.0.0.1:4600/openai/v1');
      expect(text).toContain(KEY_PLACE);
    }
  }
});

test('a card has each kind of snippet once', () => {
  for (const { snippets } of cards) {
    expect(new Set(snippets.map(({ kind }) => kind)).size).toBe(snippets.length);
  }
});

test('a masked key cannot be used', () => {
  expect(maskKey('sbx-0123456789')).toBe('sbx-••••••••');
  expect(maskKey('short')).not.toContain('short');
});
