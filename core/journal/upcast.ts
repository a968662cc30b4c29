import { EVENT_VERSION, type JournalEvent } from './event.ts';

/** An event as it was written, in whatever version. */
export interface WrittenEvent {
  readonly v: number;
  readonly type: string;
  readonly data: unknown;
}

type Step = (event: WrittenEvent) => WrittenEvent;

/** From each version to the next; the first is from version 1 to 2. */
const STEPS: readonly Step[] = [
  // Until then only instances had breakers, and the event named one as `instance`.
  (event) => {
    if (event.type !== 'breaker-changed') return event;
    const { instance: name, ...rest } = event.data as Readonly<Record<string, unknown>>;
    return { ...event, data: { scope: 'instance', name, ...rest } };
  },
  // Bodies got a hash, and numbers for their parts; those that have neither can still be read.
  (event) => event,
];

/** Brings an event up to the version that is written today; throws where a newer Signalbox wrote it. */
export function upcast(event: WrittenEvent): Pick<JournalEvent, 'v' | 'type' | 'data'> {
  if (event.v > EVENT_VERSION) {
    throw new Error(`it has version ${event.v}; this Signalbox reads up to ${EVENT_VERSION}`);
  }
  const current = STEPS.slice(event.v - 1).reduce((older, step) => step(older), event);
  return { ...current, v: EVENT_VERSION } as Pick<JournalEvent, 'v' | 'type' | 'data'>;
}
