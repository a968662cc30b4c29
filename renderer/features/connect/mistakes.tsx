import { TriangleAlert } from 'lucide-react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useReloadHost } from '../../app/use-host.ts';
import { useNow } from '../../app/use-now.ts';
import { useFormat } from '../../format/use-format.ts';
import { useApp } from '../../stores/app-store.ts';
import './mistakes.css';

const RELOAD_MILLIS = 2000;
const SHOWN = 5;

/** Requests that reached the host but named no endpoint of it, with what to change. */
export function Mistakes() {
  const { t } = useTranslation();
  const format = useFormat();
  const reload = useReloadHost();
  const now = useNow(RELOAD_MILLIS);
  const misdirected = useApp((app) => app.host?.misdirected);
  useEffect(() => {
    if (document.visibilityState === 'visible') void reload();
  }, [now, reload]);
  if (!misdirected || misdirected.length === 0) return null;
  return (
    <section className="mistakes" aria-live="polite">
      <h3>
        <TriangleAlert size={14} aria-hidden />
        {t('connect.mistakes')}
      </h3>
      <ul>
        {misdirected.slice(0, SHOWN).map(({ at, method, path, advice }, index) => (
          <li key={`${at}-${index}`}>
            <code>
              {method} {path}
            </code>
            <span>{advice}</span>
            <span className="dim">{format.ago(at, now)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
