import type { Tokens } from '../base/units.ts';

/** What kinds of service there are. */
export const CATEGORIES = ['llm', 'embedding', 'document', 'knowledge-graph', 'vector-db', 'tool'] as const;
export type Category = (typeof CATEGORIES)[number];

/** What is known of a call before it is routed; what rules and policies are about. */
export interface Task {
  readonly category: Category;
  /** As the call names it; empty where it names none. */
  readonly model: string;
  readonly streaming: boolean;
  /** Estimated from the request. */
  readonly inputTokens: Tokens;
  /** The most that the answer may have, where the call says so. */
  readonly maxOutputTokens?: Tokens;
  /** Estimated, at most `maxOutputTokens`. */
  readonly outputTokens: Tokens;
  /** Number of tools that the model may call. */
  readonly tools: number;
  /** From 0, trivial, to 1. */
  readonly complexity: number;
  /** What an instance must be able to do: `tools`, `vision`, `json`, …, sorted. */
  readonly capabilities: readonly string[];
  /** From 1 to 10, the highest; 5 where the call does not say. */
  readonly priority: number;
  /** Somebody is waiting: a priority above 7. */
  readonly urgent: boolean;
}
