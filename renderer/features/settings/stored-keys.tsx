import { useCallback, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { request } from '../../../core/api/client.ts';
import type { SecretList, StoredSecretInfo } from '../../../core/api/contract.ts';
import { useApi } from '../../app/api-context.ts';
import { useCommands, type Command } from '../../app/commands.ts';
import { useFormat } from '../../format/use-format.ts';
import '../../widgets/button.css';
import { RemoveKey } from './remove-key.tsx';
import { StoreKey } from './store-key.tsx';
import './stored-keys.css';

/** The keys of providers that Signalbox keeps: by name and origin. A value can be given, and never seen again. */
export function StoredKeys() {
  const { t } = useTranslation();
  const api = useApi();
  const [keys, setKeys] = useState<readonly StoredSecretInfo[]>();
  const [problem, setProblem] = useState<string>();
  const [storing, setStoring] = useState<{ readonly name: string }>();
  const [removing, setRemoving] = useState<string>();
  const [said, setSaid] = useState<string>();
  const load = useCallback(
    () =>
      request<SecretList>(api, '/api/secrets').then(
        ({ secrets }) => {
          setKeys(secrets);
          setProblem(undefined);
        },
        (error: unknown) => setProblem(error instanceof Error ? error.message : String(error)),
      ),
    [api],
  );
  useEffect(() => void load(), [load]);
  useCommands(
    useMemo<readonly Command[]>(() => {
      const group = t('nav.settings');
      return [
        { id: 'store-key', group, title: t('keys.store'), run: () => setStoring({ name: '' }) },
        ...(keys ?? []).flatMap(({ name }) => [
          {
            id: `replace ${name}`,
            group,
            title: `${t('keys.replaceKey')} ${name}`,
            run: () => setStoring({ name }),
          },
          {
            id: `remove ${name}`,
            group,
            title: `${t('keys.removeTitle')} ${name}`,
            run: () => setRemoving(name),
          },
        ]),
      ];
    }, [t, keys]),
  );
  const done = (words: string) => {
    setStoring(undefined);
    setRemoving(undefined);
    setSaid(words);
    void load();
  };
  return (
    <section aria-labelledby="stored-keys">
      <header className="stored-keys-head">
        <h2 id="stored-keys">{t('keys.title')}</h2>
        <button type="button" className="button" onClick={() => setStoring({ name: '' })}>
          {t('keys.store')}
        </button>
      </header>
      <p className="dim">{t('keys.text')}</p>
      {problem && (
        <p className="stop" role="alert">
          {problem}
        </p>
      )}
      {keys?.length === 0 && <p className="stored-keys-none dim">{t('keys.none')}</p>}
      {keys && keys.length > 0 && (
        <ul className="stored-keys">
          {keys.map((key) => (
            <KeyRow
              key={key.name}
              stored={key}
              onReplace={() => setStoring({ name: key.name })}
              onRemove={() => setRemoving(key.name)}
            />
          ))}
        </ul>
      )}
      <p role="status" className="stored-keys-said">
        {said}
      </p>
      {storing && (
        <StoreKey
          name={storing.name}
          onClose={() => setStoring(undefined)}
          onStored={(name) => done(t('keys.stored', { name }))}
        />
      )}
      {removing !== undefined && (
        <RemoveKey
          name={removing}
          onClose={() => setRemoving(undefined)}
          onRemoved={() => done(t('keys.removed', { name: removing }))}
        />
      )}
    </section>
  );
}

interface KeyRowProps {
  readonly stored: StoredSecretInfo;
  readonly onReplace: () => void;
  readonly onRemove: () => void;
}

function KeyRow({ stored: { name, origin, sealed, setAt, providers }, onReplace, onRemove }: KeyRowProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const facts = [
    t(`keys.sealed.${sealed}`),
    providers.length > 0 ? t('keys.takenBy', { providers: providers.join(', ') }) : t('keys.untaken'),
    t('keys.since', { time: format.moment(Date.parse(setAt)) }),
  ];
  return (
    <li>
      <div>
        <p>
          <strong className="mono">{name}</strong> <span className="mono">{origin ?? t('keys.unbound')}</span>
        </p>
        <p className="dim">{facts.join(' · ')}</p>
      </div>
      <span className="stored-keys-verbs">
        <button
          type="button"
          className="button"
          aria-label={`${t('keys.replace')} ${name}`}
          onClick={onReplace}
        >
          {t('keys.replace')}
        </button>
        <button
          type="button"
          className="button"
          aria-label={`${t('keys.remove')} ${name}`}
          onClick={onRemove}
        >
          {t('keys.remove')}
        </button>
      </span>
    </li>
  );
}
