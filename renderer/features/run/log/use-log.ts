import { useEffect, useRef, useState } from 'react';
import { request } from '../../../../core/api/client.ts';
import type { QueryPage } from '../../../../core/api/contract.ts';
import type { FoundLog } from '../../../../core/query/answers.ts';
import { useApi } from '../../../app/api-context.ts';
import type { RunView } from '../../../stores/run-view.ts';

export interface Log {
  /** As far as they have been read, the oldest first. */
  readonly lines: readonly FoundLog[];
  /** All up to the event that is shown are there. */
  readonly isWhole: boolean;
  readonly problem: string | undefined;
  /** Reads on. */
  readonly more: () => void;
}

interface Read {
  readonly lines: readonly FoundLog[];
  /** All up to this event have been read. */
  readonly upTo: number;
  readonly problem: string | undefined;
}

const PAGE = 1_000;
const NOTHING: Read = { lines: [], upTo: 0, problem: undefined };
/** A log that grows is read on after so long, in milliseconds. */
const READ_EVERY = 200;

/** The log of a run, page by page: the first at once, the next ones when they are asked for; up to the end while `follows`. */
export function useLog({ run }: RunView, follows: boolean, where = 'true'): Log {
  const api = useApi();
  const [read, setRead] = useState(NOTHING);
  const [wanted, setWanted] = useState(1);
  const busy = useRef(false);
  const { id, lastSeq } = run;
  const { lines, upTo } = read;
  const isDue = upTo < lastSeq && (follows || lines.length < wanted);
  useEffect(() => {
    if (!isDue || busy.current) return;
    busy.current = true;
    const body = {
      target: 'logs',
      run: id,
      where: `seq > ${upTo} && seq <= ${lastSeq} && (${where})`,
      limit: PAGE,
    };
    request<QueryPage<'logs'>>(api, '/api/query', { method: 'POST', body }).then(
      (page) => {
        const reached = page.next === undefined ? lastSeq : page.rows.at(-1)!.seq;
        const settle = () => {
          busy.current = false;
          setRead({ lines: [...lines, ...page.rows], upTo: reached, problem: undefined });
        };
        if (page.next === undefined && upTo > 0) setTimeout(settle, READ_EVERY);
        else settle();
      },
      (error: unknown) => {
        busy.current = false;
        setRead({ lines, upTo: lastSeq, problem: error instanceof Error ? error.message : String(error) });
      },
    );
  }, [api, id, isDue, lastSeq, lines, upTo, where]);
  return {
    // Of a log that was read further, what is shown of it.
    lines: upTo > lastSeq ? lines.slice(0, firstAfter(lines, lastSeq)) : lines,
    isWhole: upTo >= lastSeq,
    problem: read.problem,
    more: () => setWanted(lines.length + 1),
  };
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
