import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  writeFileSync,
  readFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom, seedFrom, type Random } from '../core/base/random.ts';
import { generateRun } from '../core/journal/generate/generate-run.ts';
import { startRecorder } from '../core/journal/recorder.ts';
import { hostIds } from '../core/node/host-ids.ts';
import { installation } from '../core/node/installation.ts';
import { StoreFailure } from '../core/node/store/store-failure.ts';
import { openStore, type Store } from '../core/node/store/store.ts';
import { systemClock } from '../core/node/system-clock.ts';
import { compareJournals, readFacts, type Facts } from './images-facts.ts';

const LONGEST_MILLIS = 60_000;
const PAGE = 4096;

export interface ImagesReport {
  readonly name: 'images';
  readonly count: number;
  readonly seed: number;
  readonly rows: readonly { readonly figure: string; readonly value: string | number }[];
  /** Empty where nothing that was altered was shown as fact. */
  readonly violations: readonly string[];
}

interface Options {
  readonly count: number;
  readonly seed: number;
  readonly progress: (line: string) => void;
}

type Fate = 'as recorded' | 'damage said when read' | 'quarantined' | 'refused';

/**
 * A journal under traffic with its write-ahead log, damaged in one way after another: cut off, bits flipped, a page zeroed or
 * torn, garbage behind its end. The store opens each, and whatever it then gives out must be what was recorded.
 */
export async function runImages({ count, seed, progress }: Options): Promise<ImagesReport> {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-images-'));
  const violations: string[] = [];
  const fates = new Map<string, number>();
  const tally = (figure: string, by = 1) => void fates.set(figure, (fates.get(figure) ?? 0) + by);
  progress(`${count} damaged journals, seed ${seed}`);
  try {
    const facts = await recordOriginal(folder);
    for (let index = 0; index < count; index++) {
      const random = seededRandom(seedFrom('image', seed, index));
      const dir = join(folder, `image-${index}`);
      mkdirSync(dir);
      const damage = makeImage(folder, dir, random);
      const label = `image ${index} of seed ${seed} (${damage})`;
      try {
        const { fate, lost, projections, wrong } = await withLimit(examine(dir, facts));
        tally(fate);
        tally('events lost with the end of a torn log', lost);
        tally('images with an altered sum in the list of runs', projections > 0 ? 1 : 0);
        violations.push(...wrong.map((words) => `${label}: ${words}`));
      } catch (error) {
        violations.push(
          `${label}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
        );
      }
      rmSync(dir, { recursive: true, force: true });
      if ((index + 1) % 50 === 0) progress(`${index + 1} of ${count}: ${violations.length} violations`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const rows = [
    { figure: 'images', value: count },
    { figure: 'seed', value: seed },
    ...[...fates].map(([figure, value]) => ({ figure, value })),
    { figure: 'violations', value: violations.length },
  ];
  return { name: 'images', count, seed, rows, violations };
}

/** A journal of which part is still in the log only, with a run that is open; returns what is in it. */
async function recordOriginal(folder: string): Promise<Facts> {
  const file = join(folder, 'journal.db');
  const store = await openStore({ worker: installation.storeWorker, file });
  record(store, 1);
  await store.flush();
  // The first part goes into the file, the rest stays in the log.
  await sleep(1_000);
  record(store, 2);
  const start = { name: 'still open', source: 'launched', hostVersion: '0', configHash: '' } as const;
  const open = startRecorder({ clock: systemClock, ids: hostIds, sink: store }, start);
  open.append('log-written', { stream: 'stdout', text: 'under way' });
  await store.flush();
  for (const suffix of ['', '-wal']) copyFileSync(file + suffix, join(folder, `original${suffix}`));
  const facts = await readFacts(store);
  await store.close();
  if (!existsSync(join(folder, 'original-wal'))) throw new Error('there is no write-ahead log to damage');
  return facts;
}

function record(store: Store, seed: number): void {
  const plan = { spans: 150, shape: 'agents', errors: 0.2, seed } as const;
  for (const _ of generateRun(plan, store));
}

/** Copies the original into a folder of its own and damages it; returns how. */
function makeImage(folder: string, dir: string, random: Random): string {
  const suffix = random() < 0.5 ? '' : '-wal';
  const bytes = {
    '': readFileSync(join(folder, 'original')),
    '-wal': readFileSync(join(folder, 'original-wal')),
  };
  const [damaged, how] = damage(bytes[suffix], random);
  bytes[suffix] = damaged;
  writeFileSync(join(dir, 'journal.db'), bytes['']);
  writeFileSync(join(dir, 'journal.db-wal'), bytes['-wal']);
  return `${suffix === '' ? 'file' : 'log'} ${how}`;
}

function damage(original: Buffer, random: Random): readonly [Buffer<ArrayBuffer>, string] {
  const bytes = Buffer.from(original);
  const below = (limit: number) => Math.floor(random() * limit);
  const at = below(bytes.length);
  const page = at - (at % PAGE);
  const garbage = (length: number) => Buffer.from(Array.from({ length }, () => below(256)));
  switch (below(5)) {
    case 0:
      return [bytes.subarray(0, at), `cut off at ${at}`];
    case 1: {
      const flips = 1 + below(8);
      for (let flip = 0; flip < flips; flip++) bytes[below(bytes.length)]! ^= 1 << below(8);
      return [bytes, `with ${flips} bits flipped`];
    }
    case 2:
      bytes.fill(0, page, page + PAGE);
      return [bytes, `with zeros from ${page}`];
    case 3:
      garbage(Math.min(512 * (1 + below(7)), bytes.length - page)).copy(bytes, page);
      return [bytes, `torn at ${page}`];
    default: {
      const tail = garbage(1 + below(2 * PAGE));
      return [Buffer.concat([bytes, tail]), `with ${tail.length} bytes of garbage behind it`];
    }
  }
}

interface Examined {
  readonly fate: Fate;
  readonly lost: number;
  readonly projections: number;
  readonly wrong: readonly string[];
}

async function examine(dir: string, facts: Facts): Promise<Examined> {
  const file = join(dir, 'journal.db');
  let store: Store;
  try {
    store = await openStore({ worker: installation.storeWorker, file });
  } catch (error) {
    const wrong = error instanceof StoreFailure ? [] : [`it is refused without a reason: ${String(error)}`];
    return { fate: 'refused', lost: 0, projections: 0, wrong };
  }
  const found = await compareJournals(store, facts);
  // Traffic goes on, whatever became of what was there.
  const start = { name: 'after', source: 'launched', hostVersion: '0', configHash: '' } as const;
  const run = startRecorder({ clock: systemClock, ids: hostIds, sink: store }, start);
  run.append('log-written', { stream: 'stdout', text: 'goes on' });
  await store.flush();
  const { quarantined } = store.recording;
  await store.close().catch(() => undefined);
  if (quarantined !== undefined) {
    const kept = existsSync(join(quarantined, 'journal.db'));
    const wrong = kept ? found.wrong : [...found.wrong, 'what was quarantined is not there'];
    return { ...found, lost: 0, fate: 'quarantined', wrong };
  }
  return { ...found, fate: found.said > 0 ? 'damage said when read' : 'as recorded' };
}

async function withLimit<Value>(work: Promise<Value>): Promise<Value> {
  const limit = new AbortController();
  const late = sleep(LONGEST_MILLIS, undefined, { signal: limit.signal }).then(() => {
    throw new Error(`nothing was answered for ${LONGEST_MILLIS} ms`);
  });
  late.catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    limit.abort();
  }
}
