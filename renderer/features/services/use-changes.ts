import { useCallback, useMemo, useState } from 'react';
import { request } from '../../../core/api/client.ts';
import { useApi } from '../../app/api-context.ts';
import { useReloadHost } from '../../app/use-host.ts';
import { requestOf, type Change, type Done } from './changes.ts';

/** What was changed last, and the way to change something. */
export interface Changes {
  readonly done: Done | undefined;
  /** Why the last wish was refused, in the host's words. */
  readonly problem: string | undefined;
  make(change: Change): Promise<void>;
  /** Something was changed elsewhere. */
  note(done: Done): void;
  clear(): void;
}

export function useChanges(): Changes {
  const api = useApi();
  const reload = useReloadHost();
  const [last, setLast] = useState<Pick<Changes, 'done' | 'problem'>>({
    done: undefined,
    problem: undefined,
  });
  const note = useCallback(
    (done: Done) => {
      setLast({ done, problem: undefined });
      void reload();
    },
    [reload],
  );
  const clear = useCallback(() => setLast({ done: undefined, problem: undefined }), []);
  const make = useCallback(
    async (change: Change) => {
      try {
        await request(api, ...requestOf(change));
        note(change);
      } catch (error) {
        setLast({ done: undefined, problem: error instanceof Error ? error.message : String(error) });
        void reload();
      }
    },
    [api, note, reload],
  );
  return useMemo(() => ({ ...last, make, note, clear }), [last, make, note, clear]);
}
