import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HostInfo } from '../../core/api/contract.ts';
import { httpFetch, request, type ApiFetch } from '../../core/api/client.ts';
import { runCli, spawnCli } from './cli.ts';
import type { ProbeFigures, ProbeQuestion } from './probe.ts';

const PROBE = new URL('probe.ts', import.meta.url).href;

export interface HostOptions {
  /** Kept after the host has gone; without it a folder of its own is made, and removed with it. */
  readonly dataDir?: string;
  /** The text of a `signalbox.toml`. */
  readonly config?: string;
  readonly port?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** It can be asked for figures of its process, and to collect its garbage. */
  readonly probed?: boolean;
}

/** A headless host in a process of its own. */
export interface RunningHost {
  readonly pid: number;
  readonly dataDir: string;
  /** `http://127.0.0.1:PORT` */
  readonly dataPlane: string;
  readonly clientToken: string;
  readonly api: ApiFetch;
  /** From the start of the process to the first `ok` of `/healthz`. */
  readonly readyMillis: number;
  readonly exited: Promise<void>;
  /** The address of the window, with its token, at a place in it like `#/runs`. */
  windowUrl(hash?: string): string;
  output(): string;
  /** What its process says of itself; only of a host that is `probed`. */
  probe(question: ProbeQuestion): Promise<ProbeFigures>;
  /** As Ctrl-C does. */
  stop(): Promise<void>;
  /** `kill -9` */
  kill(): Promise<void>;
}

/** What `signalbox start --headless --json` prints when it is ready. */
interface StartReport {
  readonly url: string;
}

export async function startHost(options: HostOptions): Promise<RunningHost> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'signalbox-host-'));
  const args = ['start', '--headless', '--json', '--port', String(options.port ?? 0), '--data', dataDir];
  if (options.config !== undefined) {
    const file = join(dataDir, 'signalbox-test.toml');
    writeFileSync(file, options.config);
    args.push('--config', file);
  }
  const started = performance.now();
  const child = spawnCli(args, {
    ...(options.env && { env: options.env }),
    ...(options.probed && { channel: true, nodeOptions: ['--expose-gc', '--import', PROBE] }),
  });
  let output = '';
  let stdout = '';
  child.stderr?.on('data', (bytes: Buffer) => (output += bytes.toString()));
  child.stdout?.on('data', (bytes: Buffer) => {
    output += bytes.toString();
    stdout += bytes.toString();
  });
  const exited = once(child, 'exit').then(() => {
    if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
  });
  const report = await new Promise<StartReport>((resolve, reject) => {
    child.stdout?.on('data', () => {
      const parsed = tryParse(stdout);
      if (parsed) resolve(parsed);
    });
    child.once('exit', (code) =>
      reject(new Error(`the host ended with ${code} before it was ready:\n${output}`)),
    );
  });
  const address = new URL(report.url);
  const token = new URLSearchParams(address.hash.replace(/^#\/?\??/, '')).get('token') ?? '';
  const api = httpFetch(address.origin, token);
  const info = await request<HostInfo>(api, '/api/host');
  const health = await fetch(`${info.dataPlane}/healthz`);
  if (!health.ok) throw new Error(`/healthz answered ${health.status}`);
  const readyMillis = performance.now() - started;
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    await exited;
  };
  return {
    pid: child.pid!,
    dataDir,
    dataPlane: info.dataPlane,
    clientToken: info.clientToken,
    api,
    readyMillis,
    exited,
    windowUrl: (hash = '#/') => `${address.origin}/${hash}${hash.includes('?') ? '&' : '?'}token=${token}`,
    output: () => output,
    async probe(question) {
      const answered = once(child, 'message');
      child.send(question);
      const [figures] = (await answered) as [ProbeFigures];
      return figures;
    },
    stop: () => end('SIGINT'),
    kill: () => end('SIGKILL'),
  };
}

function tryParse(text: string): StartReport | undefined {
  try {
    return JSON.parse(text) as StartReport;
  } catch {
    return undefined;
  }
}

/** Walks every hash chain of a data folder that no host uses; answers with what is broken. */
export async function verifyJournal(dataDir: string): Promise<readonly string[]> {
  const { code, stdout, stderr } = await runCli(['doctor', '--json', '--data', dataDir]);
  if (code === 0) return [];
  return [`doctor ends with ${code}: ${stdout}${stderr}`];
}
