import { expect, test } from 'vitest';
import type { Command } from './commands.ts';
import { searchCommands } from './search-commands.ts';

const commands: readonly Command[] = ['Use the dark theme', 'Open runs', 'Reopen the run'].map((title) => ({
  id: title,
  title,
  group: 'Window',
  run: () => undefined,
}));
const titles = (query: string) => searchCommands(commands, query).map(({ title }) => title);

test('every word counts, in any order', () => {
  expect(titles('theme DARK')).toEqual(['Use the dark theme']);
  expect(titles('theme light')).toEqual([]);
});

test('titles that begin with the query come first', () => {
  expect(titles('re')).toEqual(['Reopen the run']);
  expect(titles('open')).toEqual(['Open runs', 'Reopen the run']);
});

test('no query is everything, and a group finds its commands', () => {
  expect(titles(' ')).toHaveLength(3);
  expect(titles('window')).toHaveLength(3);
});
