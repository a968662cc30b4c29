import { useEffect, useMemo, useRef, useState } from 'react';
import { useApi } from '../../../app/api-context.ts';
import type { ShownRun } from '../../../stores/shown-run.ts';
import { sharedStart } from './compare-messages.ts';
import { neighboursOf } from './conversation-calls.ts';
import type { Turn } from './read-turn.ts';
import { momentOf, turnReader } from './turn-reader.ts';

export interface Turns {
  readonly now?: Turn;
  /** The call of the same conversation before it, and its place among all. */
  readonly before?: { readonly turn: Turn; readonly place: number };
  /** The one after it, in which there are the results of the tools that it called. */
  readonly after?: Turn;
  readonly problem?: string;
}

/** The call at a place, and those of its conversation beside it; read again whenever the call itself changes. */
export function useTurns(view: ShownRun, calls: readonly number[], place: number): Turns {
  const api = useApi();
  const [turns, setTurns] = useState<Turns>({});
  const { id } = view.run;
  const read = useMemo(() => turnReader(api, id), [api, id]);
  const latest = useRef({ view, calls, place });
  useEffect(() => {
    latest.current = { view, calls, place };
  });
  const ordinal = calls[place];
  // What of the view matters here.
  const version = ordinal === undefined ? '' : `${ordinal} ${momentOf(view, ordinal)} ${calls.length}`;
  useEffect(() => {
    const { current: wanted } = latest;
    const call = wanted.calls[wanted.place];
    if (call === undefined) return undefined;
    let isWanted = true;
    const show = (found: Turns) => {
      if (isWanted) setTurns(found);
    };
    const readOne = (one: number) => read(wanted.view, one);
    const load = async () => {
      try {
        const now = await readOne(call);
        const before = await findBefore(
          now,
          neighboursOf(wanted.view, wanted.calls, wanted.place, -1),
          readOne,
        );
        const found = {
          now,
          ...(before && { before: { turn: before.turn, place: wanted.calls.indexOf(before.ordinal) } }),
        };
        show(found);
        const after = await findAfter(now, neighboursOf(wanted.view, wanted.calls, wanted.place, 1), readOne);
        if (after) show({ ...found, after });
      } catch (error) {
        show({ problem: error instanceof Error ? error.message : String(error) });
      }
    };
    void load();
    return () => void (isWanted = false);
  }, [read, version]);
  // What was read for another call must not be shown as this one's.
  return turns.now && turns.now.detail.span.index !== ordinal ? {} : turns;
}

const INSTRUCTING: readonly string[] = ['system', 'developer'];

type Reader = (ordinal: number) => Promise<Turn>;

/** Of the calls before one that from which it has most; one that it only continues needs no comparison. */
async function findBefore(
  { request: now }: Turn,
  candidates: readonly number[],
  read: Reader,
): Promise<{ readonly turn: Turn; readonly ordinal: number } | undefined> {
  if (!now) return undefined;
  // Agents that know nothing of each other may have the same instructions.
  const said = now.messages.findIndex(({ role }) => !INSTRUCTING.includes(role));
  const instructions = said < 0 ? now.messages.length : said;
  let best: { readonly turn: Turn; readonly ordinal: number; readonly shared: number } | undefined;
  for (const ordinal of candidates) {
    const turn = await read(ordinal);
    const shared = turn.request ? sharedStart(turn.request.messages, now.messages) : 0;
    if (shared > (best?.shared ?? instructions)) best = { turn, ordinal, shared };
    if (best?.ordinal === ordinal && shared === turn.request!.messages.length) break;
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
