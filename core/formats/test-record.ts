import type { IdSource, RunId, SpanId } from '../base/ids.ts';
import type { Millis } from '../base/units.ts';
import { VirtualClock } from '../base/virtual-clock.ts';
import type { BodyRef, JournalEvent } from '../journal/event.ts';
import { fold } from '../journal/fold.ts';
import { startRecorder, type Recorder } from '../journal/recorder.ts';
import type { ExportInput, Written } from './exported.ts';
import { hash64 } from './foreign-id.ts';
import type { ImportedItem } from './imported.ts';
import { ImportRecorder } from './record-imported.ts';

/** A run in memory, as writers see it. */
export interface KeptRun extends ExportInput {
  readonly list: readonly JournalEvent[];
}

/** Records a run as an importer does, in memory. */
export function recordItems(
  items: readonly ImportedItem[],
  { durationMs = 0 }: { readonly durationMs?: Millis } = {},
): KeptRun {
  return keepRun((recorder, clock) => {
    clock.advance(durationMs);
    const imported = new ImportRecorder(recorder);
    for (const item of items) imported.record(item);
  });
}

/** Unlike those that readers make. */
const IDS: IdSource = {
  runId: () => 'ffffffffffffffffffffffffffffffff' as RunId,
  spanId: () => 'ffffffffffffffff' as SpanId,
};

/** A run of which `record` writes the events. Bodies are told apart by a hash. */
export function keepRun(record: (recorder: Recorder, clock: VirtualClock) => void): KeptRun {
  const list: JournalEvent[] = [];
  const bodies = new Map<string, Uint8Array>();
  const clock = new VirtualClock();
  const sink = {
    append: (event: JournalEvent) => void list.push(event),
    keepBody(_: RunId, body: Uint8Array): BodyRef {
      const text = new TextDecoder('utf-8').decode(body);
      const part = hash64(text) + hash64(`${text}.`);
      bodies.set(part, body);
      return { bytes: body.length, parts: [part] };
    },
  };
  const start = { name: 'a run', source: 'ambient', hostVersion: '0.0.0', configHash: 'none' } as const;
  record(startRecorder({ clock, ids: IDS, sink }, start), clock);
  const { run, spans } = fold(undefined, list);
  return {
    run,
    list,
    spans: () => spans.values(),
    events: async function* () {
      await Promise.resolve();
      yield* list;
    },
    body: (ref) => Promise.resolve(bodies.get(String(ref.parts[0]))!),
  };
}

export async function written(pieces: Written): Promise<string> {
  const texts: string[] = [];
  for await (const piece of pieces) texts.push(piece);
  return texts.join('');
}

/** What the journal says of an import, but for the ids, which are numbered in the order in which they are met. */
export function saidOf({ list }: KeptRun, ids: 'as they are' | 'numbered'): readonly unknown[] {
  const reports = list
    .filter(({ type }) => type !== 'run-started')
    .map(({ type, spanId, parentSpanId, data }) => ({ type, spanId, parentSpanId, data }));
  if (ids === 'as they are') return reports;
  const numbers = new Map<string, string>();
  const numberOf = (id: string): string => {
    const known = numbers.get(id) ?? `id ${numbers.size + 1}`;
    numbers.set(id, known);
    return known;
  };
  const isId = (key: string) => key === 'spanId' || key === 'parentSpanId' || key === 'traceId';
  return reports.map((report) =>
    JSON.parse(
      JSON.stringify(report, (key, value: unknown) =>
        isId(key) && typeof value === 'string' ? numberOf(value) : value,
      ),
    ),
  );
}

/** A run in which a call of the OpenAI SDK takes so long, with these bodies. */
export function keepCall(request: object, response: object, durationMs: Millis): KeptRun {
  return keepRun((recorder, clock) => {
    const keep = (value: object) => recorder.keepBody(new TextEncoder().encode(JSON.stringify(value)));
    const call = { spanId: 'eee19b7ec3c1b174' as SpanId, parentSpanId: recorder.rootSpanId };
    clock.advance(5);
    recorder.append(
      'call-received',
      {
        dialect: 'openai',
        operation: 'chat.completions',
        method: 'POST',
        path: '/chat/completions',
        model: 'gpt-x',
        streaming: false,
        attribution: 'prefix',
        headers: {},
        body: keep(request),
      },
      call,
    );
    clock.advance(durationMs);
    recorder.append(
      'call-ended',
      {
        outcome: 'ok',
        status: 200,
        body: keep(response),
        usage: { input: 3, output: 2 },
        answeredModel: 'gpt-x',
      },
      call,
    );
    recorder.append('log-written', { stream: 'stderr', text: 'oh' });
  });
}
