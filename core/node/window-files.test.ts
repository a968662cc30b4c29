import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CONTENT_SECURITY_POLICY, windowResponse } from './window-files.ts';

const SECRET = 'outside';
let base: string;
let folder: string;

beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'signalbox-files-'));
  folder = join(base, 'renderer');
  mkdirSync(join(folder, 'assets.js'), { recursive: true });
  mkdirSync(join(base, 'renderer-sibling'));
  for (const file of ['index.html', 'a b.css', 'main.js', 'main.js.map', 'notes.txt', 'no-extension']) {
    writeFileSync(join(folder, file), file);
  }
  writeFileSync(join(base, 'secret.json'), SECRET);
  writeFileSync(join(base, 'renderer-sibling', 'secret.json'), SECRET);
  symlinkSync(join(base, 'secret.json'), join(folder, 'link.json'));
});
afterAll(() => rmSync(base, { recursive: true }));

test.each([
  ['/', 'text/html; charset=utf-8', 'index.html'],
  ['/index.html', 'text/html; charset=utf-8', 'index.html'],
  ['/main.js', 'text/javascript; charset=utf-8', 'main.js'],
  ['/a%20b.css', 'text/css; charset=utf-8', 'a b.css'],
])('serves %s', async (path, type, text) => {
  const { status, headers, body } = await windowResponse(folder, path);
  expect([status, headers['content-type'], new TextDecoder().decode(body)]).toEqual([200, type, text]);
});

test.each([
  '',
  'main.js',
  '/missing.js',
  '/main.js.map',
  '/notes.txt',
  '/no-extension',
  '/assets.js',
  '/link.json',
  '/../secret.json',
  '/%2e%2e/secret.json',
  '/..%2fsecret.json',
  '/..%5csecret.json',
  '/../renderer-sibling/secret.json',
  '/main.js%00.js',
  '/main.js:stream.js',
  '//etc/hosts.json',
  '/%',
  '/C:/secret.json',
])('does not serve %s', async (path) => {
  expect((await windowResponse(folder, path)).status).toBe(404);
});

test('no path leads out of the folder', async () => {
  const pieces = [
    '..',
    '.',
    '/',
    '//',
    '%2e',
    '%2f',
    '%5c',
    '\\',
    'renderer',
    'renderer-sibling',
    'secret.json',
    'link.json',
  ];
  const anyPath = fc
    .array(fc.constantFrom(...pieces), { maxLength: 8 })
    .map((parts) => `/${parts.join('/')}`);
  await fc.assert(
    fc.asyncProperty(anyPath, async (path) => {
      const { body } = await windowResponse(folder, path);
      expect(new TextDecoder().decode(body)).not.toContain(SECRET);
    }),
    { numRuns: 500 },
  );
});

test('every answer carries the policy', async () => {
  for (const path of ['/', '/missing']) {
    const { headers } = await windowResponse(folder, path);
    expect(headers['content-security-policy']).toBe(CONTENT_SECURITY_POLICY);
    expect(headers['x-content-type-options']).toBe('nosniff');
  }
  expect(CONTENT_SECURITY_POLICY).not.toMatch(/unsafe|\*/);
});
