#!/usr/bin/env node
// `signalbox` from any folder (after `npm link` in the checkout): hands over to the Node that the project brings along.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const packaged = dirname(createRequire(import.meta.url).resolve('node/package.json'));
const node = join(packaged, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
const cli = fileURLToPath(new URL('../core/node/cli.ts', import.meta.url));

const child = spawn(node, [cli, ...process.argv.slice(2)], { stdio: 'inherit' });
// A terminal sends Ctrl-C to both; the command decides what it means, and we end after it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    if (!process.stdin.isTTY) child.kill(signal);
  });
}
child.on('error', (error) => {
  process.stderr.write(
    `signalbox: ${node} could not be started (${error.message}); run npm install in the checkout\n`,
  );
  process.exitCode = 1;
});
child.on('close', (code) => {
  process.exitCode = code ?? 1;
});
