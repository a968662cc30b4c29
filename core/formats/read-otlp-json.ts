import type { JsonValue } from '../base/json.ts';
import { Malformed, type Message } from '../journal/otlp/fields.ts';
import {
  LOG_RECORD,
  METRICS,
  RESOURCE,
  SCOPE,
  SPAN,
  type OtlpResource,
  type OtlpScope,
} from '../journal/otlp/protocol.ts';
import { DamagedFile, type Source } from './damaged-file.ts';
import type { ImportedItem, Reporter } from './imported.ts';
import type { Reader, Reading } from './reading.ts';
import { array, object, SKIP, value, type Shape } from './json-shape.ts';
import { JSON_LIMITS, readJson, type JsonPiece } from './json-stream.ts';

/** Documents in a row, each an export: what the file exporters of collectors and SDKs write. */
const LIMITS = { ...JSON_LIMITS, documents: 'many' } as const;

/** The groups of an export; `leaf` is for its spans and log records. */
function shapeOf(leaf: (name: string) => Shape, metrics: Shape): Shape {
  const groups = (list: string, leaves: string, name: string): Shape =>
    array(
      object(
        {
          resource: value('resource'),
          [list]: array(
            object(
              { scope: value('scope'), [leaves]: array(leaf(name)) },
              { name: 'scope-group', rest: SKIP },
            ),
          ),
        },
        { name: 'resource-group', rest: SKIP },
      ),
    );
  return object(
    {
      resourceSpans: groups('scopeSpans', 'spans', 'span'),
      resourceLogs: groups('scopeLogs', 'logRecords', 'log'),
      resourceMetrics: array(metrics),
    },
    { rest: SKIP },
  );
}

const WHOLE = shapeOf(value, value('metrics'));
const REPORTERS_ONLY = shapeOf(() => SKIP, SKIP);

/**
 * OTLP/JSON: one export or many. A resource may stand behind its spans, which JSON allows and some libraries do: the first time
 * that happens, the file is read once more for the resources alone.
 */
export const readOtlpJson: Reader = async function* (reading): AsyncGenerator<readonly ImportedItem[]> {
  const groups = new Groups(reading.source);
  for await (const pieces of readJson(reading.source(), WHOLE, LIMITS)) {
    for (const piece of pieces) {
      if (groups.note(piece) || piece.kind !== 'value') continue;
      const by = groups.known() ?? (await groups.lookUp());
      takeLeaf(reading, piece.name, piece.value, piece.offset, by);
    }
    yield reading.intake.take();
  }
};

function takeLeaf({ intake }: Reading, name: string, given: JsonValue, offset: number, by: Reporter): void {
  if (name === 'span') intake.span(by, decode(SPAN, given, offset));
  else if (name === 'log') intake.log(by, decode(LOG_RECORD, given, offset));
  else {
    const whole = { resourceMetrics: [given] };
    const { resource, scopeMetrics } = decode(METRICS, whole, offset).resourceMetrics[0]!;
    const metrics = scopeMetrics.flatMap((group) => group.metrics);
    const body = new TextEncoder().encode(JSON.stringify(whole));
    intake.metrics({ resource, scope: scopeMetrics[0]?.scope }, metrics, 'application/json', body);
  }
}

/** Says which member it was that is not as the protocol has it. */
function decode<Value>(message: Message<Value>, given: JsonValue, offset: number): Value {
  try {
    return message.json(given);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    const place = error.path.length === 0 ? 'It' : `"${error.path.join('.')}"`;
    throw new DamagedFile(`${place} ${error.message}`, offset);
  }
}

/** Who reports what comes next. */
class Groups {
  private readonly source: Source;
  private resource: OtlpResource | undefined;
  private scope: OtlpScope | undefined;
  private reporter: Reporter | undefined;
  private group = -1;
  private isResourceKnown = false;
  private isScopeKnown = false;
  private table: readonly Reporter[] | undefined;

  constructor(source: Source) {
    this.source = source;
  }

  /** Whether the piece was about a group, and not about something reported. */
  note(piece: JsonPiece): boolean {
    if (piece.kind === 'begin') {
      if (piece.name === 'scope-group') this.group += 1;
      if (piece.name === 'resource-group') this.isResourceKnown = false;
      this.isScopeKnown = false;
      this.reporter = undefined;
      return true;
    }
    if (piece.kind === 'end') return true;
    if (piece.name === 'resource') {
      this.resource = piece.value === null ? undefined : decode(RESOURCE, piece.value, piece.offset);
      this.isResourceKnown = true;
      return true;
    }
    if (piece.name !== 'scope') return piece.name === 'other';
    this.scope = piece.value === null ? undefined : decode(SCOPE, piece.value, piece.offset);
    this.isScopeKnown = true;
    return true;
  }

  /** Nothing where the resource or the scope has not come yet. */
  known(): Reporter | undefined {
    if (this.reporter) return this.reporter;
    if (this.table) this.reporter = this.table[this.group];
    else if (this.isResourceKnown && this.isScopeKnown) this.reporter = this.current();
    return this.reporter;
  }

  async lookUp(): Promise<Reporter> {
    this.table ??= await tabulate(this.source);
    this.reporter = this.table[this.group] ?? { resource: undefined, scope: undefined };
    return this.reporter;
  }

  private current(): Reporter {
    return { resource: this.resource, scope: this.scope };
  }
}

/** The reporters of all groups of scopes, in their order. */
async function tabulate(source: Source): Promise<readonly Reporter[]> {
  const table: Reporter[] = [];
  let [resource, scope]: [OtlpResource | undefined, OtlpScope | undefined] = [undefined, undefined];
  let first = 0;
  for await (const pieces of readJson(source(), REPORTERS_ONLY, LIMITS)) {
    for (const piece of pieces) {
      const opens = piece.kind === 'begin';
      if (opens && piece.name === 'resource-group') [resource, first] = [undefined, table.length];
      else if (opens) scope = undefined;
      else if (piece.kind === 'value') {
        if (piece.value === null) continue;
        if (piece.name === 'resource') resource = decode(RESOURCE, piece.value, piece.offset);
        else scope = decode(SCOPE, piece.value, piece.offset);
      } else if (piece.name === 'scope-group') table.push({ resource, scope });
      else for (let at = first; at < table.length; at += 1) table[at] = { ...table[at]!, resource };
    }
  }
  return table;
}
