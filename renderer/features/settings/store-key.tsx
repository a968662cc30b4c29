import { useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { request } from '../../../core/api/client.ts';
import { useApi } from '../../app/api-context.ts';
import '../../widgets/button.css';
import { Dialog } from '../../widgets/dialog.tsx';
import { Field } from '../../widgets/field.tsx';

interface StoreKeyProps {
  /** Of the key that is replaced; empty for a new one. */
  readonly name: string;
  readonly onStored: (name: string) => void;
  readonly onClose: () => void;
}

/** Asks for a key, and hands it over once: nothing of it stays in the window. */
export function StoreKey({ name: given, onStored, onClose }: StoreKeyProps) {
  const { t } = useTranslation();
  const api = useApi();
  // Not in the state of a component, where it would outlive the form.
  const value = useRef<HTMLInputElement>(null);
  const [name, setName] = useState(given);
  const [origin, setOrigin] = useState('');
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const key = value.current?.value.trim() ?? '';
    if (name.trim() === '' || key === '') return setProblem(t('keys.needed'));
    setBusy(true);
    try {
      const body = { name: name.trim(), value: key, ...(origin.trim() !== '' && { origin: origin.trim() }) };
      await request(api, '/api/secrets', { method: 'POST', body });
      onStored(body.name);
    } catch (error) {
      setBusy(false);
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };
  const plain = { type: 'text', autoComplete: 'off', spellCheck: false } as const;
  return (
    <Dialog label={t('keys.store')} className="store-key" onClose={onClose}>
      <h2>{t('keys.store')}</h2>
      <form noValidate onSubmit={(event) => void submit(event)}>
        <Field label={t('keys.name')} hint={t('keys.nameHint', { name: name.trim() || 'NAME' })}>
          {(control) => (
            <input
              {...control}
              {...plain}
              required
              readOnly={given !== ''}
              value={name}
              onChange={({ target }) => setName(target.value)}
            />
          )}
        </Field>
        <Field label={t('keys.value')} hint={t('keys.valueHint')}>
          {(control) => (
            <input {...control} ref={value} type="password" required autoComplete="off" spellCheck={false} />
          )}
        </Field>
        <Field label={t('keys.origin')} hint={t('keys.originHint')}>
          {(control) => (
            <input
              {...control}
              {...plain}
              placeholder="https://api.openai.com"
              value={origin}
              onChange={({ target }) => setOrigin(target.value)}
            />
          )}
        </Field>
        {problem && (
          <p className="stop" role="alert">
            {problem}
          </p>
        )}
        <div className="dialog-actions">
          <button type="button" className="button" onClick={onClose}>
            {t('services.add.cancel')}
          </button>
          <button type="submit" className="button button-primary" disabled={busy}>
            {t('keys.confirm')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
