import { KeyRound } from 'lucide-react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import './no-access.css';

/** The window of a browser that came without a token, or with one that the host does not know. */
export function NoAccess({ reason }: { readonly reason: 'no-token' | 'refused' }) {
  const { t } = useTranslation();
  const title = t(`access.${reason}`);
  useEffect(() => {
    document.title = `${title} · Signalbox`;
  }, [title]);
  return (
    <main className="no-access">
      <KeyRound size={24} aria-hidden />
      <h1>{title}</h1>
      <p>{t('access.why')}</p>
      <ol>
        <li>
          {t('access.step1')} <code>signalbox start</code>
        </li>
        <li>{t('access.step2')}</li>
        <li>
          {t('access.step3')} <code>http://127.0.0.1:4601/#token=…</code>
        </li>
      </ol>
    </main>
  );
}
