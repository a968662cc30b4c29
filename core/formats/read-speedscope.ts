import { isJsonObject, type JsonObject, type JsonValue } from '../base/json.ts';
import type { Attribute } from '../journal/otlp/any-value.ts';
import { DamagedFile, type Source } from './damaged-file.ts';
import { hash64 } from './foreign-id.ts';
import type { Intake } from './intake.ts';
import type { ImportedItem, Reporter } from './imported.ts';
import type { Reader } from './reading.ts';
import { array, object, SKIP, value, type Shape } from './json-shape.ts';
import { readJson } from './json-stream.ts';
import { kindNumber, leftover, numberAt, resourceOf, spanOf, textAt } from './otlp-parts.ts';

function shapeOf(events: Shape, samples: Shape, member: Shape, frames: Shape): Shape {
  return object(
    {
      shared: object({ frames: array(frames) }, { rest: SKIP }),
      profiles: array(object({ events, samples }, { name: 'profile', rest: member })),
    },
    { rest: value('other') },
  );
}

const HEADERS = shapeOf(SKIP, SKIP, value('member'), value('frame'));
const STACKS = shapeOf(array(value('event')), array(value('sample')), SKIP, SKIP);

/** Nanoseconds of one; what is no time has a microsecond for each. */
export const SPEEDSCOPE_UNITS: Readonly<Record<string, number>> = {
  nanoseconds: 1,
  microseconds: 1e3,
  milliseconds: 1e6,
  seconds: 1e9,
  none: 1e3,
  bytes: 1e3,
};

/**
 * speedscope's own format, evented and sampled. A profile is a span, and the frames of its stacks are the spans under it; of a
 * sampled one, a frame lasts as long as it stays where it is in the stack. Read twice: the frames may stand at the end.
 */
export const readSpeedscope: Reader = async function* ({
  source,
  intake,
  zeroTime,
}): AsyncGenerator<readonly ImportedItem[]> {
  const { profiles, frames, document } = await readHeaders(source);
  const by: Reporter = {
    resource: resourceOf(leftover('speedscope', document, new Set())),
    scope: undefined,
  };
  let [place, stack]: [number, Stack | undefined] = [-1, undefined];
  for await (const pieces of readJson(source(), STACKS)) {
    for (const piece of pieces) {
      if (piece.kind === 'begin') {
        place += 1;
        stack = new Stack(intake, by, frames, profiles[place]!, place, zeroTime);
      } else if (piece.kind === 'end') stack?.end(piece.offset);
      else if (piece.name === 'event') stack?.event(piece.value, piece.offset);
      else if (piece.name === 'sample') stack?.sample(piece.value, piece.offset);
    }
    yield intake.take();
  }
};

interface Headers {
  readonly profiles: readonly JsonObject[];
  readonly frames: readonly JsonObject[];
  readonly document: JsonObject;
}

async function readHeaders(source: Source): Promise<Headers> {
  const profiles: JsonObject[] = [];
  const frames: JsonObject[] = [];
  const document: [string, JsonValue][] = [];
  let members: [string, JsonValue][] = [];
  for await (const pieces of readJson(source(), HEADERS)) {
    for (const piece of pieces) {
      if (piece.kind === 'begin') members = [];
      else if (piece.kind === 'end') profiles.push(Object.fromEntries(members));
      else if (piece.name === 'member') members.push([piece.key!, piece.value]);
      else if (piece.name === 'other') document.push([piece.key!, piece.value]);
      else if (isJsonObject(piece.value)) frames.push(piece.value);
      else throw new DamagedFile('A frame is not an object', piece.offset);
    }
  }
  return { profiles, frames, document: Object.fromEntries(document) };
}

interface OpenFrame {
  readonly frame: number;
  readonly at: number;
  readonly id: string;
}

/** The stack of one profile as its time passes. */
class Stack {
  private readonly intake: Intake;
  private readonly by: Reporter;
  private readonly frames: readonly JsonObject[];
  private readonly profile: JsonObject;
  private readonly weights: readonly JsonValue[];
  private readonly unit: number;
  private readonly start: number;
  private readonly zero: bigint;
  private readonly traceId: string;
  private readonly open: OpenFrame[] = [];
  private spans = 1;
  private samples = 0;
  private now: number;

  constructor(
    intake: Intake,
    by: Reporter,
    frames: readonly JsonObject[],
    profile: JsonObject,
    place: number,
    zeroTime: bigint,
  ) {
    this.intake = intake;
    this.by = by;
    this.frames = frames;
    this.profile = profile;
    const { weights } = profile;
    this.weights = Array.isArray(weights) ? weights : [];
    this.unit = SPEEDSCOPE_UNITS[textAt(profile, 'unit')] ?? SPEEDSCOPE_UNITS['none']!;
    this.start = numberAt(profile, 'startValue') ?? 0;
    this.now = this.start;
    this.zero = zeroTime;
    this.traceId = hash64(`speedscope ${zeroTime}`) + hash64(`profile ${place}`);
  }

  event(given: JsonValue, offset: number): void {
    const event = isJsonObject(given) ? given : {};
    const [at, frame, type] = [numberAt(event, 'at'), numberAt(event, 'frame'), event['type']];
    if (at === undefined || frame === undefined || (type !== 'O' && type !== 'C')) {
      throw new DamagedFile('An event of a profile has no "type" O or C, no "frame" or no "at"', offset);
    }
    if (at < this.now) throw new DamagedFile(`An event at ${at} comes after one at ${this.now}`, offset);
    this.now = at;
    if (type === 'O') return this.push(frame, offset);
    const top = this.open.at(-1);
    if (top?.frame !== frame) {
      const found = top ? `"${this.nameOf(top.frame)}" is the innermost that is open` : 'none is open';
      throw new DamagedFile(`Frame ${frame} is closed, but ${found}`, offset);
    }
    this.pop();
  }

  sample(given: JsonValue, offset: number): void {
    if (!Array.isArray(given)) throw new DamagedFile('A sample is not a list of frames', offset);
    const stack = given as readonly JsonValue[];
    let same = 0;
    while (same < this.open.length && this.open[same]!.frame === stack[same]) same += 1;
    while (this.open.length > same) this.pop();
    for (const frame of stack.slice(same)) {
      if (typeof frame !== 'number') throw new DamagedFile('A frame of a sample is not a number', offset);
      this.push(frame, offset);
    }
    const weight = this.weights[this.samples];
    if (typeof weight !== 'number') {
      throw new DamagedFile(`Sample ${this.samples} has no weight`, offset);
    }
    this.samples += 1;
    this.now += weight;
  }

  /** The profile is over. */
  end(offset: number): void {
    if (this.profile['type'] === 'evented' && this.open.length > 0) {
      const name = this.nameOf(this.open.at(-1)!.frame);
      throw new DamagedFile(`Frame "${name}" is opened and never closed`, offset);
    }
    while (this.open.length > 0) this.pop();
    const end = Math.max(this.now, numberAt(this.profile, 'endValue') ?? this.now);
    this.add(idOf(1), '', textAt(this.profile, 'name'), this.start, end, [
      ['speedscope.unit', textAt(this.profile, 'unit')],
      ['speedscope.start', this.start],
      ...leftover('speedscope', this.profile, PROFILE_MEMBERS),
    ]);
  }

  private push(frame: number, offset: number): void {
    if (!this.frames[frame]) throw new DamagedFile(`There is no frame ${frame}`, offset);
    this.spans += 1;
    this.open.push({ frame, at: this.now, id: idOf(this.spans) });
  }

  private pop(): void {
    const { frame, at, id } = this.open.pop()!;
    const parent = this.open.at(-1)?.id ?? idOf(1);
    this.add(id, parent, this.nameOf(frame), at, this.now, frameAttributes(this.frames[frame]!));
  }

  private nameOf(frame: number): string {
    return textAt(this.frames[frame] ?? {}, 'name');
  }

  private add(
    spanId: string,
    parentSpanId: string,
    name: string,
    start: number,
    end: number,
    attributes: readonly Attribute[],
  ): void {
    this.intake.span(
      this.by,
      spanOf({
        traceId: this.traceId,
        spanId,
        parentSpanId,
        name,
        kind: kindNumber('internal'),
        startTimeUnixNano: this.unixTime(start),
        endTimeUnixNano: this.unixTime(end),
        attributes,
      }),
    );
  }

  private unixTime(value: number): bigint {
    return this.zero + BigInt(Math.round((value - this.start) * this.unit));
  }
}

const PROFILE_MEMBERS = new Set(['name', 'unit', 'startValue', 'endValue', 'weights']);

const FRAME_MEMBERS = new Set(['name', 'file', 'line', 'col']);

function frameAttributes(frame: JsonObject): readonly Attribute[] {
  const { file, line, col } = frame;
  return [
    ...(file === undefined ? [] : [['code.file.path', file] as const]),
    ...(line === undefined ? [] : [['code.line.number', line] as const]),
    ...(col === undefined ? [] : [['code.column.number', col] as const]),
    ...leftover('speedscope.frame', frame, FRAME_MEMBERS),
  ];
}

function idOf(place: number): string {
  return place.toString(16).padStart(16, '0');
}
