import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { WRITER_NAMES } from '../../../../core/formats/names.ts';
import type { RunSummary } from '../../../../core/journal/run-state.ts';
import { useCommands } from '../../../app/commands.ts';
import { useFormat } from '../../../format/use-format.ts';
import { Menu } from '../../../widgets/menu.tsx';
import { EXPORT_TARGET, useExport, type ExportState } from './use-export.ts';
import './run-export.css';

const KEYS = { 'otlp-json': 'e o', chrome: 'e c', speedscope: 'e s', har: 'e h', html: 'e p' } as const;

/** Hands out a run as other tools read it. */
export function RunExport({ run }: { readonly run: RunSummary }) {
  const { t } = useTranslation();
  const { state, start, cancel } = useExport(run);
  const label = t(`run.export.to.${EXPORT_TARGET}`);
  const items = useMemo(
    () =>
      WRITER_NAMES.map((id) => ({
        id,
        title: t(`run.export.formats.${id}`),
        note: t(`run.export.opens.${id}`),
      })),
    [t],
  );
  useCommands(
    useMemo(
      () =>
        items.map(({ id, title }) => ({
          id: `export-${id}`,
          group: t('run.group'),
          title: `${label}: ${title}`,
          keys: KEYS[id],
          run: () => start(id),
        })),
      [t, items, label, start],
    ),
  );
  return (
    <div className="run-export">
      <div role="status" className="run-export-status">
        <Outcome state={state} />
      </div>
      {state.kind === 'busy' && (
        <button type="button" className="button" onClick={cancel}>
          {t('run.export.cancel')}
        </button>
      )}
      <Menu label={label} items={items} onChoose={start} />
    </div>
  );
}

function Outcome({ state }: { readonly state: ExportState }) {
  const { t } = useTranslation();
  const format = useFormat();
  switch (state.kind) {
    case 'idle':
      return null;
    case 'busy':
      return <span className="dim">{t('run.export.busy', { bytes: format.bytes(state.bytes) })}</span>;
    case 'done': {
      const title = t(`run.export.formats.${state.format}`);
      return (
        <span className="dim">{t(`run.export.done.${EXPORT_TARGET}`, { file: state.file, title })}</span>
      );
    }
    case 'failed':
      return (
        <span className="stop">
          {t('run.export.failed')} {state.problem}
        </span>
      );
  }
}
