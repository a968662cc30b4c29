import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { startChild, type ChildServer } from './child-process.ts';
import { isAlive } from './test-process.ts';

function start(command: readonly string[], more: { cwd?: string; env?: Record<string, string> } = {}) {
  const lines: string[] = [];
  const noise: string[] = [];
  const exit = Promise.withResolvers<string>();
  const child: ChildServer = startChild(
    { command, env: { PATH: process.env['PATH'] ?? '' }, ...more },
    {
      onLine: (line) => lines.push(Buffer.from(line).toString()),
      onNoise: (stream, text) => noise.push(`${stream} ${text}`),
      onExit: exit.resolve,
    },
  );
  return { child, lines, noise, exited: exit.promise };
}
const node = (script: string) => [process.execPath, '-e', script];

it('talks in lines, and knows what cannot be one', async () => {
  const { child, lines, noise, exited } = start(
    node(
      `process.stdin.on('data', (d) => process.stdout.write(d)); process.stdin.on('end', () => { process.stderr.write('bye'); process.exitCode = 4 })`,
    ),
  );
  child.write('{"a":"☃"}');
  await expect.poll(() => lines).toEqual(['{"a":"☃"}']);
  void child.end();
  expect(await exited).toMatch(/exit code 4|signal SIGTERM/);
  expect(noise.filter((line) => line !== 'stderr bye')).toEqual([]);
});

it('says why it could not be started', async () => {
  expect(await start(['/nowhere']).exited).toMatch(/could not be started: spawn \/nowhere ENOENT/);
  const cwd = '/no/such/folder';
  expect(await start(node(''), { cwd }).exited).toMatch(/could not be started/);
});

it('has its own folder and its own environment only', async () => {
  const cwd = mkdtempSync(`${tmpdir()}/signalbox-child-`);
  const { lines, exited } = start(node('console.log(JSON.stringify([process.cwd(), process.env]))'), {
    cwd,
    env: { ONLY: 'this' },
  });
  await exited;
  const [folder, environment] = JSON.parse(lines[0]!) as [string, Record<string, string>];
  expect(folder.endsWith(cwd)).toBe(true);
  expect(environment).toMatchObject({ ONLY: 'this' });
  expect(environment['PATH']).toBeUndefined();
  rmSync(cwd, { recursive: true });
});

it('is made to end where it does not by itself', async () => {
  const { child, lines, exited } = start(
    node(`process.on('SIGTERM', () => console.log('no')); setInterval(() => {}, 1000); console.log('up')`),
  );
  await expect.poll(() => lines).toContain('up');
  const begun = performance.now();
  await child.end();
  expect(performance.now() - begun).toBeGreaterThan(2_900);
  expect([await exited, lines.at(-1), isAlive(child.pid!)]).toEqual(['signal SIGKILL', 'no', false]);
});

it.skipIf(process.platform === 'win32').each([
  ['ends with what it started', (child: ChildServer) => void child.end()],
  [
    'takes what it started along when it crashes',
    (child: ChildServer) => process.kill(child.pid!, 'SIGKILL'),
  ],
])('%s', async (_, stop) => {
  const { child, lines, exited } = start([
    'sh',
    '-c',
    `"${process.execPath}" -e "console.log(process.pid); setInterval(() => {}, 1000)" & wait`,
  ]);
  await expect.poll(() => lines).toHaveLength(1);
  const below = Number(lines[0]);
  expect(isAlive(below)).toBe(true);
  stop(child);
  await exited;
  await expect.poll(() => isAlive(below)).toBe(false);
});
