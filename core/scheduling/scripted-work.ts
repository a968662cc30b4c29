import { Cancellation, type CancelSignal } from '../base/cancellation.ts';
import type { VirtualClock } from '../base/virtual-clock.ts';
import type { CallError } from '../journal/event.ts';
import type { RecordedRun } from '../journal/recorded-events.ts';
import type { Task } from '../journal/task.ts';
import type { Plan } from '../routing/plan.ts';
import type { AttemptScope, Begun, Work } from './work.ts';

/** What an attempt does: after how long it begins or fails, and how long its answer then takes. */
export interface Behaviour {
  readonly beginsAfterMs?: number;
  readonly lastsMs?: number;
  /** It fails instead of beginning. */
  readonly error?: CallError;
  /** It fails after it has begun. */
  readonly breaksOff?: CallError;
}

export interface ScriptedWork extends Work {
  /** The instances that it was at, in this order. */
  readonly visited: readonly string[];
  leave(): void;
}

/** For tests: work whose attempts behave as they are told, on the virtual clock; they give up when they are aborted. */
export function scriptedWork(
  clock: VirtualClock,
  run: RecordedRun,
  plan: Plan,
  task: Task,
  behave: (instance: string, attempt: number) => Behaviour,
  more: Partial<Pick<Work, 'client' | 'clientRetries' | 'defer'>> = {},
): ScriptedWork {
  const gone = new Cancellation();
  const visited: string[] = [];
  const pass = (millis: number, signal: CancelSignal) =>
    new Promise<boolean>((resolve) => {
      if (signal.aborted) return resolve(false);
      const cancel = clock.after(millis, () => resolve(true));
      signal.addEventListener('abort', () => {
        cancel();
        resolve(false);
      });
    });
  const work: ScriptedWork = {
    task,
    plan,
    recorder: run.recorder,
    span: { spanId: run.ids.spanId(), parentSpanId: run.recorder.rootSpanId },
    affinity: run.recorder.runId,
    client: '',
    gone,
    clientRetries: 0,
    visited,
    leave: () => gone.abort(),
    async begin(scope: AttemptScope): Promise<Begun> {
      const {
        beginsAfterMs = 0,
        lastsMs = 0,
        error,
        breaksOff,
      } = behave(scope.instance.name, visited.push(scope.instance.name));
      const { signal, deadlines } = scope;
      if (!(await pass(beginsAfterMs, signal))) return { ok: false, failure: aborted(gone, scope) };
      if (error) return { ok: false, failure: { error, result: { outcome: 'error', error } } };
      run.recorder.append('attempt-answered', { status: 200, headers: {} }, scope.span);
      deadlines.sawEvent();
      const firstTokenAt = clock.now();
      return {
        ok: true,
        async relay() {
          const whole = await pass(lastsMs, signal);
          const failure = whole ? undefined : aborted(gone, scope);
          const broken = failure?.error ?? breaksOff;
          const outcome = failure?.result.outcome ?? (breaksOff ? 'error' : 'ok');
          return {
            result: { outcome, firstTokenAt, ...(broken && { error: broken }) },
            finish: () =>
              run.recorder.append('call-ended', { outcome, ...(broken && { error: broken }) }, work.span),
          };
        },
      };
    },
    ...more,
  };
  const { dialect, operation, method, path } = {
    dialect: 'openai',
    operation: 'chat',
    method: 'POST',
    path: '/',
  } as const;
  const received = {
    dialect,
    operation,
    method,
    path,
    streaming: task.streaming,
    attribution: 'prefix',
    headers: {},
    task,
  } as const;
  run.recorder.append('call-received', received, work.span);
  return work;
}

function aborted(gone: CancelSignal, { deadlines }: AttemptScope) {
  if (gone.aborted) {
    const error = { code: 'client_gone', message: 'left' };
    return { error, result: { outcome: 'cancelled', error } } as const;
  }
  const error = deadlines.passed ?? { code: 'hedge_lost', message: 'too slow' };
  return { error, result: { outcome: 'error', error } } as const;
}
