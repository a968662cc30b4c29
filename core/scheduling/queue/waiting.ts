import type { Nanos } from '../../base/units.ts';
import type { CallClass } from './call-class.ts';
import type { Owned } from './fair-queue.ts';

/** Unique within its queue; the later the higher. */
export type Ticket = number;

export interface Arrival<Item> {
  readonly item: Item;
  readonly class: CallClass;
  readonly client: string;
  readonly run: string;
  /** From then on it is of no use to take it; at the latest `maxWaitMs` from its arrival. */
  readonly deadline?: Nanos;
}

export interface Waiting<Item> extends Arrival<Item>, Owned {
  readonly ticket: Ticket;
  readonly enqueuedAt: Nanos;
  readonly deadline: Nanos;
}

export type Admission<Item> =
  | {
      readonly ok: true;
      readonly ticket: Ticket;
      /** At most so many go before it, if none comes, leaves or grows older. */
      readonly ahead: number;
      /** What had to leave for it, and is to be answered. */
      readonly displaced?: Waiting<Item>;
    }
  | { readonly ok: false; readonly reason: 'full'; readonly length: number }
  | {
      readonly ok: false;
      readonly reason: 'hopeless';
      /** Not below `timeLeft`, which is the time to its deadline. */
      readonly expectedWait: Nanos;
      readonly timeLeft: Nanos;
    };
