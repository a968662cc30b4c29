import { createStore, type StoreApi } from 'zustand';
import { request, type ApiFetch } from '../../core/api/client.ts';
import type { SpanList } from '../../core/api/contract.ts';
import type { Span } from '../../core/journal/run-state.ts';
import { stampOf, type ShownRun } from './shown-run.ts';

/** A span as it was after an event. */
interface Known {
  readonly span: Span;
  readonly seq: number;
}

export interface SpanDetails {
  readonly store: StoreApi<ReadonlyMap<number, Known>>;
  /** These are on the screen now; those of them that are not known as they are shown are asked for. */
  want(view: ShownRun | undefined, ordinals: readonly number[]): void;
}

/** So many are kept: several screens of them. */
const MOST_KEPT = 2_000;
const MOST_ASKED = 500;
/** What changes all the time is asked for again after so long, in milliseconds. */
const ASKED_EVERY = 200;

/** What is known of single spans beyond their columns, read from their events when they come into sight. */
export function createSpanDetails(api: ApiFetch, run: string): SpanDetails {
  const store = createStore<ReadonlyMap<number, Known>>()(() => new Map());
  let wanted: { readonly view: ShownRun; readonly ordinals: readonly number[] } | undefined;
  let asking = false;

  const missing = () => {
    if (!wanted) return [];
    const { view, ordinals } = wanted;
    const known = store.getState();
    return ordinals.filter((ordinal) => !isAsShown(view, ordinal, known.get(ordinal))).slice(0, MOST_ASKED);
  };

  async function ask(): Promise<void> {
    const ordinals = missing();
    if (asking || !wanted || ordinals.length === 0) return;
    const { columns, run: shown, live } = wanted.view;
    asking = true;
    try {
      const body = {
        spans: ordinals.map((ordinal) => columns.idAt(ordinal)),
        ...(!live && { seq: shown.lastSeq }),
      };
      const { spans } = await request<SpanList>(api, `/api/runs/${run}/spans`, { method: 'POST', body });
      store.setState(keep(store.getState(), spans, shown.lastSeq), true);
      await new Promise((resolve) => setTimeout(resolve, live ? ASKED_EVERY : 0));
    } catch {
      // The rows say what the columns say; whether the host is there is shown by the connection.
      await new Promise((resolve) => setTimeout(resolve, ASKED_EVERY * 5));
    } finally {
      asking = false;
    }
    void ask();
  }

  return {
    store,
    want(view, ordinals) {
      wanted = view && { view, ordinals };
      void ask();
    },
  };
}

/** Nothing has happened to the span between the moment that it is known of and the one that is shown. */
function isAsShown(view: ShownRun, ordinal: number, known: Known | undefined): boolean {
  const { lastSeq } = view.run;
  if (!known) return false;
  return known.seq === lastSeq || stampOf(view, ordinal) <= Math.min(known.seq, lastSeq);
}

function keep(
  known: ReadonlyMap<number, Known>,
  spans: readonly Span[],
  seq: number,
): ReadonlyMap<number, Known> {
  const kept = new Map(known);
  for (const span of spans) {
    kept.delete(span.index);
    kept.set(span.index, { span, seq });
  }
  for (const ordinal of kept.keys()) {
    if (kept.size <= MOST_KEPT) break;
    kept.delete(ordinal);
  }
  return kept;
}
