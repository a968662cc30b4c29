/** `npm run bench -- NAME [--events N] [--json]`: one interleaved run of a benchmark, as a table or as one JSON object. */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { machine, isMet, toJson, toTable, type Figure } from './support/figures.ts';
import { runCore } from './core.ts';
import { runGateway } from './gateway.ts';
import { runSkeleton } from './skeleton.ts';
import { runStore } from './store.ts';
import { runTelemetry } from './telemetry.ts';
import { runWindow } from './window.ts';

interface Benchmark {
  readonly about: string;
  run(progress: (line: string) => void, options: { readonly events: number }): Promise<readonly Figure[]>;
}

const BENCHMARKS: Readonly<Record<string, Benchmark>> = {
  skeleton: {
    about: 'start-up, time to first byte through the gateway, visible-in-window delay',
    run: runSkeleton,
  },
  core: {
    about: 'what a pick costs in each strategy, a whole call without I/O, and 100,000 waiting calls',
    run: runCore,
  },
  gateway: {
    about: 'requests/s, added latency and memory of streams, beside a minimal proxy and Portkey',
    run: runGateway,
  },
  store: {
    about: 'recording beside a bare loop, from the first event to --events N; size; reading of long runs',
    run: runStore,
  },
  telemetry: {
    about: 'how long an OTLP export of 20 MB keeps the event loop from everything else',
    run: runTelemetry,
  },
  window: {
    about: 'the flame of 30,000, 1,000,000 and 10,000,000 spans without a GPU, beside speedscope',
    run: runWindow,
  },
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false }, events: { type: 'string', default: '2000000' } },
});
const [name = ''] = positionals;
const benchmark = BENCHMARKS[name];
const events = Number(values.events);
if (benchmark === undefined || !Number.isInteger(events) || events < 1) {
  const known = Object.entries(BENCHMARKS).map(([known, { about }]) => `  ${known.padEnd(12)} ${about}`);
  process.stderr.write(`usage: npm run bench -- NAME [--events N] [--json]\n${known.join('\n')}\n`);
  process.exitCode = 2;
} else {
  try {
    const figures = await benchmark.run((line) => void process.stderr.write(`${line}\n`), {
      events,
    });
    console.log((values.json ? toJson : toTable)(name, machine(versions()), figures));
    process.exitCode = figures.every(isMet) ? 0 : 1;
  } catch (error) {
    process.stderr.write(`${name}: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

/** What the figures depend on besides the machine. */
function versions(): Readonly<Record<string, string>> {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  const { version, dependencies } = JSON.parse(text) as {
    readonly version: string;
    readonly dependencies: Readonly<Record<string, string>>;
  };
  const named = ['undici', 'better-sqlite3', 'hono'].map((name) => [name, dependencies[name] ?? 'absent']);
  return { signalbox: version, ...Object.fromEntries(named) };
}
