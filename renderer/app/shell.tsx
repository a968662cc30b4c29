import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ConnectPage } from '../features/connect/connect-page.tsx';
import { ImportDialog } from '../features/import/import-dialog.tsx';
import { PerformancePage } from '../features/performance/performance-page.tsx';
import { RunPage } from '../features/run/run-page.tsx';
import { RunsPage } from '../features/runs/runs-page.tsx';
import { ServicesPage } from '../features/services/services-page.tsx';
import { SettingsPage } from '../features/settings/settings-page.tsx';
import { useApp } from '../stores/app-store.ts';
import { Banners } from './banners.tsx';
import { CommandPalette } from './command-palette.tsx';
import { NoAccess } from './no-access.tsx';
import { Rail } from './rail.tsx';
import { useRoute, type Route } from './router.ts';
import { ShortcutsDialog } from './shortcuts-dialog.tsx';
import { useGlobalCommands } from './use-global-commands.ts';
import { useHostFeed } from './use-host.ts';
import { useShortcuts } from './use-shortcuts.ts';
import './shell.css';

type Overlay = 'palette' | 'shortcuts' | 'import' | undefined;

export function Shell() {
  const { t } = useTranslation();
  const [overlay, setOverlay] = useState<Overlay>();
  const route = useHomedRoute();
  const refused = useApp((app) => app.refused);
  useHostFeed();
  useShortcuts();
  useGlobalCommands(setOverlay);
  useTitle(route);
  if (refused) return <NoAccess reason="refused" />;
  const close = () => setOverlay(undefined);
  return (
    <div className="shell">
      <a
        className="skip-link"
        href="#main"
        onClick={(event) => {
          // The fragment is the router's: the jump is made by hand.
          event.preventDefault();
          document.getElementById('main')?.focus();
        }}
      >
        {t('shell.skip')}
      </a>
      <Rail route={route} onPalette={() => setOverlay('palette')} />
      <div className="shell-content">
        <Banners />
        <main id="main" className="shell-main" tabIndex={-1}>
          <Page route={route} onImport={() => setOverlay('import')} />
        </main>
      </div>
      {overlay === 'palette' && <CommandPalette onClose={close} />}
      {overlay === 'shortcuts' && <ShortcutsDialog onClose={close} />}
      {overlay === 'import' && <ImportDialog onClose={close} />}
    </div>
  );
}

function Page({ route, onImport }: { readonly route: Route; readonly onImport: () => void }) {
  switch (route.page) {
    case 'home':
      return null;
    case 'connect':
      return <ConnectPage />;
    case 'runs':
      return <RunsPage where={route.where ?? ''} onImport={onImport} />;
    case 'services':
      return <ServicesPage />;
    case 'performance':
      return <PerformancePage />;
    case 'settings':
      return <SettingsPage />;
    case 'run':
      return <RunPage key={route.run} route={route} />;
  }
}

/** Home is Connect until there is a run, then the runs; decided once the host has said which. */
function useHomedRoute(): Route {
  const route = useRoute();
  const home = useApp((app): 'connect' | 'runs' | undefined =>
    app.runs === undefined && !app.runsProblem ? undefined : app.runs?.length === 0 ? 'connect' : 'runs',
  );
  // Once shown, home stays what it was: a first run must not pull the Connect page away from its reader.
  const [settled, setSettled] = useState(home);
  useEffect(() => setSettled((before) => before ?? home), [home]);
  if (route.page !== 'home') return route;
  const page = settled ?? home;
  return page === undefined ? route : { page };
}

function useTitle(route: Route): void {
  const { t } = useTranslation();
  const name = useApp((app) =>
    route.page === 'run' ? app.runs?.find((run) => run.id === route.run)?.name : undefined,
  );
  const place =
    route.page === 'home'
      ? undefined
      : route.page === 'run'
        ? (name ?? t('nav.runs'))
        : t(`nav.${route.page}`);
  useEffect(() => {
    document.title = place ? `${place} · Signalbox` : 'Signalbox';
  }, [place]);
}
