import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RunSummary } from '../../../core/api/contract.ts';
import { Dialog } from '../../widgets/dialog.tsx';

interface DeleteRunProps {
  readonly run: RunSummary;
  readonly onDelete: () => Promise<void>;
  readonly onClose: () => void;
}

/** Asks before a recording is gone for good. */
export function DeleteRun({ run, onDelete, onClose }: DeleteRunProps) {
  const { t } = useTranslation();
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  const confirm = () => {
    setBusy(true);
    onDelete().then(onClose, (error: unknown) => {
      setBusy(false);
      setProblem(error instanceof Error ? error.message : String(error));
    });
  };
  return (
    <Dialog role="alertdialog" label={t('runs.delete.title')} onClose={onClose}>
      <h2>{t('runs.delete.title')}</h2>
      <p>{t('runs.delete.text', { name: run.name })}</p>
      {problem && (
        <p className="stop" role="alert">
          {problem}
        </p>
      )}
      <div className="dialog-actions">
        <button type="button" className="button" autoFocus onClick={onClose}>
          {t('runs.delete.keep')}
        </button>
        <button type="button" className="button button-danger" disabled={busy} onClick={confirm}>
          {t('runs.delete.confirm')}
        </button>
      </div>
    </Dialog>
  );
}
