export interface WorkerRequest<Name> {
  readonly id: number;
  readonly name: Name;
  readonly argument: unknown;
}

/** The first message that a worker sends, then one for each request. */
export type WorkerMessage<Code> =
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed-to-open'; readonly code?: Code; readonly message: string }
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'failure'; readonly id: number; readonly message: string; readonly code?: string };

/** The calls of a worker by name: `[argument, answer]`. */
export type CallTable<Calls> = { [Name in keyof Calls]: [argument: unknown, answer: unknown] };
