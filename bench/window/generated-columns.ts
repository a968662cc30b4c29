import { seededRandom } from '../../core/base/random.ts';
import {
  CHUNK_SPANS,
  chunkIndexOf,
  KINDS,
  rowOf,
  spanChunk,
  STATUSES,
} from '../../core/journal/columns/span-chunk.ts';
import { SpanColumns } from '../../core/journal/columns/span-columns.ts';

const [AGENT, CALL, ATTEMPT, REPORTED] = (['agent', 'call', 'attempt', 'reported'] as const).map((kind) =>
  KINDS.indexOf(kind),
) as [number, number, number, number];
const [OK, ERROR] = [STATUSES.indexOf('ok'), STATUSES.indexOf('error')];
const ERRORS = 0.001;
const NAMES = 200;

/** Columns of a run of `agents` that work side by side: calls with attempts, some with a tool within. The same ones every time. */
export function generatedColumns(spans: number, agents: number): SpanColumns {
  const random = seededRandom(spans);
  const chunks = Array.from({ length: Math.ceil(spans / CHUNK_SPANS) }, () => spanChunk());
  const dictionary = ['', 'agent', ...Array.from({ length: NAMES }, (_, index) => `step-${index}.complete`)];
  const nextFree = new Float64Array(agents);
  let size = 0;
  const put = (kind: number, start: number, end: number, parent: number, status: number) => {
    const chunk = chunks[chunkIndexOf(size)]!;
    const row = rowOf(size);
    chunk.kind[row] = kind;
    chunk.start[row] = start;
    chunk.end[row] = end;
    chunk.parent[row] = parent;
    chunk.status[row] = status;
    chunk.name[row] = size === 0 ? 1 : 2 + Math.floor(random() * NAMES);
    chunk.inputTokens[row] = kind === CALL ? 200 : 0;
    chunk.cost[row] = kind === CALL ? 0.001 : Number.NaN;
    chunk.idLow[row] = size;
    chunk.startSeq[row] = size + 1;
    chunk.endSeq[row] = size + 2;
    return size++;
  };
  put(AGENT, 0, 0, -1, OK);
  while (size < spans) {
    const agent = nextFree.indexOf(nextFree.reduce((one, other) => Math.min(one, other)));
    const start = Math.floor(nextFree[agent]! + random() * 5e5);
    const end = Math.floor(start + 1e5 + random() * 2e6);
    nextFree[agent] = end;
    const call = put(CALL, start, end, 0, random() < ERRORS ? ERROR : OK);
    const attempt = size < spans ? put(ATTEMPT, start + 1e4, end - 1e4, call, OK) : call;
    if (size < spans && random() < 0.3) put(REPORTED, start + 2e4, (start + end) / 2, attempt, OK);
  }
  chunks[0]!.end[0] = nextFree.reduce((one, other) => Math.max(one, other));
  return SpanColumns.from(chunks, size, dictionary);
}
