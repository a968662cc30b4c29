import { isJsonObject, type JsonObject, type JsonValue } from '../base/json.ts';
import type { Attribute } from '../journal/otlp/any-value.ts';
import type { OtlpSpan } from '../journal/otlp/protocol.ts';
import { chromeEvents } from './chrome-events.ts';
import { durationOf, laneOf, planChrome, say, timeOf, type ChromePlan } from './chrome-plan.ts';
import { DamagedFile } from './damaged-file.ts';
import { hash64 } from './foreign-id.ts';
import type { ImportedItem, Reporter } from './imported.ts';
import type { Reader, Reading } from './reading.ts';
import { kindNumber, leftover, logOf, objectAt, resourceOf, spanOf, textAt } from './otlp-parts.ts';
import { nanosOfMicros } from './times.ts';

/** The member of `otherData` by which our own exports say when their zero was; Unix nanoseconds. */
export const ZERO_TIME = 'signalbox.zero_time';
/** Microseconds from which a time is one of this age, and not one since a machine was started: 2000-01-01. */
const UNIX_TIMES = 946_684_800_000_000;

/**
 * The Trace Event Format (Chrome, Perfetto, DevTools, viztracer, …). What has a length becomes a span: complete events, and pairs of
 * beginnings and ends. They lie in each other as their times do. Everything else is a log record named `chrome.` and its phase,
 * and the rest of the document one named `chrome.document`. Read twice: ends may stand before beginnings.
 */
export const readChrome: Reader = async function* (reading): AsyncGenerator<readonly ImportedItem[]> {
  const { source, intake } = reading;
  const trace = new ChromeTrace(reading, await planChrome(source));
  for await (const { events } of chromeEvents(source())) {
    for (const { event, offset } of events) trace.take(event, offset);
    yield intake.take();
  }
  trace.end();
  yield intake.take();
};

class ChromeTrace {
  private readonly reading: Reading;
  private readonly plan: ChromePlan;
  private readonly zero: bigint;
  private readonly traceId: string;
  private readonly reporters = new Map<string, Reporter>();
  /** Beginnings, and ends, whose other half has not come. */
  private readonly waiting = new Map<number, JsonObject>();
  private at = -1;

  constructor(reading: Reading, plan: ChromePlan) {
    this.reading = reading;
    this.plan = plan;
    this.zero = zeroOf(plan, reading.zeroTime);
    this.traceId = hash64(`chrome ${reading.zeroTime}`) + hash64('chrome');
  }

  take(event: JsonObject, offset: number): void {
    this.at += 1;
    const phase = textAt(event, 'ph');
    if (phase === '') throw new DamagedFile('An event has no "ph"', offset);
    const ts = timeOf(event, 'ts');
    if (ts === undefined) return this.takeLog(event, phase, ts);
    if (phase === 'X') return this.takeSpan(event, this.at, ts, ts + durationOf(event));
    if (!PAIRED.has(phase)) return this.takeLog(event, phase, ts);
    const partner = this.plan.partners.get(this.at);
    if (partner !== undefined) this.takeHalf(event, partner, ts);
    else if (OPENING.has(phase)) {
      this.reading.intake.warnings.add('unmatched-begin', textAt(event, 'name'));
      this.takeSpan(event, this.at, ts, undefined);
    } else {
      this.reading.intake.warnings.add('unmatched-end', textAt(event, 'name'));
      this.takeLog(event, phase, ts);
    }
  }

  /** What is said of the whole. */
  end(): void {
    const { otherData, ...rest } = this.plan.document;
    const document = { ...rest, ...withoutZero(otherData) };
    if (Object.keys(document).length === 0) return;
    this.reading.intake.log(
      { resource: resourceOf([]), scope: undefined },
      logOf({ eventName: 'chrome.document', body: document }),
    );
  }

  private takeHalf(event: JsonObject, partner: number, ts: number): void {
    const other = this.waiting.get(partner);
    if (!other) {
      this.waiting.set(this.at, event);
      return;
    }
    this.waiting.delete(partner);
    if (OPENING.has(textAt(event, 'ph'))) this.takeSpan(event, this.at, ts, timeOf(other, 'ts'), other);
    else this.takeSpan(other, partner, timeOf(other, 'ts')!, ts, event);
  }

  private takeSpan(
    event: JsonObject,
    at: number,
    start: number,
    end: number | undefined,
    closing?: JsonObject,
  ): void {
    const parent = this.plan.parents.get(at);
    this.reading.intake.span(
      this.reporterOf(event),
      spanOf({
        traceId: this.traceId,
        spanId: idOf(at),
        parentSpanId: parent === undefined ? '' : idOf(parent),
        name: textAt(event, 'name'),
        kind: kindNumber('internal'),
        startTimeUnixNano: this.unixTime(start),
        endTimeUnixNano: end === undefined ? 0n : this.unixTime(end),
        attributes: this.attributesOf(event, closing),
      } satisfies Partial<OtlpSpan>),
    );
  }

  private takeLog(event: JsonObject, phase: string, ts: number | undefined): void {
    const isTimed = phase !== 'M' && ts !== undefined;
    const name = textAt(event, 'name');
    this.reading.intake.log(
      this.reporterOf(event),
      logOf({
        timeUnixNano: isTimed ? this.unixTime(ts) : 0n,
        eventName: `chrome.${phase}`,
        body: name === '' ? null : name,
        attributes: [
          ...this.attributesOf(event),
          ...(!isTimed && event['ts'] !== undefined ? [['chrome.ts', event['ts']] as const] : []),
        ],
      }),
    );
  }

  private attributesOf(event: JsonObject, closing: JsonObject = {}): readonly Attribute[] {
    const thread = this.plan.names.get(laneOf(event));
    // The arguments of an end are those of its span, after and under those of its beginning.
    const begun = objectAt(event, 'args');
    const args = Object.entries({ ...begun, ...objectAt(closing, 'args'), ...begun });
    const own = args.filter(([key]) => isOwnName(key));
    return [
      ...args.filter(([key]) => !isOwnName(key)),
      ...(event['tid'] === undefined ? [] : [['thread.id', event['tid']] as const]),
      ...(thread === undefined ? [] : [['thread.name', thread] as const]),
      ['chrome.ph', event['ph'] ?? null],
      ...(own.length > 0 ? [['chrome.args', Object.fromEntries(own)] as const] : []),
      ...leftover('chrome', event, hasArgs(event) ? MEMBERS : MEMBERS_WITHOUT_ARGS),
      ...closingAttributes(event, closing),
    ];
  }

  private reporterOf(event: JsonObject): Reporter {
    const pid = say(event['pid']);
    const known = this.reporters.get(pid);
    if (known) return known;
    const name = this.plan.names.get(pid);
    const by = {
      resource: resourceOf([
        ...(name === undefined ? [] : [['service.name', name] as const]),
        ...(event['pid'] === undefined ? [] : [['process.pid', event['pid']] as const]),
        ['chrome.zero_time', String(this.zero)],
      ]),
      scope: undefined,
    };
    this.reporters.set(pid, by);
    return by;
  }

  private unixTime(micros: number): bigint {
    return this.zero + nanosOfMicros(micros);
  }
}

function withoutZero(otherData: JsonValue | undefined): JsonObject {
  if (!isJsonObject(otherData)) return otherData === undefined ? {} : { otherData };
  const { [ZERO_TIME]: _, ...rest } = otherData;
  return Object.keys(rest).length === 0 ? {} : { otherData: rest };
}

const OPENING: ReadonlySet<string> = new Set(['B', 'b', 'S']);
const PAIRED: ReadonlySet<string> = new Set([...OPENING, 'E', 'e', 'F']);
const MEMBERS = new Set(['name', 'ph', 'ts', 'dur', 'pid', 'tid', 'args']);
const MEMBERS_WITHOUT_ARGS = new Set([...MEMBERS].filter((member) => member !== 'args'));

/** Where they are none, they are kept like a member that nobody knows. */
function hasArgs(event: JsonObject): boolean {
  const { args } = event;
  return typeof args === 'object' && args !== null && !Array.isArray(args);
}

/** Names of arguments that would be taken for something else. */
function isOwnName(key: string): boolean {
  return key.startsWith('chrome.') || key === 'thread.id' || key === 'thread.name';
}

/** What of an end contradicts its beginning, or is not said there. */
function closingAttributes(begin: JsonObject, end: JsonObject): readonly Attribute[] {
  const known = objectAt(begin, 'args');
  const other = Object.entries(objectAt(end, 'args')).filter(
    ([key, value]) => Object.hasOwn(known, key) && !isSame(known[key], value),
  );
  const left = Object.entries(end).filter(
    ([key, value]) => !END_MEMBERS.has(key) && !isSame(begin[key], value),
  );
  const closing: JsonObject = {
    ...Object.fromEntries(left),
    ...(other.length > 0 && { args: Object.fromEntries(other) }),
  };
  return Object.keys(closing).length > 0 ? [['chrome.end', closing]] : [];
}

const END_MEMBERS = new Set(['ph', 'ts', 'args']);

function isSame(one: JsonValue | undefined, other: JsonValue): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function idOf(at: number): string {
  return (at + 1).toString(16).padStart(16, '0');
}

/** When the zero of a trace was: what it says, or so that its first event falls on the time that is given. */
function zeroOf({ document, first = 0 }: ChromePlan, zeroTime: bigint): bigint {
  const said = textAt(objectAt(document, 'otherData'), ZERO_TIME);
  if (/^-?\d{1,19}$/.test(said)) return BigInt(said);
  return first >= UNIX_TIMES ? 0n : zeroTime - nanosOfMicros(first);
}
