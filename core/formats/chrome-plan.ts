import type { JsonObject, JsonValue } from '../base/json.ts';
import type { Source } from './damaged-file.ts';
import { chromeEvents } from './chrome-events.ts';
import { objectAt, textAt } from './otlp-parts.ts';

/** What must be known of a whole trace before a first event of it can be told. Events are named by their place in the file, from 0. */
export interface ChromePlan {
  /** Of beginnings: their ends, and of ends: their beginnings. */
  readonly partners: ReadonlyMap<number, number>;
  /** The event that a slice lies in, on its thread or its track. */
  readonly parents: ReadonlyMap<number, number>;
  /** By `pid`, and by `pid tid`. */
  readonly names: ReadonlyMap<string, string>;
  /** The earliest time; microseconds. */
  readonly first: number | undefined;
  /** The members of the document beside the events, by their names. */
  readonly document: JsonObject;
}

/** A stretch of a thread, or of a track of asynchronous events. */
interface Slice {
  readonly start: number;
  readonly end: number;
  readonly at: number;
  /** Where its end stands; that of a complete event is nowhere, and of one that does not end behind all. */
  readonly close: number;
}

/** A beginning or an end that waits for the other. */
interface Edge {
  readonly ts: number;
  readonly at: number;
  readonly name: string;
  readonly opens: boolean;
}

export async function planChrome(source: Source): Promise<ChromePlan> {
  const slices = new Map<string, Slice[]>();
  const edges = new Map<string, Edge[]>();
  const names = new Map<string, string>();
  let first: number | undefined;
  let document: JsonObject = {};
  let at = -1;
  for await (const found of chromeEvents(source())) {
    document = { ...document, ...found.document };
    for (const { event } of found.events) {
      at += 1;
      const phase = textAt(event, 'ph');
      const ts = timeOf(event, 'ts');
      if (phase === 'M') noteName(names, event);
      else if (ts !== undefined && (first === undefined || ts < first)) first = ts;
      if (ts === undefined) continue;
      if (phase === 'X')
        push(slices, laneOf(event), { start: ts, end: ts + durationOf(event), at, close: -1 });
      const track = trackOf(event, phase);
      const opens = phase === 'B' || phase === 'b' || phase === 'S';
      if (track !== undefined) push(edges, track, { ts, at, name: textAt(event, 'name'), opens });
    }
  }
  const partners = new Map<number, number>();
  for (const [track, list] of edges) for (const slice of pair(list, partners)) push(slices, track, slice);
  const parents = new Map<number, number>();
  for (const list of slices.values()) nest(list, parents);
  return { partners, parents, names, first, document };
}

/** Microseconds. Some write them as a text. */
export function timeOf(event: JsonObject, key: string): number | undefined {
  const given = event[key];
  const value = typeof given === 'string' && given.trim() !== '' ? Number(given) : given;
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** Of a complete event: on the wall, else what its thread was given. */
export function durationOf(event: JsonObject): number {
  return timeOf(event, 'dur') ?? timeOf(event, 'tdur') ?? 0;
}

export function laneOf(event: JsonObject): string {
  return `${say(event['pid'])} ${say(event['tid'])}`;
}

export function say(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}

/** Beginnings and ends on one track belong to each other. */
function trackOf(event: JsonObject, phase: string): string | undefined {
  switch (phase) {
    case 'B':
    case 'E':
      return laneOf(event);
    case 'b':
    case 'e':
      return `async ${say(event['cat'])} ${say(event['scope'])} ${idOf(event)}`;
    case 'S':
    case 'F':
      return `legacy ${say(event['cat'])} ${say(event['name'])} ${say(event['pid'])} ${say(event['id'])}`;
    default:
      return undefined;
  }
}

/** An id is one of its process where it says so. */
function idOf(event: JsonObject): string {
  const id2 = objectAt(event, 'id2');
  if (id2['local'] !== undefined) return `local ${say(event['pid'])} ${say(id2['local'])}`;
  return `global ${say(id2['global'] ?? event['id'])}`;
}

function noteName(names: Map<string, string>, event: JsonObject): void {
  const name = textAt(objectAt(event, 'args'), 'name');
  if (name === '') return;
  if (event['name'] === 'process_name') names.set(say(event['pid']), name);
  if (event['name'] === 'thread_name') names.set(laneOf(event), name);
}

/**
 * An end closes the innermost beginning of its name; what is left then, as catapult has it, the innermost of whatever name. Events
 * need not be in the order of their times; of the same time, they are taken as they stand in the file.
 */
function pair(edges: readonly Edge[], partners: Map<number, number>): readonly Slice[] {
  const slices: Slice[] = [];
  const match = (given: readonly Edge[], byName: boolean): readonly Edge[] => {
    const open: Edge[] = [];
    const ends: Edge[] = [];
    for (const edge of given) {
      if (edge.opens) {
        open.push(edge);
        continue;
      }
      const isAny = !byName || edge.name === '';
      const found = findOpen(open, edge, ({ name }) => isAny || name === edge.name);
      const [begin] = found === -1 ? [] : open.splice(found, 1);
      if (!begin) {
        ends.push(edge);
        continue;
      }
      partners.set(begin.at, edge.at);
      partners.set(edge.at, begin.at);
      slices.push({ start: begin.ts, end: edge.ts, at: begin.at, close: edge.at });
    }
    return inOrder([...open, ...ends]);
  };
  const left = match(match(inOrder(edges), true), false);
  const open = left.filter(({ opens }) => opens);
  return [...slices, ...open.map(({ ts, at }) => ({ start: ts, end: Infinity, at, close: Infinity }))];
}

/** Also of two that are infinite. */
function descending(a: number, b: number): number {
  return a === b ? 0 : b - a;
}

/** The innermost that is open and fits; of those that began at the same time, the one that stands last before the end. */
function findOpen(open: readonly Edge[], end: Edge, fits: (edge: Edge) => boolean): number {
  const innermost = findLast(open, fits);
  if (innermost === -1) return -1;
  let best = innermost;
  for (let at = innermost; at >= 0 && open[at]!.ts === open[innermost]!.ts; at -= 1) {
    const isBefore = open[at]!.at < end.at && fits(open[at]!);
    if (isBefore && (open[best]!.at > end.at || open[at]!.at > open[best]!.at)) best = at;
  }
  return best;
}

function inOrder(edges: readonly Edge[]): readonly Edge[] {
  return edges.toSorted((a, b) => a.ts - b.ts || a.at - b.at);
}

/** The parent of a slice is the shortest that holds all of it; of the same times, the one that ends later in the file. */
function nest(slices: Slice[], parents: Map<number, number>): void {
  slices.sort(
    (a, b) => a.start - b.start || descending(a.end, b.end) || descending(a.close, b.close) || a.at - b.at,
  );
  const open: Slice[] = [];
  for (const slice of slices) {
    while (open.length > 0 && open.at(-1)!.end <= slice.start && open.at(-1)!.end < slice.end) open.pop();
    const parent = findLast(open, ({ end }) => end >= slice.end);
    if (parent !== -1) parents.set(slice.at, open[parent]!.at);
    open.push(slice);
  }
}

/** What is open at one time, and looked through: more is no program's. */
const DEEPEST = 1_000;

function findLast<Item>(open: readonly Item[], isIt: (item: Item) => boolean): number {
  const least = Math.max(0, open.length - DEEPEST);
  for (let at = open.length - 1; at >= least; at -= 1) if (isIt(open[at]!)) return at;
  return -1;
}

function push<Item>(lists: Map<string, Item[]>, key: string, item: Item): void {
  const list = lists.get(key);
  if (list) list.push(item);
  else lists.set(key, [item]);
}
