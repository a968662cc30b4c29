import type { WireDialect } from '../dialects/dialect.ts';
import type { Attribution, Dialect } from '../journal/event.ts';
import type { Task } from '../journal/task.ts';
import type { HeaderList } from './upstream.ts';

/** One request of an agent, as it was read from the wire and identified. */
export interface Call {
  readonly dialect: Dialect;
  /** The exact shape, where it is one that is understood. */
  readonly wire?: WireDialect;
  readonly operation: string;
  readonly method: string;
  /** Path below the dialect's base URL, beginning with `/`, without the query. */
  readonly path: string;
  /** With its `?`, or empty; it is passed on and never recorded, since keys are sometimes put there. */
  readonly query: string;
  readonly model?: string;
  readonly streaming: boolean;
  readonly attribution: Attribution;
  readonly headers: HeaderList;
  readonly body: Uint8Array;
  /** The body as text, where it is JSON. */
  readonly json?: string;
  readonly task: Task;
}
