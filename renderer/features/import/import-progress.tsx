import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../format/use-format.ts';
import type { ImportProgress as Progress } from './use-import.ts';

interface ImportProgressProps {
  readonly progress: Progress | undefined;
}

/** How much of the file is read, and what was found in it. */
export function ImportProgress({ progress }: ImportProgressProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const label = useId();
  return (
    <div className="import-progress">
      {progress && progress.totalBytes > 0 ? (
        <progress aria-labelledby={label} max={progress.totalBytes} value={progress.readBytes} />
      ) : (
        <progress aria-labelledby={label} />
      )}
      <p id={label} className="dim">
        {progress
          ? t('importing.progress', {
              read: format.bytes(progress.readBytes),
              total: format.bytes(progress.totalBytes),
              count: progress.spans,
              spans: format.count(progress.spans),
            })
          : t('importing.begins')}
      </p>
    </div>
  );
}
