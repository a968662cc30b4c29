import { isJsonObject, parseJson, type JsonObject, type JsonValue } from '../base/json.ts';
import { STATUS_CODES, type OtlpLogRecord, type OtlpSpan } from '../journal/otlp/protocol.ts';
import { exportItems } from './export-items.ts';
import { say } from './chrome-plan.ts';
import type { ExportInput, Written } from './exported.ts';
import type { ImportedItem, Reporter } from './imported.ts';
import { layOut } from './lanes.ts';
import { ZERO_TIME } from './read-chrome.ts';
import { unixTime } from './run-time.ts';
import { microsOfNanos } from './times.ts';

/** Of a process that says no id of its own, by the order in which they come. */
const FIRST_PID = 1;

/**
 * The Trace Event Format as DevTools and Perfetto open it: what came from there as it came, and any other span as a complete event,
 * on lanes on which none cuts another. Attributes are the arguments; what is said of a span at one time is an instant.
 */
export async function* writeChrome(input: ExportInput): Written {
  const lanes = new Map(
    (await layOut(input)).flatMap(({ number, spans }) => spans.map(({ id }) => [id, number])),
  );
  const trace = new ChromeWriter(input, lanes);
  yield '{"traceEvents":[';
  let separator = '\n';
  for await (const item of exportItems(input)) {
    for (const event of trace.eventsOf(item)) {
      yield separator + event;
      separator = ',\n';
    }
  }
  yield `\n]${trace.documentMembers()}}\n`;
}

class ChromeWriter {
  private readonly lanes: ReadonlyMap<string, number>;
  /** Unix nanoseconds: that of the trace that the first event came from, else the start of the run. */
  private zero: bigint;
  private isZeroKnown = false;
  private readonly pids = new Map<string, number>();
  private document: JsonObject = {};

  constructor(input: ExportInput, lanes: ReadonlyMap<string, number>) {
    this.lanes = lanes;
    this.zero = unixTime(input.run, 0);
  }

  *eventsOf(item: ImportedItem): Iterable<string> {
    if (item.kind === 'metrics') return;
    if (!this.isZeroKnown) {
      this.zero = zeroOf(item.by) ?? this.zero;
      this.isZeroKnown = true;
    }
    if (item.kind === 'log') {
      const event = this.logEvent(item.record, item.by);
      if (event !== undefined) yield event;
      return;
    }
    const { span, by } = item;
    const phase = said(span.attributes, 'chrome.ph');
    if (typeof phase === 'string') yield* this.ownEvents(span, by, phase);
    else yield* this.spanEvents(span, by);
  }

  /** What the document has beside its events: as it came, with the time that its zero was. */
  documentMembers(): string {
    const { otherData, ...rest } = this.document;
    const zero = { [ZERO_TIME]: String(this.zero) };
    const members = { ...rest, otherData: isJsonObject(otherData) ? { ...otherData, ...zero } : zero };
    return Object.entries(members)
      .map(([key, value]) => `,\n${JSON.stringify(key)}:${JSON.stringify(value)}`)
      .join('');
  }

  /** A span that was one or two events. */
  private *ownEvents(span: OtlpSpan, by: Reporter, phase: string): Iterable<string> {
    const { startTimeUnixNano: start, endTimeUnixNano: end } = span;
    const members = { name: span.name, ...this.placeOf(span.attributes, by), ...membersOf(span.attributes) };
    const { zero } = this;
    const ts = microsOfNanos(start - zero);
    if (phase === 'X') {
      yield eventText(members, { ts, dur: microsOfNanos(end - start) });
      return;
    }
    yield eventText(members, { ts });
    const closing = CLOSING[phase];
    if (end === 0n || closing === undefined) return;
    const { args: _, ...same } = members;
    const said = span.attributes.find(([key]) => key === 'chrome.end')?.[1];
    const changed = isJsonObject(said) ? said : {};
    yield eventText({ ...same, ...changed, ph: closing }, { ts: microsOfNanos(end - zero) });
  }

  private *spanEvents(span: OtlpSpan, by: Reporter): Iterable<string> {
    const { startTimeUnixNano: start, endTimeUnixNano: end, status } = span;
    const place = this.placeOf(span.attributes, by, this.lanes.get(span.spanId) ?? 0);
    const code = STATUS_CODES[status?.code ?? 0];
    const args = {
      ...membersOf(span.attributes).args,
      ...(code !== undefined && code !== 'unset' && { 'otel.status_code': code.toUpperCase() }),
      ...(status && status.message !== '' && { 'otel.status_description': status.message }),
    };
    const members = { name: span.name, cat: by.scope?.name ?? 'span', ...place, args };
    const ts = microsOfNanos(start - this.zero);
    if (end === 0n) yield eventText({ ...members, ph: 'B' }, { ts });
    else yield eventText({ ...members, ph: 'X' }, { ts, dur: microsOfNanos(end - start) });
    for (const { name, timeUnixNano, attributes } of span.events) {
      const instant = { name, cat: 'event', ...place, ph: 'i', s: 't', ...membersOf(attributes) };
      yield eventText(instant, { ts: microsOfNanos(timeUnixNano - this.zero) });
    }
  }

  /** A log record is an instant, unless it was another event. */
  private logEvent(record: OtlpLogRecord, by: Reporter): string | undefined {
    const { eventName, body, attributes, timeUnixNano, observedTimeUnixNano } = record;
    if (eventName === 'chrome.document') {
      const document = typeof body === 'string' ? parseJson(body) : body;
      this.document = isJsonObject(document) ? document : {};
      return undefined;
    }
    const isOwn = typeof said(attributes, 'chrome.ph') === 'string';
    const name = typeof body === 'string' ? body : JSON.stringify(body);
    const place = this.placeOf(attributes, by);
    const time = timeUnixNano === 0n ? observedTimeUnixNano : timeUnixNano;
    const times = time === 0n ? {} : { ts: microsOfNanos(time - this.zero) };
    const members = membersOf(attributes);
    if (isOwn) return eventText({ ...(body !== null && { name }), ...place, ...members }, times);
    const instant = {
      name: eventName === '' ? name.slice(0, 200) : eventName,
      cat: 'log',
      ...place,
      ph: 'i',
      s: 't',
    };
    return eventText({ ...instant, args: { message: body, ...members.args } }, { ts: '0', ...times });
  }

  private placeOf(attributes: OtlpSpan['attributes'], by: Reporter, lane?: number): JsonObject {
    const resource = by.resource?.attributes ?? [];
    const isFromChrome = resource.some(([key]) => key === 'chrome.zero_time');
    const pid = said(resource, 'process.pid') ?? (isFromChrome ? undefined : this.pidOf(resource));
    const tid = lane ?? said(attributes, 'thread.id');
    return { ...(pid !== undefined && { pid }), ...(tid !== undefined && { tid }) };
  }

  private pidOf(resource: OtlpSpan['attributes']): number {
    const service = say(said(resource, 'service.name'));
    const known = this.pids.get(service) ?? this.pids.size + FIRST_PID;
    this.pids.set(service, known);
    return known;
  }
}

const CLOSING: Readonly<Record<string, string>> = { B: 'E', b: 'e', S: 'F' };

/** Unix nanoseconds; nothing where the resource is not one of a trace of Chrome's. */
function zeroOf(by: Reporter): bigint | undefined {
  const given = said(by.resource?.attributes ?? [], 'chrome.zero_time');
  return typeof given === 'string' && /^-?\d{1,20}$/.test(given) ? BigInt(given) : undefined;
}

function said(attributes: OtlpSpan['attributes'], name: string): JsonValue | undefined {
  return attributes.find(([key]) => key === name)?.[1];
}

/** The members that the attributes were, and what is left as arguments; of a key that comes twice, the first. */
function membersOf(attributes: OtlpSpan['attributes']): JsonObject & { readonly args?: JsonObject } {
  const members: [string, JsonValue][] = [];
  const args: [string, JsonValue][] = [];
  for (const [key, value] of attributes) {
    if (PLACES.has(key)) continue;
    if (key === 'chrome.args' && isJsonObject(value)) args.unshift(...Object.entries(value));
    else if (key.startsWith('chrome.')) members.push([key.slice('chrome.'.length), value]);
    else args.unshift([key, value]);
  }
  return {
    ...Object.fromEntries(members),
    ...(args.length > 0 && { args: Object.fromEntries(inOrder(args)) }),
  };
}

const PLACES: ReadonlySet<string> = new Set(['thread.id', 'thread.name', 'chrome.end']);

/** The pairs come last first, so that of two of a key the first is what is left. */
function inOrder(pairs: readonly [string, JsonValue][]): readonly [string, JsonValue][] {
  const kept = new Map(pairs);
  return [...kept].toReversed();
}

/** Times are numbers with more digits than JSON's are read with, and so are written as they are. */
function eventText(members: JsonObject, times: Readonly<Record<string, string>>): string {
  const text = JSON.stringify(members);
  const all = Object.entries(times).map(([key, value]) => `"${key}":${value}`);
  if (all.length === 0) return text;
  return `${text.slice(0, -1)}${text === '{}' ? '' : ','}${all.join(',')}}`;
}
