import { request, type ApiFetch } from '../../../../core/api/client.ts';
import type { SpanDetail } from '../../../../core/api/contract.ts';
import { stampOf, type ShownRun } from '../../../stores/shown-run.ts';
import { readTurn, type Turn } from './read-turn.ts';

/** So many calls are kept: stepping back and forth does not ask again. */
const MOST_KEPT = 32;

export type TurnReader = (view: ShownRun, ordinal: number) => Promise<Turn>;

/** The event after which a call is as it is shown. */
export function momentOf(view: ShownRun, ordinal: number): number {
  return Math.min(stampOf(view, ordinal), view.run.lastSeq);
}

/** Reads calls of a run, each once for as long as nothing of it changes. */
export function turnReader(api: ApiFetch, run: string): TurnReader {
  const known = new Map<string, Promise<Turn>>();
  return (view, ordinal) => {
    const moment = momentOf(view, ordinal);
    const key = `${ordinal} ${moment}`;
    const path = `/api/runs/${run}/spans/${view.columns.idAt(ordinal)}${view.live ? '' : `?seq=${moment}`}`;
    const turn = known.get(key) ?? request<SpanDetail>(api, path).then(readTurn);
    // The newest is the last to go.
    known.delete(key);
    known.set(key, turn);
    turn.catch(() => known.delete(key));
    for (const oldest of known.keys()) {
      if (known.size <= MOST_KEPT) break;
      known.delete(oldest);
    }
    return turn;
  };
}
