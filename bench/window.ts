import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { build } from 'vite';
import { CHROMIUM_ARGS, findChromium } from '../scripts/find-chromium.ts';
import type { Figure } from './support/figures.ts';
import { installPeers } from './support/peers.ts';
import { median, quantile } from './support/statistics.ts';
import { generatedColumns } from './window/generated-columns.ts';
import { measureFrames, type FrameTimes } from './window/measure-frames.ts';
import type { BenchPage } from './window/page.ts';
import { serveFolders, type Served } from './window/serve.ts';
import { speedscopeFile } from './window/speedscope-file.ts';

/** What is asked of a run of so many spans. */
const SIZES = [
  { spans: 30_000, paint: 200, memory: undefined },
  { spans: 1_000_000, paint: 700, memory: 600 },
  { spans: 10_000_000, paint: 3_000, memory: 1_536 },
] as const;
/** What both can open. */
const SPEEDSCOPE_SPANS = 1_000_000;
const AGENTS = 8;
const ROUNDS = 3;
const FRAMES = 360;
/** Theirs take long. */
const SPEEDSCOPE_FRAMES = 120;
const WORK_BAR = 8;
/** A sixtieth of a second, and what timers are off by. */
const INTERVAL_BAR = 17.5;
const TIMES_FASTER = 5;
const PATIENCE = 180_000;

/**
 * The flame of generated columns in a real Chromium without a GPU, from what is in memory to the first frame that shows
 * it, and while it is moved; beside it speedscope, which opens a file of the same spans.
 */
export async function runWindow(progress: (line: string) => void): Promise<readonly Figure[]> {
  const dir = mkdtempSync(join(tmpdir(), 'signalbox-bench-window-'));
  const peer = dirname(installPeers(progress).resolve('speedscope/package.json'));
  await build({
    root: join(import.meta.dirname, 'window'),
    base: './',
    logLevel: 'error',
    build: { outDir: join(dir, 'page'), emptyOutDir: true, assetsInlineLimit: 0, target: 'es2023' },
  });
  const served = await serveFolders({
    page: join(dir, 'page'),
    speedscope: join(peer, 'dist', 'release'),
    files: dir,
  });
  const { path: executablePath } = await findChromium(progress);
  const launch = () => chromium.launch({ executablePath, args: [...CHROMIUM_ARGS, '--disable-gpu'] });
  try {
    const figures: Figure[] = [];
    let ours: Opened | undefined;
    for (const size of SIZES) {
      progress(`${size.spans} spans …`);
      const opened = await measured(ROUNDS, launch, (browser) => openOurs(browser, served, size.spans));
      if (size.spans === SPEEDSCOPE_SPANS) ours = opened;
      figures.push(...figuresOf(size, opened));
    }
    progress('speedscope …');
    await writeSpeedscope(join(dir, 'run.speedscope.json'));
    const theirs = await measured(1, launch, (browser) => openSpeedscope(browser, served));
    return [...figures, ...beside(ours!, theirs)];
  } finally {
    await served.stop();
    rmSync(dir, { recursive: true });
  }
}

interface Opened {
  readonly paint: number;
  readonly frames: FrameTimes;
  /** Of the process of the page, MiB: at the end, and the most there was. */
  readonly memory: number;
  readonly peak: number;
}

/** Each round in a browser of its own: memory of the one before is not that of the next. */
async function measured(
  rounds: number,
  launch: () => Promise<Browser>,
  open: (browser: Browser) => Promise<Opened>,
): Promise<Opened> {
  const all: Opened[] = [];
  for (let round = 0; round < rounds; round++) {
    const browser = await launch();
    try {
      all.push(await open(browser));
    } finally {
      await browser.close();
    }
  }
  return {
    paint: median(all.map(({ paint }) => paint)),
    frames: {
      work: all.flatMap(({ frames }) => frames.work),
      interval: all.flatMap(({ frames }) => frames.interval),
    },
    memory: median(all.map(({ memory }) => memory)),
    peak: median(all.map(({ peak }) => peak)),
  };
}

async function openOurs(browser: Browser, { origin }: Served, spans: number): Promise<Opened> {
  const page = await browser.newPage({ viewport: { width: 1600, height: 900 } });
  await page.goto(`${origin}/page/index.html`);
  await page.waitForFunction('globalThis.bench');
  await page.evaluate(
    (count) => (globalThis as unknown as { bench: BenchPage }).bench.generate(count),
    spans,
  );
  const paint = await page.evaluate(async () => {
    const { bench } = globalThis as unknown as { bench: BenchPage };
    const began = performance.now();
    const isShown = new Promise<void>((resolve) => {
      new MutationObserver((_, observer) => {
        if (!document.querySelector('.flame-stage canvas')) return;
        observer.disconnect();
        resolve();
      }).observe(document.body, { childList: true, subtree: true });
    });
    bench.open();
    await isShown;
    // The callback runs before the frame is painted; the timer after.
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    return performance.now() - began;
  });
  return { paint, ...(await used(browser, page, '.flame-scroll', FRAMES)) };
}

async function openSpeedscope(browser: Browser, { origin }: Served): Promise<Opened> {
  const page = await browser.newPage({ viewport: { width: 1600, height: 900 } });
  const file = encodeURIComponent(`${origin}/files/run.speedscope.json`);
  const began = performance.now();
  await page.goto(`${origin}/speedscope/index.html#profileURL=${file}`);
  // The name of the profile is in its toolbar once it is shown.
  await page.getByText('agent 0', { exact: false }).first().waitFor({ timeout: PATIENCE });
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))));
  return { paint: performance.now() - began, ...(await used(browser, page, 'canvas', SPEEDSCOPE_FRAMES)) };
}

async function used(
  browser: Browser,
  page: Page,
  selector: string,
  count: number,
): Promise<Omit<Opened, 'paint'>> {
  await page.evaluate(measureFrames, { selector, frames: count / 6 });
  const frames = await page.evaluate(measureFrames, { selector, frames: count });
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const of = processInfo
    .filter(({ type }) => type === 'renderer')
    .map(({ id }) => readFileSync(`/proc/${id}/status`, 'utf8'))
    .map((status) => ({ now: mebibytes(status, 'VmRSS'), peak: mebibytes(status, 'VmHWM') }))
    .toSorted((one, other) => other.peak - one.peak)[0]!;
  return { frames, memory: of.now, peak: of.peak };
}

function mebibytes(status: string, field: string): number {
  return Number(new RegExp(`${field}:\\s*(\\d+) kB`).exec(status)?.[1]) / 1024;
}

function figuresOf(size: (typeof SIZES)[number], { paint, frames, memory, peak }: Opened): readonly Figure[] {
  const spans = size.spans.toLocaleString('en');
  return [
    {
      figure: `${spans} spans: columns to first paint`,
      unit: 'ms',
      ours: paint,
      bar: { of: 'ours', atMost: size.paint },
    },
    {
      figure: `${spans} spans: script and paint of a frame, p95`,
      unit: 'ms',
      ours: quantile(frames.work, 0.95),
      bar: { of: 'ours', atMost: WORK_BAR },
    },
    { figure: `${spans} spans: the same, median`, unit: 'ms', ours: median(frames.work) },
    {
      figure: `${spans} spans: frame interval, median`,
      unit: 'ms',
      ours: median(frames.interval),
      bar: { of: 'ours', atMost: INTERVAL_BAR },
    },
    { figure: `${spans} spans: frame interval, p95`, unit: 'ms', ours: quantile(frames.interval, 0.95) },
    {
      figure: `${spans} spans: memory of the page`,
      unit: 'MiB',
      ours: memory,
      ...(size.memory !== undefined && { bar: { of: 'ours', atMost: size.memory } }),
    },
    { figure: `${spans} spans: the most it was`, unit: 'MiB', ours: peak },
  ];
}

function beside(ours: Opened, theirs: Opened): readonly Figure[] {
  const [work, theirWork] = [ours, theirs].map(({ frames }) => quantile(frames.work, 0.95)) as [
    number,
    number,
  ];
  const bar = { of: 'peer / ours', unit: '×', atLeast: TIMES_FASTER } as const;
  return [
    {
      figure: 'first paint beside speedscope',
      unit: 'ms',
      ours: ours.paint,
      peer: theirs.paint,
      value: theirs.paint / ours.paint,
      bar,
    },
    {
      figure: 'a frame beside speedscope, p95',
      unit: 'ms',
      ours: work,
      peer: theirWork,
      value: theirWork / work,
      bar,
    },
    { figure: 'memory beside speedscope', unit: 'MiB', ours: ours.memory, peer: theirs.memory },
  ];
}

async function writeSpeedscope(path: string): Promise<void> {
  const file = createWriteStream(path);
  for (const piece of speedscopeFile(generatedColumns(SPEEDSCOPE_SPANS, AGENTS)))
    if (!file.write(piece)) await once(file, 'drain');
  file.end();
  await once(file, 'finish');
}
