import { useTranslation } from 'react-i18next';
import { useApp } from '../../stores/app-store.ts';
import type { Language, ThemeChoice } from '../../stores/preferences.ts';
import './settings-page.css';
import { StoredKeys } from './stored-keys.tsx';

const THEMES: readonly ThemeChoice[] = ['system', 'dark', 'light'];
const LANGUAGES: readonly Language[] = ['en', 'zh'];

export function SettingsPage() {
  const { t } = useTranslation();
  const { theme, language } = useApp((app) => app.preferences);
  const choose = useApp((app) => app.choose);
  const host = useApp((app) => app.host);
  const facts = [
    [t('settings.version'), host?.version],
    [t('settings.dataPlane'), host?.dataPlane],
    [t('settings.dataDir'), host?.dataDir],
    [t('settings.configFile'), host ? (host.configFile ?? t('settings.noConfig')) : undefined],
  ] as const;
  return (
    <div className="page settings">
      <header className="page-head">
        <h1>{t('nav.settings')}</h1>
      </header>
      <div className="settings-body">
        <Choices
          legend={t('settings.theme')}
          name="theme"
          options={THEMES.map((id) => ({ id, title: t(`settings.themes.${id}`) }))}
          chosen={theme}
          onChoose={(id) => choose({ theme: id })}
        />
        <Choices
          legend={t('settings.language')}
          name="language"
          options={LANGUAGES.map((id) => ({ id, title: t(`settings.languages.${id}`) }))}
          chosen={language}
          onChoose={(id) => choose({ language: id })}
        />
        <StoredKeys />
        <section>
          <h2>{t('settings.host')}</h2>
          <dl className="settings-facts">
            {facts.map(([title, value]) => (
              <div key={title}>
                <dt>{title}</dt>
                <dd className="mono">{value ?? '…'}</dd>
              </div>
            ))}
          </dl>
        </section>
      </div>
    </div>
  );
}

interface ChoicesProps<Id extends string> {
  readonly legend: string;
  readonly name: string;
  readonly options: readonly { readonly id: Id; readonly title: string }[];
  readonly chosen: Id;
  readonly onChoose: (id: Id) => void;
}

function Choices<Id extends string>({ legend, name, options, chosen, onChoose }: ChoicesProps<Id>) {
  return (
    <fieldset className="choices">
      <legend>{legend}</legend>
      <div>
        {options.map(({ id, title }) => (
          <label key={id} className="choice">
            <input type="radio" name={name} checked={id === chosen} onChange={() => onChoose(id)} />
            {title}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
