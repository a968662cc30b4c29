import type { ModelDialect } from '../journal/event.ts';
import type { Category } from '../journal/task.ts';
import type { WireDialect } from './dialect.ts';

export interface Operation {
  /** As the journal calls it. */
  readonly name: string;
  readonly dialect: WireDialect;
  readonly category: Category;
  /** Whether its body must name a model, may do so (a stored prompt brings its own), its path does, or there is none. */
  readonly model: 'required' | 'optional' | 'in-path' | 'none';
  /** Whether its body may ask for a stream. */
  readonly streams: boolean;
}

type Row = `${'GET' | 'POST'} /${string}`;
type Operations = Readonly<Record<Row, Operation>>;

/** What is understood of each family's API, by method and path below its base; `{model}` is one segment. */
const OPERATIONS = {
  openai: {
    'POST /chat/completions': {
      name: 'chat.completions',
      dialect: 'openai-chat',
      category: 'llm',
      model: 'required',
      streams: true,
    },
    'POST /responses': {
      name: 'responses',
      dialect: 'openai-responses',
      category: 'llm',
      model: 'optional',
      streams: true,
    },
    'POST /embeddings': {
      name: 'embeddings',
      dialect: 'openai-embeddings',
      category: 'embedding',
      model: 'required',
      streams: false,
    },
    'GET /models': {
      name: 'models',
      dialect: 'openai-models',
      category: 'llm',
      model: 'none',
      streams: false,
    },
    'GET /models/{model}': {
      name: 'models.retrieve',
      dialect: 'openai-models',
      category: 'llm',
      model: 'in-path',
      streams: false,
    },
  },
  anthropic: {
    'GET /models': {
      name: 'models',
      dialect: 'anthropic-models',
      category: 'llm',
      model: 'none',
      streams: false,
    },
    'GET /models/{model}': {
      name: 'models.retrieve',
      dialect: 'anthropic-models',
      category: 'llm',
      model: 'in-path',
      streams: false,
    },
    'POST /messages': {
      name: 'messages',
      dialect: 'anthropic-messages',
      category: 'llm',
      model: 'required',
      streams: true,
    },
    'POST /messages/count_tokens': {
      name: 'messages.count_tokens',
      dialect: 'anthropic-count-tokens',
      category: 'llm',
      model: 'required',
      streams: false,
    },
  },
} as const satisfies Record<ModelDialect, Operations>;

export interface FoundOperation {
  readonly operation: Operation;
  /** The model that the path names. */
  readonly model?: string;
}

/** The operation at a path (without query) below a family's base URL; `undefined` for what is only passed on. */
export function findOperation(
  family: ModelDialect,
  method: string,
  path: string,
): FoundOperation | undefined {
  const asked = `${method} ${path}`;
  const { exact, prefixes } = TABLES[family];
  const operation = exact.get(asked);
  if (operation) return { operation };
  for (const [prefix, below] of prefixes) {
    if (!asked.startsWith(prefix)) continue;
    const model = decodeSegment(asked.slice(prefix.length));
    if (model !== undefined) return { operation: below, model };
  }
  return undefined;
}

/** The rows that name no model, and what stands before it in those that do. */
function tableOf(operations: Operations) {
  const rows = Object.entries<Operation>(operations);
  const [exact, below] = [new Map<string, Operation>(), [] as [prefix: string, Operation][]];
  for (const [row, operation] of rows) {
    if (row.endsWith(MODEL)) below.push([row.slice(0, -MODEL.length), operation]);
    else exact.set(row, operation);
  }
  return { exact, prefixes: below };
}

const MODEL = '{model}';
const TABLES = { openai: tableOf(OPERATIONS.openai), anthropic: tableOf(OPERATIONS.anthropic) };

/** One segment of a path, decoded; `undefined` where it is more than one, none, or damaged. */
function decodeSegment(segment: string): string | undefined {
  if (segment === '' || segment.includes('/')) return undefined;
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
