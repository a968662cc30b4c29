import { useEffect, useRef, useState } from 'react';
import { request, type ApiFetch } from '../../../../core/api/client.ts';
import type { QueryPage } from '../../../../core/api/contract.ts';
import type { FoundLog } from '../../../../core/query/answers.ts';
import { useApi } from '../../../app/api-context.ts';
import type { ShownRun } from '../../../stores/shown-run.ts';

export interface Log {
  /** As far as they have been read, the oldest first. */
  readonly lines: readonly FoundLog[];
  /** There are none before these. */
  readonly isFromStart: boolean;
  /** All up to the event that is shown are there. */
  readonly isToEnd: boolean;
  readonly problem: string | undefined;
  /** Reads those before, and those after, the ones that are there. */
  readonly earlier: () => void;
  readonly later: () => void;
}

interface LogOptions {
  /** Reads up to the end, and what comes. */
  readonly follows: boolean;
  /** Begins near the end; else at the beginning. */
  readonly tail?: boolean;
  readonly where?: string;
}

/** Lines of the events after `from` and up to `upTo`. */
interface Read {
  readonly lines: readonly FoundLog[];
  readonly from: number;
  readonly upTo: number;
  readonly problem: string | undefined;
}

const PAGE = 1_000;
/** Near the end is so many events before it. */
const TAIL = 5_000;
/** A log that grows is read on after so long, in milliseconds. */
const READ_EVERY = 200;

/** The log of a run up to the event that is shown, page by page. */
export function useLog({ run }: ShownRun, { follows, tail = false, where = 'true' }: LogOptions): Log {
  const api = useApi();
  const { id, lastSeq } = run;
  const [read, setRead] = useState<Read>(() => nothing(tail ? lastSeq - TAIL : 0));
  const [wanted, setWanted] = useState({ earlier: 0, later: 0 });
  const busy = useRef(false);
  const { lines, from, upTo } = read;
  // Who reads older lines is left where they are.
  const isElsewhere = tail && ((from > 0 && lastSeq <= from) || (follows && lastSeq > upTo + TAIL));
  const wantsEarlier = from > 0 && wanted.earlier === from;
  const wantsLater = upTo < lastSeq && (follows || lines.length === 0 || wanted.later === upTo);
  useEffect(() => {
    if (busy.current) return;
    if (isElsewhere) return setRead(nothing(lastSeq - TAIL));
    if (!wantsEarlier && !wantsLater) return;
    busy.current = true;
    const settle = (change: Partial<Read>) => {
      busy.current = false;
      setRead((before) => ({ ...before, problem: undefined, ...change }));
    };
    const reading = wantsEarlier
      ? readEarlier(api, id, where, read)
      : readLater(api, id, where, read, lastSeq);
    reading.then(
      (change) => {
        if (change.upTo === lastSeq && upTo > from) setTimeout(() => settle(change), READ_EVERY);
        else settle(change);
      },
      (error: unknown) =>
        settle({ upTo: lastSeq, problem: error instanceof Error ? error.message : String(error) }),
    );
  }, [api, id, isElsewhere, wantsEarlier, wantsLater, lastSeq, read, from, upTo, where]);
  return {
    // Of a log that was read further, what is shown of it.
    lines: upTo > lastSeq ? lines.slice(0, firstAfter(lines, lastSeq)) : lines,
    isFromStart: from === 0,
    isToEnd: !isElsewhere && upTo >= lastSeq,
    problem: read.problem,
    earlier: () => setWanted((before) => (before.earlier === from ? before : { ...before, earlier: from })),
    later: () => setWanted((before) => (before.later === upTo ? before : { ...before, later: upTo })),
  };
}

function nothing(from: number): Read {
  const start = Math.max(0, from);
  return { lines: [], from: start, upTo: start, problem: undefined };
}

async function readLater(
  api: ApiFetch,
  run: string,
  where: string,
  read: Read,
  last: number,
): Promise<Partial<Read>> {
  const page = await pageOf(api, run, `seq > ${read.upTo} && seq <= ${last} && (${where})`);
  const upTo = page.next === undefined ? last : page.rows.at(-1)!.seq;
  return { lines: [...read.lines, ...page.rows], upTo };
}

async function readEarlier(api: ApiFetch, run: string, where: string, read: Read): Promise<Partial<Read>> {
  // Where there are hardly any lines, ever more events are looked through for them.
  const events = read.lines.length === 0 ? Math.max(TAIL, read.upTo - read.from) : TAIL;
  const from = Math.max(0, read.from - events);
  const found: FoundLog[] = [];
  let next: string | undefined;
  do {
    const page = await pageOf(api, run, `seq > ${from} && seq <= ${read.from} && (${where})`, next);
    found.push(...page.rows);
    next = page.next;
  } while (next !== undefined);
  return { lines: [...found, ...read.lines], from };
}

function pageOf(api: ApiFetch, run: string, where: string, after?: string): Promise<QueryPage<'logs'>> {
  const body = { target: 'logs', run, where, limit: PAGE, ...(after !== undefined && { after }) };
  return request<QueryPage<'logs'>>(api, '/api/query', { method: 'POST', body });
}

function firstAfter(lines: readonly FoundLog[], seq: number): number {
  let [from, to] = [0, lines.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (lines[middle]!.seq <= seq) from = middle + 1;
    else to = middle;
  }
  return from;
}
