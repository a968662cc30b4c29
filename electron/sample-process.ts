import { createInterface } from 'node:readline';
import { utilityProcess } from 'electron';
import type { SampleLauncher } from '../core/node/process/sample-launcher.ts';

/**
 * Starts the sample agent in one of Electron's utility processes: the app's own program cannot be run as plain Node,
 * that fuse is off. Electron tells an exit code only, never the signal.
 */
export const launchSampleInUtilityProcess: SampleLauncher = (script, env) => {
  const child = utilityProcess.fork(script, [], {
    env,
    stdio: 'pipe',
    serviceName: 'Signalbox sample agent',
  });
  return {
    onLine(listener) {
      for (const stream of ['stdout', 'stderr'] as const) {
        const input = child[stream];
        if (!input) continue;
        createInterface({ input, crlfDelay: Infinity }).on('line', (text) => listener(stream, text));
      }
    },
    exited: new Promise((resolve) => child.once('exit', (exitCode) => resolve({ exitCode }))),
    kill: () => void child.kill(),
  };
};
