/**
 * Loaded into a host before anything of it, with `--import`: it answers over the channel to the parent process what only
 * the process itself can say. It is loaded into the host's threads, too, where it makes room when the host does.
 */
import { getHeapStatistics } from 'node:v8';
import { BroadcastChannel, isMainThread, threadId } from 'node:worker_threads';

/** What the host's process says of itself. Memory in bytes. */
export interface ProbeFigures {
  readonly memory: NodeJS.MemoryUsage;
  /** The heaps of its threads together, as they were at the last collection. */
  readonly threads: number;
  /** What keeps the event loop alive, by kind: `{ TCPSocketWrap: 3, Timeout: 9 }`. */
  readonly resources: Readonly<Record<string, number>>;
  /** Members of the built-in prototypes that were not there at the start. */
  readonly polluted: readonly string[];
}

interface ThreadHeap {
  readonly thread: number;
  readonly heap: number;
}

export interface ProbeQuestion {
  /** Collect garbage first, where the process was started with `--expose-gc`. */
  readonly collect: boolean;
  /** Sets the wall clock on by so much, or back. */
  readonly jumpMs?: number;
}

const PROTOTYPES = { Object, Array, String, Function, Number, Map, Set, Uint8Array } as const;
const known = new Map(
  Object.entries(PROTOTYPES).map(([name, of]) => [name, new Set(Reflect.ownKeys(of.prototype))]),
);
/** To the threads; what they say is for the main one. */
const COLLECT = 'collect';
const heapOfThread = new Map<number, number>();
const collect = (globalThis as { gc?: () => void }).gc;
const threads = new BroadcastChannel('signalbox-probe');
threads.unref();

const realNow = Date.now;
let ahead = 0;
Date.now = () => realNow() + ahead;

if (isMainThread) {
  process.on('message', (question: ProbeQuestion) => {
    if (question.collect) {
      threads.postMessage(COLLECT);
      collect?.();
    }
    ahead += question.jumpMs ?? 0;
    process.send?.(figures());
  });
  process.channel?.unref();
  threads.onmessage = ({ data }) => {
    const { thread, heap } = data as ThreadHeap;
    heapOfThread.set(thread, heap);
  };
} else {
  threads.onmessage = ({ data }) => {
    if (data !== COLLECT) return;
    collect?.();
    const { used_heap_size: used, external_memory: external } = getHeapStatistics();
    threads.postMessage({ thread: threadId, heap: used + external } satisfies ThreadHeap);
  };
}

function figures(): ProbeFigures {
  const resources: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) resources[kind] = (resources[kind] ?? 0) + 1;
  const polluted = Object.entries(PROTOTYPES).flatMap(([name, of]) =>
    Reflect.ownKeys(of.prototype).flatMap((key) =>
      known.get(name)!.has(key) ? [] : [`${name}.prototype.${String(key)}`],
    ),
  );
  const threads = [...heapOfThread.values()].reduce((sum, heap) => sum + heap, 0);
  return { memory: process.memoryUsage(), threads, resources, polluted };
}
