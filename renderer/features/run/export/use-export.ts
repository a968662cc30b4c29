import { useCallback, useEffect, useRef, useState } from 'react';
import { requestStream, type ApiFetch } from '../../../../core/api/client.ts';
import { WRITTEN_FILES, type WriterName } from '../../../../core/formats/names.ts';
import type { RunSummary } from '../../../../core/journal/run-state.ts';
import { useApi } from '../../../app/api-context.ts';
import { exportFileName } from './export-file-name.ts';

/** The application's window may not download (electron/security.ts): what is exported goes to the clipboard there. */
export const EXPORT_TARGET = window.signalbox ? 'clipboard' : 'file';

export type ExportState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'busy'; readonly bytes: number }
  | { readonly kind: 'done'; readonly format: WriterName; readonly file: string }
  | { readonly kind: 'failed'; readonly problem: string };

export interface Export {
  readonly state: ExportState;
  readonly start: (format: WriterName) => void;
  readonly cancel: () => void;
}

/** Asks the host for a run in a format, and saves or copies it when it is there as a whole; one at a time. */
export function useExport({ id, name }: Pick<RunSummary, 'id' | 'name'>): Export {
  const api = useApi();
  const [state, setState] = useState<ExportState>({ kind: 'idle' });
  const running = useRef<AbortController>(undefined);
  const cancel = useCallback(() => {
    running.current?.abort();
    running.current = undefined;
    setState({ kind: 'idle' });
  }, []);
  useEffect(() => () => running.current?.abort(), []);
  const start = useCallback(
    (format: WriterName) => {
      running.current?.abort();
      const controller = new AbortController();
      running.current = controller;
      const show = (next: ExportState) => {
        if (running.current === controller) setState(next);
      };
      show({ kind: 'busy', bytes: 0 });
      const file = exportFileName({ id, name }, format);
      const path = `/api/runs/${id}/export?format=${format}`;
      download(api, path, WRITTEN_FILES[format].contentType, controller.signal, (bytes) =>
        show({ kind: 'busy', bytes }),
      )
        .then(async (content) => {
          if (controller.signal.aborted) return;
          if (EXPORT_TARGET === 'file') saveAs(file, content);
          else await navigator.clipboard.writeText(await content.text());
          show({ kind: 'done', format, file });
        })
        .catch((error: unknown) => {
          if (controller.signal.aborted) return;
          show({ kind: 'failed', problem: error instanceof Error ? error.message : String(error) });
        });
    },
    [api, id, name],
  );
  return { state, start, cancel };
}

async function download(
  api: ApiFetch,
  path: string,
  type: string,
  signal: AbortSignal,
  onBytes: (bytes: number) => void,
): Promise<Blob> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  for await (const chunk of await requestStream(api, path, signal)) {
    chunks.push(chunk);
    bytes += chunk.byteLength;
    onBytes(bytes);
  }
  return new Blob(chunks, { type });
}

/** How long the browser may take to begin with a file. */
const BEGIN_MILLIS = 60_000;

function saveAs(file: string, content: Blob): void {
  const link = document.createElement('a');
  link.download = file;
  link.href = URL.createObjectURL(content);
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), BEGIN_MILLIS);
}
