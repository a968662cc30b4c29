import { CircleCheck, CircleSlash, CircleX, Hourglass, Wrench } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { InstanceInfo } from '../../../core/api/contract.ts';
import { useFormat } from '../../format/use-format.ts';
import { Sign } from '../../widgets/sign.tsx';

const SIGNS = {
  healthy: { Icon: CircleCheck, tone: 'go' },
  unhealthy: { Icon: CircleX, tone: 'stop' },
  ejected: { Icon: CircleSlash, tone: 'stop' },
} as const;

/** What is thought of an instance, and whether it is left alone for another reason than its breaker. */
export function HealthSign({ instance }: { readonly instance: InstanceInfo }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { health, ejectedForMs, maintenance, coolForMs } = instance;
  return (
    <span className="health-signs">
      {maintenance && (
        <Sign Icon={Wrench} tone="caution">
          {t('services.maintenance')}
        </Sign>
      )}
      {(!maintenance || health !== 'healthy') && (
        <Sign {...SIGNS[health]}>
          {t(`services.healths.${health}`)}
          {ejectedForMs !== undefined && (
            <span className="dim"> {t('services.backIn', { time: format.countdown(ejectedForMs) })}</span>
          )}
        </Sign>
      )}
      {coolForMs !== undefined && (
        <Sign Icon={Hourglass} tone="caution">
          {t('services.coolsFor', { time: format.countdown(coolForMs) })}
        </Sign>
      )}
    </span>
  );
}
