import type { JsonObject, JsonValue } from '../base/json.ts';
import type { OtlpSpan } from '../journal/otlp/protocol.ts';
import { exportItems } from './export-items.ts';
import type { ExportInput, Written } from './exported.ts';
import { layOut, type Lane } from './lanes.ts';
import { SPEEDSCOPE_UNITS } from './read-speedscope.ts';

const SCHEMA = 'https://www.speedscope.app/file-format-schema.json';

/**
 * speedscope's format: what came from there as it came, and any other run as an evented profile for each of its lanes. Of a span it
 * has the name and the place in the source.
 */
export async function* writeSpeedscope(input: ExportInput): Written {
  const frames = new Frames();
  const imported = await readProfiles(input, frames);
  const isImported = imported.profiles.length > 0;
  const document = isImported ? imported.document : { $schema: SCHEMA, exporter: 'signalbox' };
  const profiles = isImported
    ? imported.profiles
    : (await layOut(input)).map((lane) => profileOf(lane, frames, input));
  yield '{';
  for (const [key, value] of Object.entries(document)) {
    yield `${JSON.stringify(key)}:${JSON.stringify(value)},\n`;
  }
  yield '"profiles":[';
  let separator = '\n';
  for (const profile of profiles) {
    yield separator;
    yield* profileText(profile);
    separator = ',\n';
  }
  yield `\n],\n"shared":{"frames":${JSON.stringify(frames.list)}}}\n`;
}

interface Stretch {
  readonly frame: number;
  /** In the unit of the profile. */
  readonly start: number;
  readonly end: number;
}

interface Profile {
  readonly header: JsonObject;
  readonly isSampled: boolean;
  readonly start: number;
  readonly end: number;
  /** From the outermost inwards, none cutting another. */
  readonly stretches: readonly Stretch[];
}

class Frames {
  readonly list: JsonObject[] = [];
  private readonly known = new Map<string, number>();

  of(frame: JsonObject): number {
    const key = JSON.stringify(frame);
    const known = this.known.get(key) ?? this.list.push(frame) - 1;
    this.known.set(key, known);
    return known;
  }
}

function profileOf({ number, spans }: Lane, frames: Frames, { run }: ExportInput): Profile {
  const stretches = spans.map(({ name, start, end }) => ({ frame: frames.of({ name }), start, end }));
  const end = spans.reduce((latest, span) => Math.max(latest, span.end), 0);
  return {
    header: { name: `${run.name} ${number}`, unit: 'nanoseconds' },
    isSampled: false,
    start: 0,
    end,
    stretches,
  };
}

interface Imported {
  readonly document: JsonObject;
  readonly profiles: readonly Profile[];
}

/** Of a run that was imported from such a file. Spans come innermost first, and each profile last of its own. */
async function readProfiles(input: ExportInput, frames: Frames): Promise<Imported> {
  const profiles: Profile[] = [];
  const document: (readonly [string, JsonValue])[] = [];
  let spans: OtlpSpan[] = [];
  for await (const item of exportItems(input)) {
    if (item.kind !== 'span') continue;
    spans.push(item.span);
    const said = new Map(item.span.attributes);
    const unit = said.get('speedscope.unit');
    if (typeof unit !== 'string') continue;
    if (profiles.length === 0) document.push(...membersOf(item.by.resource?.attributes ?? []));
    profiles.push(importedProfile(spans, said, unit, frames));
    spans = [];
  }
  return { document: Object.fromEntries(document), profiles };
}

function importedProfile(
  spans: readonly OtlpSpan[],
  said: ReadonlyMap<string, JsonValue>,
  unit: string,
  frames: Frames,
): Profile {
  const root = spans.at(-1)!;
  const start = Number(said.get('speedscope.start') ?? 0);
  const nanos = SPEEDSCOPE_UNITS[unit] ?? 1;
  const valueOf = (time: bigint) => start + Number(time - root.startTimeUnixNano) / nanos;
  const stretches = spans.slice(0, -1).map((span) => ({
    frame: frames.of(frameOf(span)),
    start: valueOf(span.startTimeUnixNano),
    end: valueOf(span.endTimeUnixNano),
  }));
  const { type: _, unit: __, start: ___, ...rest } = Object.fromEntries(membersOf(root.attributes));
  return {
    header: { name: root.name, unit, ...rest },
    isSampled: said.get('speedscope.type') === 'sampled',
    start,
    end: valueOf(root.endTimeUnixNano),
    // Reversed, outer ones come before inner ones that begin at the same time.
    stretches: stretches.toReversed().toSorted((a, b) => a.start - b.start || b.end - a.end),
  };
}

function membersOf(attributes: OtlpSpan['attributes']): readonly (readonly [string, JsonValue])[] {
  return attributes.flatMap(([key, value]) =>
    key.startsWith('speedscope.') && !key.startsWith('speedscope.frame.')
      ? [[key.slice('speedscope.'.length), value] as const]
      : [],
  );
}

const FRAME_NAMES: Readonly<Record<string, string>> = {
  'code.file.path': 'file',
  'code.line.number': 'line',
  'code.column.number': 'col',
};

function frameOf({ name, attributes }: OtlpSpan): JsonObject {
  const members = attributes.flatMap(([key, value]) => {
    const own = key.startsWith('speedscope.frame.')
      ? key.slice('speedscope.frame.'.length)
      : FRAME_NAMES[key];
    return own === undefined ? [] : [[own, value] as const];
  });
  return { name, ...Object.fromEntries(members) };
}

function* profileText({ header, isSampled, start, end, stretches }: Profile): Iterable<string> {
  const members = { type: isSampled ? 'sampled' : 'evented', ...header, startValue: start, endValue: end };
  yield JSON.stringify(members).slice(0, -1);
  yield* isSampled ? samplesText(stretches, start, end) : eventsText(stretches);
  yield '}';
}

interface Edge {
  readonly type: 'O' | 'C';
  readonly frame: number;
  readonly at: number;
}

/** Opened and closed in the order of time; what closes first at one time is the innermost. */
function* edgesOf(stretches: readonly Stretch[]): Iterable<Edge> {
  const open: Stretch[] = [];
  const close = ({ frame, end }: Stretch): Edge => ({ type: 'C', frame, at: end });
  for (const stretch of stretches) {
    while (open.length > 0 && open.at(-1)!.end <= stretch.start) yield close(open.pop()!);
    yield { type: 'O', frame: stretch.frame, at: stretch.start };
    open.push(stretch);
  }
  while (open.length > 0) yield close(open.pop()!);
}

function* eventsText(stretches: readonly Stretch[]): Iterable<string> {
  yield ',"events":[';
  let separator = '';
  for (const edge of edgesOf(stretches)) {
    yield separator + JSON.stringify(edge);
    separator = ',';
  }
  yield ']';
}

function* samplesText(stretches: readonly Stretch[], start: number, end: number): Iterable<string> {
  const samples: number[][] = [];
  const weights: number[] = [];
  const stack: number[] = [];
  let now = start;
  const pass = (to: number): void => {
    if (to <= now) return;
    samples.push([...stack]);
    weights.push(to - now);
    now = to;
  };
  for (const { type, frame, at } of edgesOf(stretches)) {
    pass(at);
    if (type === 'O') stack.push(frame);
    else stack.pop();
  }
  pass(end);
  yield `,"samples":${JSON.stringify(samples)},"weights":${JSON.stringify(weights)}`;
}
