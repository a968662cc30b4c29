import { useCallback, useEffect, useRef, useState } from 'react';
import { follow, type ApiFetch } from '../../../core/api/client.ts';
import type { ImportedRun, ImportLine, ImportRequest } from '../../../core/api/contract.ts';
import { useApi } from '../../app/api-context.ts';

export type ImportProgress = Extract<ImportLine, { progress: unknown }>['progress'];

export type ImportState =
  | { readonly kind: 'idle' }
  /** Without `progress` until the host has said how far it is. */
  | { readonly kind: 'running'; readonly progress?: ImportProgress }
  | { readonly kind: 'cancelled' }
  /** `problem` is absent where the host fell silent before it was done. */
  | { readonly kind: 'failed'; readonly problem?: string }
  | { readonly kind: 'done'; readonly imported: ImportedRun };

export interface Import {
  readonly state: ImportState;
  /** Resolves with how it ended; never rejects. */
  readonly start: (request: ImportRequest) => Promise<ImportState>;
  /** Ends what runs; nothing of it stays. */
  readonly cancel: () => void;
}

/** The import of one file, which ends with the component that asked for it. */
export function useImport(): Import {
  const api = useApi();
  const [state, setState] = useState<ImportState>({ kind: 'idle' });
  const running = useRef<AbortController>(undefined);
  useEffect(() => () => running.current?.abort(), []);
  const start = useCallback(
    async (body: ImportRequest) => {
      const controller = new AbortController();
      running.current = controller;
      setState({ kind: 'running' });
      const end = await read(api, body, controller.signal, (progress) =>
        setState({ kind: 'running', progress }),
      );
      const shown: ImportState = controller.signal.aborted ? { kind: 'cancelled' } : end;
      setState(shown);
      return shown;
    },
    [api],
  );
  const cancel = useCallback(() => running.current?.abort(), []);
  return { state, start, cancel };
}

async function read(
  api: ApiFetch,
  body: ImportRequest,
  signal: AbortSignal,
  onProgress: (progress: ImportProgress) => void,
): Promise<ImportState> {
  try {
    for await (const line of follow<ImportLine>(api, '/api/imports', signal, { method: 'POST', body })) {
      if ('problem' in line) return { kind: 'failed', problem: line.problem.message };
      if ('imported' in line) return { kind: 'done', imported: line.imported };
      onProgress(line.progress);
    }
    return { kind: 'failed' };
  } catch (error) {
    return { kind: 'failed', problem: error instanceof Error ? error.message : String(error) };
  }
}
