import fc from 'fast-check';
import { expect, test } from 'vitest';
import { seededRandom } from '../../../core/base/random.ts';
import { laneCount, laneOfBox, type Lanes } from './lanes.ts';
import { detailed, lanesFor } from './level-of-detail.ts';
import { packLanes } from './pack-lanes.ts';
import { PixelBoxes } from './pixel-boxes.ts';
import { plainSpans } from './plain-spans.ts';
import { quantiseLane, type PixelView } from './quantise.ts';
import { sampleSource, type SampleSpan } from './sample-source.ts';
import { statusOfTone } from './tone.ts';
import { worstOf, worstTones } from './worst-tones.ts';

const spansOf = (longest: number, reach: number) =>
  fc.array(
    fc.record({
      start: fc.integer({ min: 0, max: reach }),
      length: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: longest })),
      parent: fc.integer({ min: -1, max: 200 }),
      status: fc.constantFrom('ok', 'ok', 'ok', 'ok', 'running', 'cancelled', 'error'),
    }),
    { maxLength: 200 },
  );

const sourceOf = (spans: readonly { start: number; length: number; parent: number; status: string }[]) =>
  sampleSource(
    spans.map(({ start, length, parent, status }, index) => ({
      start,
      ...(status !== 'running' && { end: start + length }),
      // Any other one, also a later one, and circles.
      parent: parent < spans.length && parent !== index ? parent : -1,
      status: status as SampleSpan['status'] & string,
    })),
  );

const pack = (source: ReturnType<typeof sampleSource>, seq?: number) => packLanes(plainSpans(source, seq));

test('every span has one box, sorted in its lane, over none of the others, under its parent', () => {
  fc.assert(
    fc.property(spansOf(60, 300), (given) => {
      const source = sourceOf(given);
      const lanes = pack(source);
      expect([...lanes.subject].toSorted((one, other) => one - other)).toEqual(
        given.map((_, index) => index),
      );
      for (let lane = 0; lane < laneCount(lanes); lane++)
        for (let box = lanes.offsets[lane]! + 1; box < lanes.offsets[lane + 1]!; box++) {
          expect(lanes.start[box]).toBeGreaterThanOrEqual(lanes.start[box - 1]!);
          expect(lanes.start[box]).toBeGreaterThanOrEqual(lanes.end[box - 1]!);
        }
      const laneOf = new Map([...lanes.subject].map((ordinal, box) => [ordinal, laneOfBox(lanes, box)]));
      const startOf = (ordinal: number) => source.chunks[0]!.start[ordinal]!;
      for (const [ordinal, lane] of laneOf) {
        const parent = source.chunks[0]!.parent[ordinal]!;
        const isUnder = lane > (laneOf.get(parent) ?? -1);
        expect(isUnder || startOf(parent) >= startOf(ordinal)).toBe(true);
      }
    }),
  );
});

test('a parent that begins with its child stands over it, whichever was heard of first', () => {
  const lanes = pack(
    sampleSource([
      { start: 5, end: 9, parent: 1 },
      { start: 5, end: 10 },
    ]),
  );
  expect([...lanes.subject]).toEqual([1, 0]);
  expect(laneCount(lanes)).toBe(2);
});

test('what runs side by side takes another lane, and what follows takes the first again', () => {
  const root: SampleSpan = { start: 0, end: 100 };
  const child = (start: number, end: number): SampleSpan => ({ start, end, parent: 0 });
  const lanes = pack(sampleSource([root, child(0, 50), child(20, 60), child(50, 70)]));
  expect([...lanes.offsets]).toEqual([0, 1, 3, 4]);
  expect([...lanes.subject]).toEqual([0, 1, 3, 2]);
});

test('after an event, what began later is not there, and what ended later is open', () => {
  const source = sampleSource([
    { start: 0, end: 100, startSeq: 1, endSeq: 9 },
    { start: 10, end: 20, parent: 0, startSeq: 2, endSeq: 3, status: 'error' },
    { start: 30, end: 40, parent: 0, startSeq: 4, endSeq: 5 },
  ]);
  const then = pack(source, 2);
  expect([...then.subject]).toEqual([0, 1]);
  expect([...then.end]).toEqual([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
  expect(Array.from(then.tones[0]!, statusOfTone)).toEqual(['running', 'running']);
  expect([...pack(source, 3).end]).toEqual([Number.POSITIVE_INFINITY, 20]);
  expect([...pack(source).end]).toEqual([100, 20, 40]);
});

test('many more lanes than there were at first', () => {
  const lanes = pack(sampleSource(Array.from({ length: 1000 }, (_, start) => ({ start, end: 5000 }))));
  expect(laneCount(lanes)).toBe(1000);
});

test('the worst of any stretch is the worst of all that is in it', () => {
  const tones = fc.uint8Array({ maxLength: 700, max: 40 });
  fc.assert(
    fc.property(tones, fc.nat(700), fc.nat(700), (given, one, other) => {
      const [from, to] = [Math.min(one, other, given.length), Math.min(Math.max(one, other), given.length)];
      expect(worstOf(worstTones(given), from, to)).toBe(Math.max(0, ...given.subarray(from, to)));
    }),
  );
});

const view = fc
  .record({
    from: fc.integer({ min: -20, max: 330 }),
    length: fc.integer({ min: 1, max: 400 }),
    width: fc.integer({ min: 1, max: 90 }),
  })
  .map(({ from, length, width }): PixelView => ({ from, to: from + length, width, now: 310 }));

/** Every span painted over the pixels that it covers, the worst tone last. */
function naive(lanes: Lanes, lane: number, { from, to, width, now }: PixelView): readonly number[] {
  const pixels = Array.from({ length: width }, () => -1);
  for (let box = lanes.offsets[lane]!; box < lanes.offsets[lane + 1]!; box++) {
    const [start, end] = [lanes.start[box]!, Math.min(lanes.end[box]!, now)];
    if (start >= to || (start < from && end <= from)) continue;
    const pixel = (at: number) => Math.floor((at - from) * (width / (to - from)));
    const left = Math.max(0, pixel(start));
    const right = Math.min(width, Math.max(left + 1, pixel(end)));
    for (let x = left; x < right; x++) pixels[x] = Math.max(pixels[x]!, lanes.tones[0]![box]!);
  }
  return pixels;
}

function painted(lanes: Lanes, lane: number, over: PixelView): readonly number[] {
  const boxes = new PixelBoxes();
  quantiseLane(lanes, lane, over, 7, boxes);
  const pixels = Array.from({ length: over.width }, () => -1);
  for (let at = 0; at < boxes.count; at++) {
    expect(boxes.y[at]).toBe(7);
    for (let x = boxes.x[at]!; x < boxes.x[at]! + boxes.width[at]!; x++) {
      expect(pixels[x]).toBe(-1);
      pixels[x] = boxes.tone[at]!;
    }
  }
  return pixels;
}

test('what is quantised covers the very pixels of what it stands for, in the worst tone of each', () => {
  fc.assert(
    fc.property(spansOf(30, 300), view, (given, over) => {
      const lanes = pack(sourceOf(given));
      for (let lane = 0; lane < laneCount(lanes); lane++)
        expect(painted(lanes, lane, over)).toEqual(naive(lanes, lane, over));
    }),
    { numRuns: 300 },
  );
});

test('one error among 10,000 spans in a pixel is seen, and the box is marked', () => {
  const spans = Array.from({ length: 10_000 }, (_, index) => ({
    start: index * 10,
    end: index * 10 + 5,
    status: index === 6_543 ? ('error' as const) : ('ok' as const),
  }));
  const boxes = new PixelBoxes();
  quantiseLane(pack(sampleSource(spans)), 0, { from: 0, to: 1e7, width: 100, now: 1e5 }, 0, boxes);
  expect(boxes.count).toBe(1);
  expect([statusOfTone(boxes.tone[0]!), boxes.merged[0], boxes.width[0]]).toEqual(['error', 1, 1]);
});

test('a coarser level shows each pixel of the finest at most half a pixel beside its place', () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 20, max: 200 }), (seed, width) => {
      const random = seededRandom(seed);
      let at = 0;
      const spans = Array.from({ length: 20_000 }, (): SampleSpan => {
        const start = (at += Math.floor(random() * 40));
        at += Math.floor(random() ** 4 * 9_000);
        return { start, end: at, status: random() < 0.001 ? 'error' : 'ok' };
      });
      const all = detailed(pack(sampleSource(spans)));
      const over = { from: 0, to: at + 1, width, now: at };
      const lanes = lanesFor(all, at / width);
      expect(lanes.start.length * 2.5 <= all.finest.start.length).toBe(true);
      const [exact, coarse] = [naive(all.finest, 0, over), painted(lanes, 0, over)];
      const worstAround = (pixels: readonly number[], x: number) =>
        Math.max(...pixels.slice(Math.max(0, x - 1), x + 2));
      const wrong = exact.filter(
        (tone, x) => worstAround(coarse, x) < tone || worstAround(exact, x) < coarse[x]!,
      );
      expect(wrong).toEqual([]);
    }),
    { numRuns: 10 },
  );
});
