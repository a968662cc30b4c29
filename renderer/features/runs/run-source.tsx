import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { RunSummary } from '../../../core/api/contract.ts';
import { useFormat } from '../../format/use-format.ts';
import { en } from '../../locales/en.ts';
import './run-source.css';

interface RunSourceProps {
  readonly run: RunSummary;
  /** Names the file even where the run is called by it; else that is only on hover. */
  readonly full?: boolean;
}

/** Where a run comes from, unless Signalbox launched it. */
export function RunSource({ run, full = false }: RunSourceProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { source, imported } = run;
  if (source === 'launched') return null;
  if (!imported) return <span className="run-source">{t(`runs.source.${source}`)}</span>;
  const tool = nameOf(t, imported.format);
  const from = t('runs.importedFrom', { format: tool, file: imported.file });
  return (
    <span className="run-source" title={`${from} · ${format.moment(imported.at)}`}>
      {full || imported.file !== run.name ? from : t('runs.importedAsNamed', { format: tool })}
    </span>
  );
}

/** A journal of another version may have formats that this one does not know: those are shown as they are there. */
function nameOf(t: TFunction, format: string): string {
  return isKnown(format) ? t(`formats.${format}`) : format;
}

function isKnown(format: string): format is keyof typeof en.formats {
  return Object.hasOwn(en.formats, format);
}
