import { CircleCheck, CircleDashed, RotateCw } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { McpProcessInfo, McpServerInfo } from '../../../core/api/contract.ts';
import { useFormat } from '../../format/use-format.ts';
import { Sign } from '../../widgets/sign.tsx';
import { Section } from './section.tsx';

/** The MCP servers of the configuration, and how the processes do that run for them. */
export function McpSection({ servers }: { readonly servers: readonly McpServerInfo[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (servers.length === 0) return null;
  return (
    <Section title={t('services.mcp.title')}>
      <table className="services-table">
        <thead>
          <tr>
            <th scope="col" className="lead">
              {t('services.mcp.server')}
            </th>
            <th scope="col">{t('services.mcp.state')}</th>
            <th scope="col">{t('services.mcp.noise')}</th>
            <th scope="col">{t('services.mcp.era')}</th>
            <th scope="col" className="end">
              {t('services.mcp.sessions')}
            </th>
            <th scope="col">{t('services.mcp.target')}</th>
          </tr>
        </thead>
        {servers.map((server) => {
          const rows = server.processes.length === 0 ? [undefined] : server.processes;
          return (
            <tbody key={server.name}>
              {rows.map((process, index) => (
                <tr key={index}>
                  {index === 0 && (
                    <th scope="rowgroup" rowSpan={rows.length} className="lead">
                      {server.name}
                    </th>
                  )}
                  <td className="state">
                    {process ? <ProcessSign process={process} /> : <IdleSign server={server} />}
                  </td>
                  <td>
                    <Noise process={process} />
                  </td>
                  {index === 0 && (
                    <>
                      <td rowSpan={rows.length} className="mono">
                        {server.era === 'auto' ? t('services.mcp.anyEra') : server.era}
                      </td>
                      <td rowSpan={rows.length} className="end mono">
                        {format.count(server.sessions)}
                      </td>
                      <td rowSpan={rows.length} className="wrap mono">
                        <span className="dim">{server.transport}</span> {server.target}
                      </td>
                    </>
                  )}
                </tr>
              ))}
            </tbody>
          );
        })}
      </table>
    </Section>
  );
}

/** A process that runs, or is started again after it ended by itself. */
function ProcessSign({ process: { pid, session, waiting } }: { readonly process: McpProcessInfo }) {
  const { t } = useTranslation();
  const format = useFormat();
  const whose = session === undefined ? t('services.mcp.shared') : t('services.mcp.session', { session });
  if (waiting) {
    return (
      <Sign Icon={RotateCw} tone="caution">
        {t('services.mcp.restarting', { time: format.countdown(waiting.restartInMs) })}{' '}
        <span className="dim">
          {waiting.reason} · {t('services.mcp.ends', { count: waiting.ends })} · {whose}
        </span>
      </Sign>
    );
  }
  return (
    <Sign Icon={CircleCheck} tone="go">
      {t('services.mcp.running')}{' '}
      <span className="dim">
        {pid !== undefined && `pid ${pid} · `}
        {whose}
      </span>
    </Sign>
  );
}

function IdleSign({ server: { transport } }: { readonly server: McpServerInfo }) {
  const { t } = useTranslation();
  return (
    <Sign Icon={CircleDashed} tone="quiet">
      {transport === 'stdio' ? t('services.mcp.notStarted') : t('services.mcp.remote')}
    </Sign>
  );
}

/** What a process prints besides its messages: nothing of it stops a call, and too much of it is dropped. */
function Noise({ process }: { readonly process: McpProcessInfo | undefined }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (!process) return <span className="dim">—</span>;
  const { stderr, stdout, dropped } = process.noise;
  return (
    <span className="mono" title={t('services.mcp.noiseText')}>
      stderr {format.count(stderr)}
      {stdout > 0 && <span className="caution"> · stdout {format.count(stdout)}</span>}
      {dropped > 0 && <span className="caution"> · {t('services.mcp.dropped', { count: dropped })}</span>}
    </span>
  );
}
