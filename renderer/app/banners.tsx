import { OctagonAlert, Unplug } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useApp } from '../stores/app-store.ts';
import './banners.css';

/** What concerns every page: nothing is recorded now, the journal was damaged, or the host does not answer. */
export function Banners() {
  const { t } = useTranslation();
  const recording = useApp((app) => app.host?.recording);
  const connection = useApp((app) => app.connection);
  return (
    <>
      {recording?.state === 'stopped' && (
        <div className="banner banner-stop" role="alert">
          <OctagonAlert size={16} aria-hidden />
          <span>
            <strong>{t('banner.stopped')}</strong> {recording.reason}. {t('banner.stoppedHint')}
          </span>
        </div>
      )}
      {recording?.quarantined !== undefined && (
        <div className="banner banner-caution" role="status">
          <OctagonAlert size={16} aria-hidden />
          <span>
            <strong>{t('banner.quarantined')}</strong> <code>{recording.quarantined}</code>
            {t('banner.quarantinedHint')}
          </span>
        </div>
      )}
      {connection === 'reconnecting' && (
        <div className="banner banner-caution" role="status">
          <Unplug size={16} aria-hidden />
          <span>
            <strong>{t('banner.gone')}</strong> {t('banner.goneHint')}
          </span>
        </div>
      )}
    </>
  );
}
