import { Activity, Cable, Command, ListTree, Network, Settings } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { routeHash, type Route } from './router.ts';
import './rail.css';

interface RailProps {
  readonly route: Route;
  readonly onPalette: () => void;
}

export function Rail({ route, onPalette }: RailProps) {
  const { t } = useTranslation();
  const at = route.page === 'run' ? 'runs' : route.page;
  const link = (page: 'connect' | 'runs' | 'services' | 'performance' | 'settings', icon: ReactNode) => (
    <a className="rail-item" href={routeHash({ page })} aria-current={at === page ? 'page' : undefined}>
      {icon}
      {t(`nav.${page}`)}
    </a>
  );
  return (
    <nav className="rail" aria-label={t('nav.label')}>
      {link('connect', <Cable size={18} aria-hidden />)}
      {link('runs', <ListTree size={18} aria-hidden />)}
      {link('services', <Network size={18} aria-hidden />)}
      {link('performance', <Activity size={18} aria-hidden />)}
      <span className="rail-gap" />
      <button type="button" className="rail-item" onClick={onPalette}>
        <Command size={18} aria-hidden />
        {t('nav.palette')}
      </button>
      {link('settings', <Settings size={18} aria-hidden />)}
    </nav>
  );
}
