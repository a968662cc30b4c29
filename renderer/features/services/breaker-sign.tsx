import { CircleCheck, CircleDashed, CircleSlash } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { GuardView } from '../../../core/routing/guard.ts';
import { useFormat } from '../../format/use-format.ts';
import { Sign } from '../../widgets/sign.tsx';

const SIGNS = {
  closed: { Icon: CircleCheck, tone: 'quiet' },
  'half-open': { Icon: CircleDashed, tone: 'caution' },
  open: { Icon: CircleSlash, tone: 'stop' },
  isolated: { Icon: CircleSlash, tone: 'stop' },
} as const;

/** The state of a breaker in a sign and a word, with what is left of an opening; nothing where there is none. */
export function BreakerSign({ guard: { breaker, retryInMs } }: { readonly guard: GuardView }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (breaker === undefined) return <span className="dim">—</span>;
  return (
    <Sign {...SIGNS[breaker]}>
      {t(`services.breakers.${breaker}`)}
      {retryInMs !== undefined && (
        <span className="dim">
          {' '}
          {retryInMs > 0
            ? t('services.retryIn', { time: format.countdown(retryInMs) })
            : t('services.retryNext')}
        </span>
      )}
    </Sign>
  );
}
