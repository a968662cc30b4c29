import { LoaderCircle, Plus } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useReloadHost } from '../../app/use-host.ts';
import { useApp } from '../../stores/app-store.ts';
import '../../widgets/button.css';
import { Notice } from '../../widgets/notice.tsx';
import { AddInstance } from './add-instance.tsx';
import type { Change } from './changes.ts';
import { ConnectionsSection } from './connections-section.tsx';
import { GroupsSection } from './groups-section.tsx';
import { HostLog } from './host-log.tsx';
import { InstancesSection } from './instances-section.tsx';
import { LastChange } from './last-change.tsx';
import { McpSection } from './mcp-section.tsx';
import { PoolsSection } from './pools-section.tsx';
import { ProposalsSection } from './proposals-section.tsx';
import { RemoveInstance } from './remove-instance.tsx';
import './services-page.css';
import { Summary } from './summary.tsx';
import { useChanges } from './use-changes.ts';
import { useServiceCommands } from './use-service-commands.ts';

/** How old the figures may be while somebody looks at them. */
const REFRESH_MILLIS = 1000;

/** The scheduler as it stands: groups, pools and instances with their live figures, and what happened to them. */
export function ServicesPage() {
  const { t } = useTranslation();
  const host = useApp((app) => app.host);
  const changes = useChanges();
  const [adding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<string>();
  useFreshHost();
  const make = (change: Change) => {
    if (change.verb === 'remove') setRemoving(change.name);
    else void changes.make(change);
  };
  useServiceCommands(make, () => setAdding(true));
  return (
    <div className="services">
      <header className="page-head">
        <h1>{t('nav.services')}</h1>
        {host && <Summary host={host} />}
      </header>
      <div className="services-body">
        {host ? (
          <>
            <ProposalsSection proposals={host.proposals} onChange={make} />
            <GroupsSection groups={host.groups} />
            <PoolsSection pools={host.pools} instances={host.instances} />
            <InstancesSection
              instances={host.instances}
              pools={host.pools}
              onChange={make}
              aside={
                <button type="button" className="button" onClick={() => setAdding(true)}>
                  <Plus size={14} aria-hidden /> {t('services.add.open')}
                </button>
              }
            />
            <McpSection servers={host.mcp} />
            <ConnectionsSection connections={host.connections} />
            <HostLog run={host.hostRun} />
          </>
        ) : (
          <Notice title={t('services.loading')} icon={<LoaderCircle size={24} aria-hidden />} />
        )}
      </div>
      <LastChange changes={changes} />
      {adding && (
        <AddInstance
          pools={host?.pools ?? []}
          onClose={() => setAdding(false)}
          onAdded={(name) => {
            setAdding(false);
            changes.note({ verb: 'add', name });
          }}
        />
      )}
      {removing !== undefined && (
        <RemoveInstance
          name={removing}
          onClose={() => setRemoving(undefined)}
          onRemove={() => {
            setRemoving(undefined);
            void changes.make({ verb: 'remove', name: removing });
          }}
        />
      )}
    </div>
  );
}

/** Asks the host again and again while the page is looked at. */
function useFreshHost(): void {
  const reload = useReloadHost();
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') void reload();
    }, REFRESH_MILLIS);
    void reload();
    return () => clearInterval(timer);
  }, [reload]);
}
