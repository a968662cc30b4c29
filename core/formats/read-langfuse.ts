import { isJsonObject, parseJson, type JsonObject, type JsonValue } from '../base/json.ts';
import type { Attribute } from '../journal/otlp/any-value.ts';
import { DamagedFile, type Source } from './damaged-file.ts';
import type { Intake } from './intake.ts';
import type { ImportedItem, Reporter } from './imported.ts';
import type { Reader } from './reading.ts';
import { array, either, object, SKIP, value, type Shape } from './json-shape.ts';
import { hasLines, readLines } from './json-rows.ts';
import { readJson } from './json-stream.ts';
import {
  leftover,
  logOf,
  numberAt,
  objectAt,
  objectsAt,
  resourceOf,
  scopeOf,
  spanOf,
  statusOf,
  textAt,
} from './otlp-parts.ts';
import { nanosOfTime } from './times.ts';

/** The observations of a trace may be in it, beside it, or both: beside it they have their contents. */
function shapeOf(outer: Shape, inner: Shape, member: Shape, row: Shape): Shape {
  const trace = object({ observations: array(inner, { name: 'inner' }) }, { rest: member });
  return either(
    object(
      {
        trace,
        observations: array(outer, { name: 'outer' }),
        data: array(row),
        meta: SKIP,
      },
      { name: 'document', rest: member },
    ),
    array(row),
  );
}

const CONTEXT = shapeOf(SKIP, SKIP, value('member'), SKIP);
const ALL = shapeOf(value('outer'), value('inner'), SKIP, value('row'));

/**
 * What Langfuse exports: a trace with its observations (of its API or its window), lists of either, or observations as JSON lines.
 * Attributes that came to Langfuse over OpenTelemetry are taken out of its metadata again; what it says of the whole trace is
 * said of the resource, and its scores are log records.
 */
export const readLangfuse: Reader = async function* ({
  source,
  intake,
}): AsyncGenerator<readonly ImportedItem[]> {
  const reporters = new Reporters();
  if (!(await hasLines(source))) return yield* readOne(source, intake, reporters);
  for await (const rows of readLines(source)) {
    for (const { row, offset } of rows) takeRow(row, offset, intake, reporters);
    yield intake.take();
  }
};

async function* readOne(
  source: Source,
  intake: Intake,
  reporters: Reporters,
): AsyncGenerator<readonly ImportedItem[]> {
  const context = await readContext(source);
  const { trace, offset, hasOuter } = context;
  if (context.hasObservations) {
    if (Object.keys(trace).length > 0) takeTrace(trace, offset, true, intake, reporters);
  } else if (Object.keys(trace).length > 0) takeRow(trace, offset, intake, reporters);
  for await (const pieces of readJson(source(), ALL)) {
    for (const piece of pieces) {
      if (piece.kind !== 'value' || (piece.name === 'inner' && hasOuter)) continue;
      if (!isJsonObject(piece.value)) throw new DamagedFile('An observation is not an object', piece.offset);
      if (piece.name === 'row') takeRow(piece.value, piece.offset, intake, reporters);
      else takeObservation(piece.value, piece.offset, trace, intake, reporters);
    }
    yield intake.take();
  }
}

/** Of an observation that stands alone. */
const NO_TRACE: JsonObject = {};

interface Context {
  /** What is said of the trace, or of the one thing that the document is. */
  readonly trace: JsonObject;
  readonly offset: number;
  readonly hasOuter: boolean;
  readonly hasObservations: boolean;
}

async function readContext(source: Source): Promise<Context> {
  const members: [string, JsonValue][] = [];
  let [offset, from] = [0, 0];
  const full = new Set<string>();
  for await (const pieces of readJson(source(), CONTEXT)) {
    for (const piece of pieces) {
      if (piece.kind === 'value') members.push([piece.key!, piece.value]);
      else if (piece.name === 'document') offset = piece.kind === 'begin' ? piece.offset : offset;
      else if (piece.kind === 'begin') from = piece.offset;
      // Of an empty list, the brackets stand side by side, or nearly.
      else if (piece.offset - from > 2) full.add(piece.name);
    }
  }
  const trace = Object.fromEntries(members);
  return { trace, offset, hasOuter: full.has('outer'), hasObservations: full.size > 0 };
}

/** An observation, or a trace with or without its observations, in it or beside it. */
function takeRow(row: JsonObject, offset: number, intake: Intake, reporters: Reporters): void {
  if (row['startTime'] !== undefined) return takeObservation(row, offset, NO_TRACE, intake, reporters);
  const { observations: inside, ...trace } = isJsonObject(row['trace']) ? row['trace'] : row;
  const beside = objectsAt(row, 'observations');
  const observations = beside.length > 0 ? beside : objectsAt({ inside: inside ?? null }, 'inside');
  takeTrace(trace, offset, observations.length > 0, intake, reporters);
  for (const observation of observations) takeObservation(observation, offset, trace, intake, reporters);
}

/** A trace without observations is a span; its scores are log records. */
function takeTrace(
  trace: JsonObject,
  offset: number,
  hasObservations: boolean,
  intake: Intake,
  reporters: Reporters,
): void {
  const id = textAt(trace, 'id');
  const start = nanosOfTime(trace['timestamp']);
  if (id === '' || start === 0n) throw new DamagedFile('A trace has no "id" or no "timestamp"', offset);
  const by = reporters.of(trace, {});
  if (!hasObservations) {
    const seconds = numberAt(trace, 'latency') ?? 0;
    intake.span(
      by,
      spanOf({
        traceId: id,
        spanId: `trace ${id}`,
        name: textAt(trace, 'name'),
        startTimeUnixNano: start,
        endTimeUnixNano: start + BigInt(Math.round(seconds * 1e9)),
        attributes: contentsOf(trace, ''),
      }),
    );
  }
  for (const score of objectsAt(trace, 'scores')) {
    intake.log(
      by,
      logOf({
        timeUnixNano: nanosOfTime(score['timestamp'] ?? score['createdAt']),
        eventName: 'gen_ai.evaluation.result',
        traceId: id,
        spanId: textAt(score, 'observationId'),
        body: score['comment'] ?? null,
        attributes: scoreAttributes(score),
      }),
    );
  }
}

const SCORE_MEMBERS = new Set([
  'name',
  'value',
  'comment',
  'timestamp',
  'observationId',
  'traceId',
  'stringValue',
]);

function scoreAttributes(score: JsonObject): readonly Attribute[] {
  const label = textAt(score, 'stringValue');
  return [
    ['gen_ai.evaluation.name', textAt(score, 'name')],
    ['gen_ai.evaluation.score.value', score['value'] ?? null],
    ...(label === '' ? [] : [['gen_ai.evaluation.score.label', label] as const]),
    ...leftover('langfuse.score', score, SCORE_MEMBERS),
  ];
}

const MEMBERS = new Set([
  'id',
  'traceId',
  'parentObservationId',
  'name',
  'startTime',
  'endTime',
  'input',
  'output',
  'metadata',
  'model',
  'usageDetails',
  'statusMessage',
  'totalCost',
  'sessionId',
  'userId',
]);

function takeObservation(
  given: JsonObject,
  offset: number,
  trace: JsonObject,
  intake: Intake,
  reporters: Reporters,
): void {
  const start = nanosOfTime(given['startTime']);
  if (textAt(given, 'id') === '' || start === 0n) {
    throw new DamagedFile('An observation has no "id" or no "startTime"', offset);
  }
  const metadata = metadataOf(given);
  const type = textAt(given, 'type');
  const isEvent = type === 'EVENT' && !given['endTime'];
  const failed = textAt(given, 'level') === 'ERROR';
  const message = textAt(given, 'statusMessage');
  intake.span(
    reporters.of(trace, metadata),
    spanOf({
      traceId: textAt(given, 'traceId') || textAt(trace, 'id'),
      spanId: textAt(given, 'id'),
      parentSpanId: textAt(given, 'parentObservationId'),
      name: textAt(given, 'name'),
      startTimeUnixNano: start,
      endTimeUnixNano: isEvent ? start : nanosOfTime(given['endTime']),
      attributes: attributesOf(given, trace, metadata, start),
      status: failed || message !== '' ? statusOf(failed ? 'error' : 'unset', message) : undefined,
    }),
  );
}

/** What OpenInference calls the types of Langfuse. */
const KINDS: Readonly<Record<string, string>> = {
  GENERATION: 'LLM',
  EMBEDDING: 'EMBEDDING',
  AGENT: 'AGENT',
  TOOL: 'TOOL',
  CHAIN: 'CHAIN',
  RETRIEVER: 'RETRIEVER',
  EVALUATOR: 'EVALUATOR',
  GUARDRAIL: 'GUARDRAIL',
};

/** By the keys of Langfuse's usage. */
const USAGE: Readonly<Record<string, string>> = {
  input: 'gen_ai.usage.input_tokens',
  output: 'gen_ai.usage.output_tokens',
  input_cache_read: 'gen_ai.usage.cache_read.input_tokens',
  input_cached_tokens: 'gen_ai.usage.cache_read.input_tokens',
  input_cache_creation: 'gen_ai.usage.cache_creation.input_tokens',
  output_reasoning: 'gen_ai.usage.reasoning.output_tokens',
  output_reasoning_tokens: 'gen_ai.usage.reasoning.output_tokens',
};

/** Those of OpenTelemetry as they came, then what Langfuse knows besides, as far as they do not say it. */
function attributesOf(
  given: JsonObject,
  trace: JsonObject,
  metadata: JsonObject,
  start: bigint,
): readonly Attribute[] {
  const own = Object.entries(objectAt(metadata, 'attributes'));
  const said = new Set(own.map(([key]) => key));
  const add: Attribute[] = [];
  const addOnce = (key: string, value: JsonValue | undefined): void => {
    if (value === undefined || value === null || value === '' || said.has(key)) return;
    said.add(key);
    add.push([key, value]);
  };
  const type = textAt(given, 'type');
  addOnce('openinference.span.kind', KINDS[type]);
  addOnce('gen_ai.request.model', given['model']);
  const usage = objectAt(given, 'usageDetails');
  for (const [key, name] of Object.entries(USAGE)) addOnce(name, usage[key]);
  addOnce('gen_ai.usage.cost', given['totalCost'] === 0 ? undefined : given['totalCost']);
  const first = nanosOfTime(given['completionStartTime']);
  if (first > start) addOnce('gen_ai.response.time_to_first_chunk', Number(first - start) / 1e9);
  addOnce('session.id', given['sessionId'] ?? trace['sessionId']);
  addOnce('user.id', given['userId'] ?? trace['userId']);
  for (const [key, value] of contentsOf(given, type)) addOnce(key, value);
  const rest =
    Object.hasOwn(given, 'metadata') && Object.keys(metadata).length === 0 ? given['metadata'] : undefined;
  const { attributes: _, resourceAttributes: __, scope: ___, ...other } = metadata;
  const left = { ...given, ...(rest !== '{}' && rest !== undefined && { 'metadata.text': rest }) };
  const usageLeft = Object.fromEntries(Object.entries(usage).filter(([key]) => !Object.hasOwn(USAGE, key)));
  return [
    ...own,
    ...add,
    ...leftover('langfuse', { ...left, usage: usageLeft }, MEMBERS),
    ...leftover('langfuse.metadata', other, new Set()),
  ];
}

/** Of a model, a conversation where it is one. */
function contentsOf(given: JsonObject, type: string): readonly Attribute[] {
  const [input, output] =
    type === 'GENERATION'
      ? (['gen_ai.input.messages', 'gen_ai.output.messages'] as const)
      : (['input.value', 'output.value'] as const);
  return [...contentOf(input, given['input']), ...contentOf(output, given['output'])];
}

function contentOf(name: string, value: JsonValue | undefined): readonly Attribute[] {
  return value === undefined || value === null || value === '' ? [] : [[name, value]];
}

/** Langfuse's exports have it as a text, of JSON or of Python. */
function metadataOf(given: JsonObject): JsonObject {
  const metadata = given['metadata'];
  const value = typeof metadata === 'string' ? parseJson(metadata) : metadata;
  return isJsonObject(value) ? value : {};
}

const TRACE_MEMBERS = new Set(['observations', 'scores', 'corrections', 'metadata', 'sessionId', 'userId']);

/** One reporter for the observations of a trace that came from one resource and scope. */
class Reporters {
  private readonly known = new Map<string, Reporter>();
  private readonly keys = new WeakMap<JsonObject, string>();

  of(trace: JsonObject, metadata: JsonObject): Reporter {
    const own = objectAt(metadata, 'resourceAttributes');
    const scope = objectAt(metadata, 'scope');
    const key = JSON.stringify([this.keyOf(trace), own, scope]);
    const known = this.known.get(key);
    if (known) return known;
    const said = metadataOf(trace);
    const resource = Object.keys(own).length > 0 ? own : objectAt(said, 'resourceAttributes');
    const { attributes, resourceAttributes: _, scope: __, ...other } = said;
    const by: Reporter = {
      resource: resourceOf([
        ...Object.entries(resource),
        ...leftover('langfuse.trace', trace, TRACE_MEMBERS),
        ...leftover(
          'langfuse.trace.metadata',
          { ...other, ...(attributes !== undefined && { attributes }) },
          new Set(),
        ),
      ]),
      scope:
        textAt(scope, 'name') === ''
          ? undefined
          : scopeOf(
              textAt(scope, 'name'),
              textAt(scope, 'version'),
              Object.entries(objectAt(scope, 'attributes')),
            ),
    };
    this.known.set(key, by);
    return by;
  }

  /** The trace's own id, or that of the object where it has none. */
  private keyOf(trace: JsonObject): string {
    const known = this.keys.get(trace) ?? `${textAt(trace, 'id')} ${this.known.size}`;
    this.keys.set(trace, known);
    return known;
  }
}
