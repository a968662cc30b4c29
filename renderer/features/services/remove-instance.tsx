import { useTranslation } from 'react-i18next';
import '../../widgets/button.css';
import { Dialog } from '../../widgets/dialog.tsx';

interface RemoveInstanceProps {
  readonly name: string;
  readonly onRemove: () => void;
  readonly onClose: () => void;
}

/** Asks before an instance is gone: its settings are nowhere else. */
export function RemoveInstance({ name, onRemove, onClose }: RemoveInstanceProps) {
  const { t } = useTranslation();
  return (
    <Dialog role="alertdialog" label={t('services.remove.title')} onClose={onClose}>
      <h2>{t('services.remove.title')}</h2>
      <p>{t('services.remove.text', { name })}</p>
      <div className="dialog-actions">
        <button type="button" className="button" autoFocus onClick={onClose}>
          {t('services.remove.keep')}
        </button>
        <button type="button" className="button button-danger" onClick={onRemove}>
          {t('services.verbs.remove')}
        </button>
      </div>
    </Dialog>
  );
}
