import type { JsonValue } from '../base/json.ts';
import type { Attribute } from '../journal/otlp/any-value.ts';
import type { OtlpLogRecord, OtlpMetric, OtlpSpan } from '../journal/otlp/protocol.ts';
import { spanIdOf, traceIdOf, hash64, type ForeignId } from './foreign-id.ts';
import type { ImportedItem, Reporter } from './imported.ts';
import { SpanIndex } from './span-index.ts';
import { Warnings } from './warnings.ts';

/** Of spans that say no trace: all those of a file are of this one. */
const NO_TRACE = 'no trace';

/**
 * Where readers put what they find. Ids and times that the journal cannot have are replaced here, with a warning and the
 * original in an attribute: `PREFIX.trace_id`, `PREFIX.span_id`, `PREFIX.parent_id`, `PREFIX.start_time`, `PREFIX.end_time`.
 */
export class Intake {
  readonly warnings = new Warnings();
  private readonly prefix: string;
  private readonly fallbackTime: bigint;
  private readonly index = new SpanIndex();
  private items: ImportedItem[] = [];
  private lastStart: bigint | undefined;
  private spans = 0;

  /** `fallbackTime` (Unix nanoseconds) is for a file that says no time at all. */
  constructor(prefix: string, fallbackTime: bigint) {
    this.prefix = prefix;
    this.fallbackTime = fallbackTime;
  }

  get spanCount(): number {
    return this.spans;
  }

  /** Its ids may be any text; an empty one is none. */
  span(by: Reporter, given: OtlpSpan): void {
    this.spans += 1;
    const marks: Attribute[] = [];
    const traceId = this.traceId(given.traceId, marks);
    const spanId = this.spanId(given.spanId, marks);
    const parentSpanId = this.parentId(given.parentSpanId, marks);
    const [start, end] = this.times(given, traceId, parentSpanId, marks);
    if (!this.index.add(traceId, spanId, parentSpanId, start, end)) this.warnings.add('repeated-id', spanId);
    const links = given.links.length === 0 ? given.links : given.links.map((link) => this.link(link));
    const attributes = marks.length === 0 ? given.attributes : [...given.attributes, ...marks];
    const times = { startTimeUnixNano: start, endTimeUnixNano: end };
    this.items.push({
      kind: 'span',
      by,
      span: { ...given, traceId, spanId, parentSpanId, ...times, attributes, links },
    });
  }

  log(by: Reporter, given: OtlpLogRecord): void {
    const marks: Attribute[] = [];
    const traceId = given.traceId === '' ? '' : this.traceId(given.traceId, marks);
    const spanId = given.spanId === '' ? '' : this.spanId(given.spanId, marks);
    const attributes = marks.length === 0 ? given.attributes : [...given.attributes, ...marks];
    this.items.push({ kind: 'log', by, record: { ...given, traceId, spanId, attributes } });
  }

  metrics(by: Reporter, metrics: readonly OtlpMetric[], contentType: string, body: Uint8Array): void {
    this.items.push({ kind: 'metrics', by, metrics, contentType, body });
  }

  /** What has come since it was last asked. */
  take(): readonly ImportedItem[] {
    const { items } = this;
    this.items = [];
    return items;
  }

  /** Once all has come: what is odd about the whole is among the warnings then. */
  finish(): void {
    this.index.check(this.warnings);
  }

  private traceId(given: string, marks: Attribute[]): string {
    if (given === '') return this.note(traceIdOf(NO_TRACE), '', 'trace_id', []);
    return this.note(traceIdOf(given), given, 'trace_id', marks);
  }

  private spanId(given: string, marks: Attribute[]): string {
    if (given !== '' && !/^0+$/.test(given)) return this.note(spanIdOf(given), given, 'span_id', marks);
    const id = hash64(`span ${this.spans}`);
    this.warnings.add('missing-id', id);
    return id;
  }

  private parentId(given: string, marks: Attribute[]): string {
    if (given === '' || /^0+$/.test(given)) return '';
    return this.note(spanIdOf(given), given, 'parent_id', marks);
  }

  private link(link: OtlpSpan['links'][number]): OtlpSpan['links'][number] {
    const marks: Attribute[] = [];
    const traceId = this.note(traceIdOf(link.traceId), link.traceId, 'trace_id', marks);
    const spanId = this.note(spanIdOf(link.spanId), link.spanId, 'span_id', marks);
    return { ...link, traceId, spanId, attributes: [...link.attributes, ...marks] };
  }

  private note({ id, change }: ForeignId, given: string, name: string, marks: Attribute[]): string {
    if (change === 'none') return id;
    this.warnings.add(change === 'padded' ? 'padded-id' : 'changed-id', given);
    if (change === 'replaced' && given !== '') marks.push(this.mark(name, given));
    return id;
  }

  /** A span without a start begins with its end, else with its parent, else with what came before it. */
  private times(
    { startTimeUnixNano: start, endTimeUnixNano: end }: OtlpSpan,
    traceId: string,
    parentId: string,
    marks: Attribute[],
  ): readonly [start: bigint, end: bigint] {
    if (start !== 0n) this.lastStart = start;
    if (end === 0n) this.warnings.add('missing-end', traceId);
    if (start === 0n) {
      this.warnings.add('missing-start', traceId);
      marks.push(this.mark('start_time', null));
      const parent = parentId === '' ? undefined : this.index.startOf(traceId, parentId);
      return [end === 0n ? (parent ?? this.lastStart ?? this.fallbackTime) : end, end];
    }
    if (end === 0n || end >= start) return [start, end];
    this.warnings.add('ends-before-start', traceId);
    marks.push(this.mark('end_time', String(end)));
    return [start, start];
  }

  private mark(name: string, value: JsonValue): Attribute {
    return [`${this.prefix}.${name}`, value];
  }
}
