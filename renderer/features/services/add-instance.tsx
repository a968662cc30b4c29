import { useEffect, useId, useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, request } from '../../../core/api/client.ts';
import type { InstanceInfo, PoolInfo } from '../../../core/api/contract.ts';
import { CATEGORIES, type Category } from '../../../core/journal/task.ts';
import { useApi } from '../../app/api-context.ts';
import '../../widgets/button.css';
import { Dialog } from '../../widgets/dialog.tsx';
import { Field } from '../../widgets/field.tsx';
import './add-instance.css';
import {
  checkFields,
  EMPTY_FIELDS,
  fieldOf,
  needsModel,
  registrationOf,
  type FieldName,
  type InstanceFields,
} from './instance-form.ts';

interface AddInstanceProps {
  readonly pools: readonly PoolInfo[];
  readonly onAdded: (name: string) => void;
  readonly onClose: () => void;
}

type Problems = Partial<Record<FieldName | 'all', string>>;
type TextName = Exclude<FieldName, 'category' | 'pools'>;

/** Asks for an instance that the configuration does not have, and adds it until the host ends. */
export function AddInstance({ pools, onAdded, onClose }: AddInstanceProps) {
  const { t } = useTranslation();
  const api = useApi();
  const form = useRef<HTMLFormElement>(null);
  const poolsNote = useId();
  const [fields, setFields] = useState(EMPTY_FIELDS);
  const [problems, setProblems] = useState<Problems>({});
  const [busy, setBusy] = useState(false);
  const fitting = pools.filter(({ category }) => category === fields.category);

  useEffect(() => {
    form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [problems]);

  const change = (changes: Partial<InstanceFields>) => setFields((before) => ({ ...before, ...changes }));
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const found = Object.entries(checkFields(fields));
    if (found.length > 0) {
      setProblems(
        Object.fromEntries(found.map(([field, problem]) => [field, t(`services.add.problems.${problem}`)])),
      );
      return;
    }
    setBusy(true);
    try {
      const { name } = await request<InstanceInfo>(api, '/api/instances', {
        method: 'POST',
        body: registrationOf(fields),
      });
      onAdded(name);
    } catch (error) {
      setBusy(false);
      const message = error instanceof Error ? error.message : String(error);
      setProblems({ [(error instanceof ApiError && fieldOf(error)) || 'all']: message });
    }
  };
  const text = (name: TextName, options: { readonly hint?: string; readonly needed?: boolean } = {}) => (
    <Field label={t(`services.add.fields.${name}`)} hint={options.hint} problem={problems[name]}>
      {(control) => (
        <input
          {...control}
          type="text"
          required={options.needed}
          autoComplete="off"
          spellCheck={false}
          value={fields[name]}
          onChange={({ target }) => change({ [name]: target.value })}
        />
      )}
    </Field>
  );
  return (
    <Dialog label={t('services.add.title')} className="add-instance" onClose={onClose}>
      <h2>{t('services.add.title')}</h2>
      <p className="dim">{t('services.add.hint')}</p>
      <form ref={form} noValidate onSubmit={(event) => void submit(event)}>
        <div className="add-instance-fields">
          {text('name', { needed: true })}
          {text('endpoint', { needed: true, hint: t('services.add.endpointHint') })}
          <Field label={t('services.add.fields.category')} problem={problems.category}>
            {(control) => (
              <select
                {...control}
                value={fields.category}
                onChange={({ target }) => change({ category: target.value as Category, pools: [] })}
              >
                {CATEGORIES.map((category) => (
                  <option key={category} value={category}>
                    {t(`categories.${category}`)}
                  </option>
                ))}
              </select>
            )}
          </Field>
          {text('model', { needed: needsModel(fields.category) })}
          {text('provider', { hint: t('services.add.providerHint') })}
          {text('weight', { hint: t('services.add.weightHint') })}
          {text('apiKeyEnv', { hint: t('services.add.apiKeyEnvHint') })}
          {fitting.length > 0 && (
            <fieldset className="field" aria-describedby={problems.pools && poolsNote}>
              <legend>{t('services.add.fields.pools')}</legend>
              <div className="add-instance-pools">
                {fitting.map(({ name }) => (
                  <label key={name}>
                    <input
                      type="checkbox"
                      checked={fields.pools.includes(name)}
                      onChange={({ target }) =>
                        change({
                          pools: target.checked
                            ? [...fields.pools, name]
                            : fields.pools.filter((pool) => pool !== name),
                        })
                      }
                    />
                    {name}
                  </label>
                ))}
              </div>
              {problems.pools && (
                <p id={poolsNote} className="field-note stop">
                  {problems.pools}
                </p>
              )}
            </fieldset>
          )}
        </div>
        {problems.all && (
          <p className="stop" role="alert">
            {problems.all}
          </p>
        )}
        <div className="dialog-actions">
          <button type="button" className="button" onClick={onClose}>
            {t('services.add.cancel')}
          </button>
          <button type="submit" className="button button-primary" disabled={busy}>
            {t('services.add.confirm')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
