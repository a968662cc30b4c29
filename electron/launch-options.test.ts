import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { readLaunchOptions } from './launch-options.ts';

const read = (args: readonly string[], environment: NodeJS.ProcessEnv = {}) =>
  readLaunchOptions(args, environment, 'linux');

test('takes its own arguments and leaves those of Electron and Chromium', () => {
  const args = [
    '.',
    '--no-sandbox',
    '--data',
    'here',
    '--port=0',
    '--config=c.toml',
    '--lang=zh',
    '-psn_0_1',
  ];
  expect(read(args)).toEqual({ dataDir: resolve('here'), port: 0, configFile: resolve('c.toml') });
});

test('an argument counts more than the environment', () => {
  expect(read([], { SIGNALBOX_DATA: '/elsewhere' }).dataDir).toBe('/elsewhere');
  expect(read(['--data=/here'], { SIGNALBOX_DATA: '/elsewhere' }).dataDir).toBe('/here');
});

test.each([
  ['--port=x'],
  ['--port=-1'],
  ['--port=65536'],
  ['--port=1.5'],
  ['--port'],
  ['--data'],
  ['--data='],
])('%s is refused by name', (argument) => expect(() => read([argument])).toThrow(argument.split('=')[0]));
