import { TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { ImportedRun } from '../../../core/api/contract.ts';
import { useFormat } from '../../format/use-format.ts';

interface ImportOutcomeProps {
  readonly imported: ImportedRun;
  readonly onOpen: (imported: ImportedRun) => void;
  readonly onClose: () => void;
}

/** What came of a file that was not in all as it should be. */
export function ImportOutcome({ imported, onOpen, onClose }: ImportOutcomeProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { run, spans, logs, warnings } = imported;
  const found = [
    t(`formats.${imported.format}`),
    t('importing.spans', { count: spans, formatted: format.count(spans) }),
    ...(logs > 0 ? [t('importing.logs', { count: logs, formatted: format.count(logs) })] : []),
  ];
  return (
    <>
      <h2>{t('importing.done', { name: run.name })}</h2>
      <p className="dim">{found.join(' · ')}</p>
      <p className="import-warned">
        <TriangleAlert size={16} aria-hidden />
        {t('importing.warned')}
      </p>
      <ul className="import-warnings">
        {warnings.map(({ code, count, example }) => (
          <li key={code}>
            <span className="import-count">{format.count(count)}</span>
            <span>
              {t(`importing.warnings.${code}`)}{' '}
              <span className="dim">{t('importing.example', { example })}</span>
            </span>
          </li>
        ))}
      </ul>
      <div className="dialog-actions">
        <button type="button" className="button" onClick={onClose}>
          {t('importing.close')}
        </button>
        <button type="button" className="button button-primary" autoFocus onClick={() => onOpen(imported)}>
          {t('importing.openRun')}
        </button>
      </div>
    </>
  );
}
