import { CircleCheck, CircleDashed, CircleSlash, Wrench } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { InstanceInfo } from '../../../core/api/contract.ts';
import { NANOS_PER_MILLI } from '../../../core/base/units.ts';
import { useFormat } from '../../format/use-format.ts';

const SIGNS = {
  closed: { Icon: CircleCheck, colour: 'go' },
  'half-open': { Icon: CircleDashed, colour: 'caution' },
  open: { Icon: CircleSlash, colour: 'stop' },
  isolated: { Icon: CircleSlash, colour: 'stop' },
} as const;

/** The state of an instance's breaker in a sign and a word, with what is left of an opening. */
export function BreakerSign({ instance }: { readonly instance: InstanceInfo }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { breaker, retryInMs, maintenance } = instance;
  if (maintenance) {
    return (
      <span className="breaker-sign caution">
        <Wrench size={14} aria-hidden /> {t('services.maintenance')}
      </span>
    );
  }
  if (breaker === undefined) return '—';
  const { Icon, colour } = SIGNS[breaker];
  return (
    <span className={`breaker-sign ${colour}`}>
      <Icon size={14} aria-hidden /> {t(`services.breakers.${breaker}`)}
      {retryInMs !== undefined && (
        <span className="dim">
          {' '}
          {t('services.retryIn', { time: format.duration(retryInMs * NANOS_PER_MILLI) })}
        </span>
      )}
    </span>
  );
}
