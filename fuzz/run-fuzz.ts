import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StartedRun } from '../core/api/contract.ts';
import { request } from '../core/api/client.ts';
import { startHost, type RunningHost } from '../e2e/support/host.ts';
import { fuzzConfig } from './fuzz-config.ts';
import { makeCase, type FuzzCase, type Place } from './make-case.ts';
import { problemOf } from './shapes.ts';
import { startFuzzUpstream } from './upstream.ts';
import { WireClient, type WireResult } from './wire-client.ts';

export interface FuzzOptions {
  readonly bodies: number;
  readonly seed: number;
  /** The number of the first case. */
  readonly from: number;
  /** No more are sent after so long. */
  readonly minutes: number;
  readonly progress: (line: string) => void;
}

export interface FuzzReport {
  readonly name: 'fuzz';
  readonly seed: number;
  readonly bodies: number;
  readonly seconds: number;
  /** Of the host's process, in MiB. */
  readonly rss: { readonly start: number; readonly most: number; readonly end: number };
  /** Answers by the hundred of their status, and bytes that got none. */
  readonly answers: Readonly<Record<string, number>>;
  readonly violations: readonly string[];
}

const CONNECTIONS = 40;
/** A host reads no more exports than these at the same time, and puts the others off. */
const MOST_EXPORTS = 16;
const PATIENCE_MS = 15_000;
/** Bodies of one run: an agent's own would have fewer. */
const BODIES_A_RUN = 4_000;
/** After so many bodies the progress is told. */
const TOLD_EVERY = 20_000;
const SAMPLE_MS = 1_000;
/** A host that takes so much more than at its start keeps what it should let go. */
const MOST_GROWTH_MIB = 512;
/** Where everything goes wrong, the first ones say it. */
const MOST_FINDINGS = 100;

/** Sends mutated bodies to a real host, and sees to it that it stays up, lawful and small. */
export async function runFuzz(options: FuzzOptions): Promise<FuzzReport> {
  const { seed, progress } = options;
  const upstream = await startFuzzUpstream();
  const host = await startHost({ config: fuzzConfig(upstream.origin), probed: true });
  const findings = new Findings(seed, progress);
  const answers: Record<string, number> = {};
  const rss = new Samples(host);
  const started = performance.now();
  let bodies = 0;
  try {
    await rss.take();
    const sampling = setInterval(() => void rss.take(), SAMPLE_MS);
    bodies = await sendAll(host, rss, options, (index, one, place, result) => {
      for (const { status } of result.answers) count(answers, `${Math.floor(status / 100)}xx`);
      if (result.answers.length === 0) count(answers, 'none');
      for (const words of problemsOf(one, result)) findings.add(index, one, place, words);
      return findings.all.length < MOST_FINDINGS;
    });
    clearInterval(sampling);
    findings.all.push(...(await examineHost(host, rss)));
  } catch (error) {
    findings.all.push(
      `the host is gone: ${error instanceof Error ? error.message : String(error)}\n${host.output().slice(-2_000)}`,
    );
  } finally {
    await host.stop();
    await upstream.close();
  }
  const seconds = (performance.now() - started) / 1000;
  const { start, most, end } = rss;
  return {
    name: 'fuzz',
    seed,
    bodies,
    seconds,
    rss: { start, most, end },
    answers,
    violations: findings.all,
  };
}

type Judge = (index: number, one: FuzzCase, place: Place, result: WireResult) => boolean;

/** Every connection always has a body under way; a run ends when its bodies are through. How many were sent. */
async function sendAll(
  host: RunningHost,
  rss: Samples,
  { bodies, seed, from, minutes, progress }: FuzzOptions,
  judge: Judge,
): Promise<number> {
  const port = Number(new URL(host.dataPlane).port);
  const clients = Array.from({ length: CONNECTIONS }, () => new WireClient(port, PATIENCE_MS));
  const until = from + bodies;
  const deadline = performance.now() + minutes * 60_000;
  const exports = new Gate(MOST_EXPORTS);
  let next = from;
  let goesOn = true;
  while (next < until && goesOn && performance.now() < deadline) {
    const { run } = await request<StartedRun>(host.api, '/api/runs', {
      method: 'POST',
      body: { name: 'fuzz' },
    });
    const place: Place = { port, run: run.id, token: host.clientToken };
    const last = Math.min(until, next + BODIES_A_RUN);
    await Promise.all(
      clients.map(async (client) => {
        while (next < last && goesOn) {
          const index = next++;
          const one = makeCase(seed, index);
          const bytes = one.bytes(place);
          const leave = one.shape === 'otlp' ? await exports.enter() : undefined;
          const result = await (one.raw ? client.sendAlone(bytes) : client.send(bytes));
          leave?.();
          goesOn = judge(index, one, place, result) && goesOn;
        }
      }),
    );
    await request(host.api, `/api/runs/${run.id}/end`, { method: 'POST', body: { exitCode: 0 } });
    if ((next - from) % TOLD_EVERY === 0) progress(`${next - from} of ${bodies}, ${Math.round(rss.end)} MiB`);
  }
  for (const client of clients) client.close();
  return next - from;
}

function problemsOf({ shape, raw }: FuzzCase, { answers, end }: WireResult): readonly string[] {
  const problems = answers.flatMap((answer) => problemOf(answer, shape) ?? []);
  // What is no HTTP may be answered by a closed connection, and an answer to HEAD has no body.
  if (!raw && answers.length === 0)
    problems.push(end === 'silent' ? 'no answer in time' : `no answer: ${end}`);
  if (raw && end === 'silent') problems.push('the connection is neither answered nor closed');
  return problems;
}

/** After everything: it answers, nothing is left over, nobody has changed what all objects have, and it is as small as it was. */
async function examineHost(host: RunningHost, rss: Samples): Promise<readonly string[]> {
  const problems: string[] = [];
  const health = await fetch(`${host.dataPlane}/healthz`);
  if (!health.ok) problems.push(`/healthz answers ${health.status}`);
  const { polluted } = await host.probe({ collect: true });
  problems.push(...polluted.map((name) => `there is a ${name} now`));
  await rss.take();
  if (rss.most - rss.start > MOST_GROWTH_MIB) {
    problems.push(`its memory grew from ${Math.round(rss.start)} to ${Math.round(rss.most)} MiB`);
  }
  return problems;
}

/** Lets so many in at once. */
class Gate {
  private free: number;
  private readonly waiting: (() => void)[] = [];

  constructor(places: number) {
    this.free = places;
  }

  /** Resolves with what gives the place back. */
  async enter(): Promise<() => void> {
    if (this.free > 0) this.free -= 1;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    return () => {
      const next = this.waiting.shift();
      if (next) next();
      else this.free += 1;
    };
  }
}

/** The memory of a host's process over time, in MiB. */
class Samples {
  start = 0;
  most = 0;
  end = 0;
  private readonly host: RunningHost;

  constructor(host: RunningHost) {
    this.host = host;
  }

  async take(): Promise<void> {
    const { memory } = await this.host.probe({ collect: false });
    this.end = memory.rss / 1024 / 1024;
    this.start ||= this.end;
    this.most = Math.max(this.most, this.end);
  }
}

/** What was found, each with its bytes in a file, so that they can be sent again. */
class Findings {
  readonly all: string[] = [];
  private folder: string | undefined;
  private readonly seed: number;
  private readonly progress: (line: string) => void;

  constructor(seed: number, progress: (line: string) => void) {
    this.seed = seed;
    this.progress = progress;
  }

  add(index: number, one: FuzzCase, place: Place, words: string): void {
    this.folder ??= mkdtempSync(join(tmpdir(), 'signalbox-fuzz-'));
    const file = join(this.folder, `${this.seed}-${index}.http`);
    mkdirSync(this.folder, { recursive: true });
    writeFileSync(file, one.bytes(place));
    const again = `--seed ${this.seed} --from ${index} --bodies 1`;
    const finding = `${one.name}: ${words} (${again}; ${file})`;
    this.all.push(finding);
    this.progress(finding);
  }
}

function count(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}
