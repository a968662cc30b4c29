import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { ForwardInfo } from '../../api/contract.ts';
import type { RunId } from '../../base/ids.ts';
import type { Millis } from '../../base/units.ts';
import type { RunSummary } from '../../journal/run-state.ts';
import { parseRetryAfter } from '../../resilience/retry.ts';

/** Runs that wait to be sent; beyond that the oldest are left out: they are in the journal all the same. */
const MOST_WAITING = 1_000;
/** Between two tries of one export, doubled each time (OTLP 1.11, "Failures": exponential, with jitter). */
const RETRY: { readonly first: Millis; readonly longest: Millis; readonly tries: number } = {
  first: 1_000,
  longest: 30_000,
  tries: 8,
};
const TIMEOUT_MS = 30_000;
/** Answers after which the same export may be sent again. */
const RETRYABLE: ReadonlySet<number> = new Set([429, 502, 503, 504]);

export interface ForwarderPorts {
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
  /** A run as lines of OTLP/JSON, an export each; nothing where it is gone. */
  readonly exportsOf: (run: RunId) => Promise<AsyncIterable<string> | undefined>;
  readonly random: () => number;
}

const pack = promisify(gzip);

/** Sends runs to a collector when they have ended, one after the other, so that a slow collector slows down nothing else. */
export class OtlpForwarder {
  private readonly ports: ForwarderPorts;
  private readonly waiting: RunId[] = [];
  private readonly stopped = new AbortController();
  private sending: Promise<void> | undefined;
  private sent = 0;
  private leftOut = 0;
  private problem: string | undefined;

  constructor(ports: ForwarderPorts) {
    this.ports = ports;
  }

  /** Runs that have changed. Those of hosts, and what was imported, came from elsewhere or belong to nobody. */
  offer(runs: readonly RunSummary[]): void {
    for (const { id, status, source } of runs) {
      if (status === 'running' || source === 'host' || source === 'imported') continue;
      if (this.waiting.length >= MOST_WAITING) {
        this.waiting.shift();
        this.leftOut += 1;
      }
      this.waiting.push(id);
    }
    if (this.waiting.length > 0) this.sending ??= this.sendAll();
  }

  view(): ForwardInfo {
    const { endpoint } = this.ports;
    const { waiting, sent, leftOut, problem } = this;
    const busy = this.sending ? 1 : 0;
    return {
      endpoint,
      waiting: waiting.length + busy,
      sent,
      leftOut,
      ...(problem !== undefined && { problem }),
    };
  }

  async close(): Promise<void> {
    this.stopped.abort();
    await this.sending;
  }

  private async sendAll(): Promise<void> {
    for (let run = this.waiting.shift(); run && !this.stopped.signal.aborted; run = this.waiting.shift()) {
      try {
        await this.sendRun(run);
        this.sent += 1;
        this.problem = undefined;
      } catch (error) {
        this.leftOut += 1;
        this.problem = error instanceof Error ? error.message : String(error);
      }
    }
    this.sending = undefined;
  }

  private async sendRun(run: RunId): Promise<void> {
    const pieces = await this.ports.exportsOf(run);
    let rest = '';
    for await (const piece of pieces ?? []) {
      const lines = (rest + piece).split('\n');
      rest = lines.pop()!;
      for (const line of lines) await this.send(line);
    }
  }

  private async send(line: string): Promise<void> {
    const url = `${this.ports.endpoint.replace(/\/$/, '')}${pathOf(line)}`;
    const body = await pack(line);
    for (let tries = 1; ; tries++) {
      const failure = await this.post(url, body);
      if (!failure) return;
      this.problem = failure.reason;
      if (!failure.mayRetry || tries >= RETRY.tries || this.stopped.signal.aborted)
        throw new Error(failure.reason);
      const backoff =
        Math.min(RETRY.longest, RETRY.first * 2 ** (tries - 1)) * (0.5 + this.ports.random() / 2);
      await sleep(failure.afterMs ?? backoff, undefined, { signal: this.stopped.signal });
    }
  }

  private async post(
    url: string,
    body: Buffer,
  ): Promise<{ readonly reason: string; readonly mayRetry: boolean; readonly afterMs?: Millis } | undefined> {
    try {
      const answer = await fetch(url, {
        method: 'POST',
        headers: { ...this.ports.headers, 'content-type': 'application/json', 'content-encoding': 'gzip' },
        body: new Uint8Array(body),
        // A collector is where it is said to be: credentials go nowhere else.
        redirect: 'error',
        signal: AbortSignal.any([this.stopped.signal, AbortSignal.timeout(TIMEOUT_MS)]),
      });
      await answer.body?.cancel();
      if (answer.ok) return undefined;
      const asked = {
        'retry-after': answer.headers.get('retry-after') ?? undefined,
        'retry-after-ms': undefined,
      };
      const afterMs = parseRetryAfter(asked, Date.now());
      return {
        reason: `${url} answered ${answer.status}`,
        mayRetry: RETRYABLE.has(answer.status),
        ...(afterMs !== undefined && { afterMs: Math.min(afterMs, RETRY.longest) }),
      };
    } catch (error) {
      const { message, cause } = error as Error;
      const why = cause instanceof Error ? cause.message : message;
      return { reason: `${url} cannot be reached: ${why}`, mayRetry: true };
    }
  }
}

/** By the only member of an export. */
function pathOf(line: string): string {
  if (line.startsWith('{"resourceLogs"')) return '/v1/logs';
  return line.startsWith('{"resourceMetrics"') ? '/v1/metrics' : '/v1/traces';
}
