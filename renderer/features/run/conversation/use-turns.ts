import { useEffect, useMemo, useState } from 'react';
import { request } from '../../../../core/api/client.ts';
import type { SpanDetail } from '../../../../core/api/contract.ts';
import { useApi } from '../../../app/api-context.ts';
import { stampOf, type RunView } from '../../../stores/run-view.ts';
import { sharedStart } from './compare-messages.ts';
import { neighboursOf } from './conversation-calls.ts';
import { readTurn, type Turn } from './read-turn.ts';

export interface Turns {
  readonly now?: Turn;
  /** The call of the same conversation before it, and its place among all. */
  readonly before?: { readonly turn: Turn; readonly place: number };
  /** The one after it, in which there are the results of the tools that it called. */
  readonly after?: Turn;
  readonly problem?: string;
}

/** So many calls are kept: stepping back and forth does not ask again. */
const MOST_KEPT = 32;

/** The call at a place, and those of its conversation beside it; read again whenever the call itself changes. */
export function useTurns(view: RunView, calls: readonly number[], place: number): Turns {
  const api = useApi();
  const run = view.run.id;
  const [turns, setTurns] = useState<Turns & { readonly key: string }>({ key: '' });
  const read = useMemo(() => {
    const known = new Map<string, Promise<Turn>>();
    return (shown: RunView, ordinal: number): Promise<Turn> => {
      const key = `${ordinal} ${stampOf(shown, ordinal)}`;
      const path = `/api/runs/${run}/spans/${shown.columns.idAt(ordinal)}`;
      const turn = known.get(key) ?? request<SpanDetail>(api, path).then(readTurn);
      known.delete(key);
      known.set(key, turn);
      turn.catch(() => known.delete(key));
      for (const oldest of known.keys()) {
        if (known.size <= MOST_KEPT) break;
        known.delete(oldest);
      }
      return turn;
    };
  }, [api, run]);

  const ordinal = calls[place];
  const key = ordinal === undefined ? '' : `${ordinal} ${stampOf(view, ordinal)} ${calls.length}`;
  useEffect(() => {
    if (ordinal === undefined) return undefined;
    let isWanted = true;
    const show = (found: Turns) => {
      if (isWanted) setTurns({ ...found, key });
    };
    const load = async () => {
      try {
        const now = await read(view, ordinal);
        const before = await findBefore(now, neighboursOf(view, calls, place, -1), (one) => read(view, one));
        const found = { now, ...(before && { before: { ...before, place: calls.indexOf(before.ordinal) } }) };
        show(found);
        const after = await findAfter(now, neighboursOf(view, calls, place, 1), (one) => read(view, one));
        if (after) show({ ...found, after });
      } catch (error) {
        show({ problem: error instanceof Error ? error.message : String(error) });
      }
    };
    void load();
    return () => void (isWanted = false);
    // The key says what of the view matters here.
  }, [read, key]);
  // What was read for another call must not be shown as this one's.
  return turns.now && turns.now.detail.span.index !== ordinal ? {} : turns;
}

type Reader = (ordinal: number) => Promise<Turn>;

/** Of the calls before one that from which it has most; one that it only continues needs no comparison. */
async function findBefore(
  { request: now }: Turn,
  candidates: readonly number[],
  read: Reader,
): Promise<{ readonly turn: Turn; readonly ordinal: number } | undefined> {
  if (!now) return undefined;
  let best: { readonly turn: Turn; readonly ordinal: number; readonly shared: number } | undefined;
  for (const ordinal of candidates) {
    const turn = await read(ordinal);
    const shared = turn.request ? sharedStart(turn.request.messages, now.messages) : 0;
    if (shared > (best?.shared ?? 0)) best = { turn, ordinal, shared };
    if (shared > 0 && shared === turn.request!.messages.length) break;
  }
  return best;
}

/** The call in which the results of called tools were said, where tools were called. */
async function findAfter(
  { answer }: Turn,
  candidates: readonly number[],
  read: Reader,
): Promise<Turn | undefined> {
  const parts = answer?.messages.flatMap((message) => message.parts) ?? [];
  const called = new Set(
    parts.flatMap((part) => (part.kind === 'tool-call' && part.id !== '' ? [part.id] : [])),
  );
  if (called.size === 0) return undefined;
  for (const ordinal of candidates) {
    const turn = await read(ordinal);
    const said = turn.request?.messages.flatMap((message) => message.parts) ?? [];
    if (said.some((part) => part.kind === 'tool-result' && called.has(part.callId))) return turn;
  }
  return undefined;
}
