import { useEffect, useState } from 'react';
import { request } from '../../../../core/api/client.ts';
import type { SpanDetail } from '../../../../core/api/contract.ts';
import { useApi } from '../../../app/api-context.ts';
import { stampOf, type ShownRun } from '../../../stores/shown-run.ts';

export interface Loaded {
  readonly detail: SpanDetail | undefined;
  readonly problem: string | undefined;
}

const NOTHING: Loaded = { detail: undefined, problem: undefined };

/** All of a span as it is shown, asked for again whenever something happens to it (its answer arrives when it ends). */
export function useSpanDetail(view: ShownRun, ordinal: number): Loaded {
  const api = useApi();
  const [loaded, setLoaded] = useState(NOTHING);
  const { run, columns, live } = view;
  const id = columns.idAt(ordinal);
  // Live, another answer is due when the span has changed; at an earlier moment, whenever that is another.
  const moment = live ? stampOf(view, ordinal) : run.lastSeq;
  useEffect(() => {
    const controller = new AbortController();
    const path = `/api/runs/${run.id}/spans/${id}${live ? '' : `?seq=${moment}`}`;
    request<SpanDetail>(api, path, { signal: controller.signal }).then(
      (detail) => setLoaded({ detail, problem: undefined }),
      (error: unknown) => {
        if (controller.signal.aborted) return;
        setLoaded({ detail: undefined, problem: error instanceof Error ? error.message : String(error) });
      },
    );
    return () => controller.abort();
  }, [api, run.id, id, live, moment]);
  // What was loaded for another span must not be shown as this one's while its own is on the way.
  return loaded.detail && loaded.detail.span.id !== id ? NOTHING : loaded;
}
