import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { request } from '../../../core/api/client.ts';
import type { InstanceInfo, SetBreaker } from '../../../core/api/contract.ts';
import { useApi } from '../../app/api-context.ts';
import { useReloadHost } from '../../app/use-host.ts';
import '../../widgets/button.css';

/** Takes an instance out by hand, and puts it back: the undo of the one is the other. */
export function IsolateButton({ instance: { name, breaker } }: { readonly instance: InstanceInfo }) {
  const { t } = useTranslation();
  const api = useApi();
  const reload = useReloadHost();
  const [problem, setProblem] = useState<string>();
  const isolated = breaker === 'isolated';
  const toggle = async () => {
    const body: SetBreaker = { state: isolated ? 'closed' : 'isolated' };
    try {
      await request(api, `/api/instances/${encodeURIComponent(name)}/breaker`, { method: 'POST', body });
      setProblem(undefined);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
    await reload();
  };
  const title = t(isolated ? 'services.restore' : 'services.isolate');
  return (
    <>
      {problem !== undefined && (
        <span role="alert" className="isolate-problem stop">
          {problem}
        </span>
      )}
      <button type="button" className="button" aria-label={`${title} ${name}`} onClick={() => void toggle()}>
        {title}
      </button>
    </>
  );
}
