import { useEffect, useState } from 'react';
import { request } from '../../../../core/api/client.ts';
import type { SpanDetail } from '../../../../core/api/contract.ts';
import type { Span } from '../../../../core/journal/run-state.ts';
import { useApi } from '../../../app/api-context.ts';

export interface Loaded {
  readonly detail: SpanDetail | undefined;
  readonly problem: string | undefined;
}

/** The bodies and events of a span, asked for again whenever the span changes (its answer arrives when it ends). */
export function useSpanDetail(run: string, span: Span): Loaded {
  const api = useApi();
  const [loaded, setLoaded] = useState<Loaded>({ detail: undefined, problem: undefined });
  useEffect(() => {
    const controller = new AbortController();
    request<SpanDetail>(api, `/api/runs/${run}/spans/${span.id}`, { signal: controller.signal }).then(
      (detail) => setLoaded({ detail, problem: undefined }),
      (error: unknown) => {
        if (controller.signal.aborted) return;
        setLoaded({ detail: undefined, problem: error instanceof Error ? error.message : String(error) });
      },
    );
    return () => controller.abort();
  }, [api, run, span]);
  // What was loaded for another span must not be shown as this one's while its own is on the way.
  return loaded.detail && loaded.detail.span.id !== span.id
    ? { detail: undefined, problem: undefined }
    : loaded;
}
