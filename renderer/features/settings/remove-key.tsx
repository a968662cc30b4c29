import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { request } from '../../../core/api/client.ts';
import { useApi } from '../../app/api-context.ts';
import '../../widgets/button.css';
import { Dialog } from '../../widgets/dialog.tsx';

interface RemoveKeyProps {
  readonly name: string;
  readonly onRemoved: () => void;
  readonly onClose: () => void;
}

/** Asks before a key is gone: nobody can show it again. */
export function RemoveKey({ name, onRemoved, onClose }: RemoveKeyProps) {
  const { t } = useTranslation();
  const api = useApi();
  const [problem, setProblem] = useState<string>();
  const remove = () =>
    request(api, `/api/secrets/${encodeURIComponent(name)}`, { method: 'DELETE' }).then(
      onRemoved,
      (error: unknown) => setProblem(error instanceof Error ? error.message : String(error)),
    );
  return (
    <Dialog role="alertdialog" label={t('keys.removeTitle')} onClose={onClose}>
      <h2>{t('keys.removeTitle')}</h2>
      <p>{t('keys.removeText', { name })}</p>
      {problem && (
        <p className="stop" role="alert">
          {problem}
        </p>
      )}
      <div className="dialog-actions">
        <button type="button" className="button" autoFocus onClick={onClose}>
          {t('services.remove.keep')}
        </button>
        <button type="button" className="button button-danger" onClick={() => void remove()}>
          {t('keys.remove')}
        </button>
      </div>
    </Dialog>
  );
}
