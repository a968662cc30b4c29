import { expect, test } from 'vitest';
import { stripAnsi } from './ansi.ts';

test.each([
  ['\u001b[1;31merror\u001b[0m: no', 'error: no'],
  ['\u001b]8;;https://x\u0007link\u001b]8;;\u0007', 'link'],
  ['50%\r\u001b[2K100%', '50%100%'],
  ['a\tb', 'a\tb'],
  ['plain [31m text', 'plain [31m text'],
])('%j reads %j', (text, read) => {
  expect(stripAnsi(text)).toBe(read);
});
