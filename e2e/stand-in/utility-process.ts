import { fork } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { constants } from 'node:os';
import { onlyKnown, refuseUnknown } from './only-known.ts';

interface Options {
  readonly env: NodeJS.ProcessEnv;
  readonly stdio: 'pipe';
  readonly serviceName: string;
}

export const utilityProcess = onlyKnown('utilityProcess', {
  fork(script: string, args: readonly string[], options: Options) {
    refuseUnknown('options of utilityProcess.fork', options, ['env', 'stdio', 'serviceName']);
    const child = fork(script, args, {
      env: options.env,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      execArgv: [],
    });
    const events = new EventEmitter();
    child.on('exit', (code, signal) => events.emit('exit', code ?? (signal ? constants.signals[signal] : 1)));
    return onlyKnown(
      'UtilityProcess',
      Object.assign(events, {
        stdout: child.stdout,
        stderr: child.stderr,
        kill: () => child.kill(),
      }),
    );
  },
});
