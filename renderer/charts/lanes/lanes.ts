import { worstTones, type WorstTones } from './worst-tones.ts';

/** Boxes in lanes: in each they follow each other by where they begin, and none covers another. */
export interface Lanes {
  /** The first box of each lane, and at the end how many boxes there are. */
  readonly offsets: Uint32Array;
  /** Nanoseconds, tokens or USD: whatever the axis is of. What has not ended ends at infinity. */
  readonly start: Float64Array;
  readonly end: Float64Array;
  /** Whose box it is: the ordinal of a span, or the place of a node. */
  readonly subject: Uint32Array;
  readonly tones: WorstTones;
  /** Of coarser lanes, how many boxes the finest have: `subject` is then the first of those that a box stands for. */
  readonly standFor?: number;
}

export function laneCount(lanes: Lanes): number {
  return lanes.offsets.length - 1;
}

/** Boxes that are put down in an order in which each lane's own are sorted. */
export class LaneWriter {
  private readonly next: Uint32Array;
  private readonly offsets: Uint32Array;
  private readonly start: Float64Array;
  private readonly end: Float64Array;
  private readonly subject: Uint32Array;
  private readonly tone: Uint8Array;

  /** How many boxes each lane is going to have. */
  constructor(counts: Uint32Array) {
    this.offsets = new Uint32Array(counts.length + 1);
    for (const [lane, count] of counts.entries()) this.offsets[lane + 1] = this.offsets[lane]! + count;
    const boxes = this.offsets[counts.length]!;
    this.next = this.offsets.slice(0, counts.length);
    this.start = new Float64Array(boxes);
    this.end = new Float64Array(boxes);
    this.subject = new Uint32Array(boxes);
    this.tone = new Uint8Array(boxes);
  }

  put(lane: number, start: number, end: number, subject: number, tone: number): void {
    const box = this.next[lane]!++;
    this.start[box] = start;
    this.end[box] = end;
    this.subject[box] = subject;
    this.tone[box] = tone;
  }

  lanes(standFor?: number): Lanes {
    const { offsets, start, end, subject } = this;
    const tones = worstTones(this.tone);
    return { offsets, start, end, subject, tones, ...(standFor !== undefined && { standFor }) };
  }
}

/** Whether a box of coarser lanes is more than one of the finest. */
export function isSeveral({ subject, standFor }: Lanes, box: number): boolean {
  return standFor !== undefined && (subject[box + 1] ?? standFor) - subject[box]! > 1;
}

/** The memory that lanes are in: what is given away when they go to another thread. */
export function buffersOf(lanes: Lanes): readonly ArrayBuffer[] {
  const { offsets, start, end, subject, tones } = lanes;
  return [offsets, start, end, subject, ...tones].map((column) => column.buffer as ArrayBuffer);
}

/** The first box of `lane` that begins at `at` or later. */
export function firstFrom(lanes: Lanes, lane: number, at: number): number {
  let [low, high] = [lanes.offsets[lane]!, lanes.offsets[lane + 1]!];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (lanes.start[middle]! < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The lane in which a box stands. */
export function laneOfBox(lanes: Lanes, box: number): number {
  let [low, high] = [0, laneCount(lanes) - 1];
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (lanes.offsets[middle]! <= box) low = middle;
    else high = middle - 1;
  }
  return low;
}
