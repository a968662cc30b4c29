import { Undo2, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import '../../widgets/button.css';
import { undoOf } from './changes.ts';
import './last-change.css';
import type { Changes } from './use-changes.ts';

/** Says what was just changed, or why not, and takes it back where that can be. */
export function LastChange({ changes: { done, problem, make, clear } }: { readonly changes: Changes }) {
  const { t } = useTranslation();
  const undo = done && undoOf(done);
  return (
    <div role="status" className="last-change-place">
      {(done ?? problem) && (
        <div className="last-change">
          {problem === undefined ? (
            <p>{done && t(`services.done.${done.verb}`, { name: done.name })}</p>
          ) : (
            <p className="stop">{problem}</p>
          )}
          {undo && (
            <button type="button" className="button" onClick={() => void make(undo)}>
              <Undo2 size={14} aria-hidden /> {t('services.undo')}
            </button>
          )}
          <button type="button" className="icon-button" aria-label={t('services.hide')} onClick={clear}>
            <X size={16} aria-hidden />
          </button>
        </div>
      )}
    </div>
  );
}
