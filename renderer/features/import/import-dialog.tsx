import { useEffect, useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { ImportedRun } from '../../../core/api/contract.ts';
import { FORMAT_NAMES, type FormatName } from '../../../core/formats/names.ts';
import { navigate } from '../../app/router.ts';
import '../../widgets/button.css';
import { Dialog } from '../../widgets/dialog.tsx';
import { Field } from '../../widgets/field.tsx';
import './import-dialog.css';
import { ImportOutcome } from './import-outcome.tsx';
import { ImportProgress } from './import-progress.tsx';
import { useImport } from './use-import.ts';

/** Makes a run of a file of another tool, which lies where the host can read it. */
export function ImportDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const path = useRef<HTMLInputElement>(null);
  const [fields, setFields] = useState({ path: '', format: '' as FormatName | '', name: '' });
  const [missing, setMissing] = useState(false);
  const { state, start, cancel } = useImport();
  const busy = state.kind === 'running';

  const open = ({ run }: ImportedRun) => {
    onClose();
    navigate({ page: 'run', run: run.id, view: 'waterfall' });
  };
  useEffect(() => {
    if (state.kind === 'failed' || state.kind === 'cancelled') path.current?.focus();
  }, [state.kind]);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    const [file, name] = [fields.path.trim(), fields.name.trim()];
    setMissing(file === '');
    if (file === '') return path.current?.focus();
    const end = await start({
      path: file,
      ...(fields.format && { format: fields.format }),
      ...(name && { name }),
    });
    if (end.kind === 'done' && end.imported.warnings.length === 0) open(end.imported);
  };
  const change = (changes: Partial<typeof fields>) => setFields((before) => ({ ...before, ...changes }));
  const text = { type: 'text', autoComplete: 'off', spellCheck: false, readOnly: busy } as const;
  if (state.kind === 'done') {
    return (
      <Dialog label={t('importing.title')} className="import" onClose={onClose}>
        <ImportOutcome imported={state.imported} onOpen={open} onClose={onClose} />
      </Dialog>
    );
  }
  return (
    <Dialog label={t('importing.title')} className="import" holds={busy} onClose={busy ? cancel : onClose}>
      <h2>{t('importing.title')}</h2>
      <p className="dim">{t('importing.hint')}</p>
      <form noValidate onSubmit={(event) => void submit(event)}>
        <div className="import-fields">
          <Field
            label={t('importing.path')}
            hint={t('importing.pathHint')}
            problem={missing ? t('importing.needed') : undefined}
          >
            {(control) => (
              <input
                {...control}
                {...text}
                ref={path}
                required
                value={fields.path}
                onChange={({ target }) => change({ path: target.value })}
              />
            )}
          </Field>
          <Field label={t('importing.format')}>
            {(control) => (
              <select
                {...control}
                disabled={busy}
                value={fields.format}
                onChange={({ target }) => change({ format: target.value as FormatName | '' })}
              >
                <option value="">{t('importing.anyFormat')}</option>
                {FORMAT_NAMES.map((format) => (
                  <option key={format} value={format}>
                    {t(`formats.${format}`)}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <Field label={t('importing.name')} hint={t('importing.nameHint')}>
            {(control) => (
              <input
                {...control}
                {...text}
                maxLength={200}
                value={fields.name}
                onChange={({ target }) => change({ name: target.value })}
              />
            )}
          </Field>
        </div>
        {state.kind === 'running' && <ImportProgress progress={state.progress} />}
        {state.kind === 'cancelled' && <p role="status">{t('importing.cancelled')}</p>}
        {state.kind === 'failed' && (
          <p className="stop import-problem" role="alert">
            {state.problem ?? t('importing.silent')}
          </p>
        )}
        <div className="dialog-actions">
          <button type="button" className="button" onClick={busy ? cancel : onClose}>
            {t('importing.cancel')}
          </button>
          <button type="submit" className="button button-primary" disabled={busy}>
            {t('importing.confirm')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
