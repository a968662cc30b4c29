import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { HostInfo } from '../../../core/api/contract.ts';
import { useFormat } from '../../format/use-format.ts';
import { Meter } from '../../widgets/meter.tsx';

/** How much the host as a whole has to do, and what it has left to do it with. */
export function Summary({ host: { scheduler, resources } }: { readonly host: HostInfo }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { outstanding, maxConcurrent, queues } = scheduler;
  const waiting = queues.reduce((sum, queue) => sum + queue.waiting, 0);
  return (
    <dl className="services-facts">
      <Fact title={t('services.outstanding')}>
        <Use what={t('services.outstanding')} used={outstanding} most={maxConcurrent} show={format.count} />
      </Fact>
      <Fact title={t('services.waiting')}>
        <strong>{format.count(waiting)}</strong>
        {queues.length > 0 && (
          <span className="dim">
            {queues.map((queue) => `${queue.name} ${format.count(queue.waiting)}`).join(' · ')}
          </span>
        )}
      </Fact>
      {resources.map(({ resource, capacity, reserved }) => (
        <Fact key={resource} title={<span className="mono">{resource}</span>}>
          <Use what={resource} used={reserved} most={capacity} show={format.term} />
        </Fact>
      ))}
    </dl>
  );
}

function Fact({ title, children }: { readonly title: ReactNode; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{title}</dt>
      <dd>{children}</dd>
    </div>
  );
}

interface UseProps {
  readonly what: string;
  readonly used: number;
  readonly most: number;
  readonly show: (value: number) => string;
}

function Use({ what, used, most, show }: UseProps) {
  const { t } = useTranslation();
  return (
    <>
      <strong>
        {show(used)} <span className="dim">/ {show(most)}</span>
      </strong>
      <Meter
        value={used}
        most={most}
        spent={used >= most}
        label={t('services.used', { what, used: show(used), most: show(most) })}
      />
    </>
  );
}
