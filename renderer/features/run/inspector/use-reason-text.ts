import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { NANOS_PER_MILLI, type Millis } from '../../../../core/base/units.ts';
import type { Rejection } from '../../../../core/journal/pick.ts';
import { useFormat } from '../../../format/use-format.ts';

/** Why a candidate could not take a call, in words that stand after its name. */
export function useReasonText(): (rejection: Rejection) => string {
  const { t } = useTranslation();
  const format = useFormat();
  return useCallback(
    (rejection) => {
      const after = (millis: Millis) => format.duration(millis * NANOS_PER_MILLI);
      switch (rejection.reason) {
        case 'already-tried':
        case 'account-spent':
        case 'maintenance':
        case 'isolated':
          return t(`decision.reasons.${rejection.reason}`);
        case 'at-capacity': {
          const { outstanding, capacity } = rejection;
          return t('decision.reasons.at-capacity', { outstanding, capacity });
        }
        case 'breaker-open': {
          if (rejection.retryInMs === undefined) return t('decision.reasons.breaker-probing');
          return t('decision.reasons.breaker-open', { time: after(rejection.retryInMs) });
        }
        case 'rate-limited': {
          const { limit, retryInMs } = rejection;
          if (retryInMs === undefined) return t(`decision.reasons.rate-limited.${limit}`);
          return `${t(`decision.reasons.rate-limited.${limit}`)}, ${t('decision.reasons.again', { time: after(retryInMs) })}`;
        }
        case 'fallen':
          return t('decision.reasons.fallen', { time: after(rejection.retryInMs) });
        case 'context-too-small': {
          const [needed, limit] = [format.tokens(rejection.needed), format.tokens(rejection.limit)];
          return t('decision.reasons.context-too-small', { needed, limit });
        }
        case 'lacks-capability':
          return t('decision.reasons.lacks-capability', { missing: rejection.missing.join(', ') });
        case 'denied':
          return t('decision.reasons.denied', { policy: rejection.policy });
        case 'unhealthy':
          return t('decision.reasons.unhealthy', { failures: rejection.failures });
        case 'ejected':
          return t(`decision.reasons.ejected.${rejection.because}`, { time: after(rejection.retryInMs) });
        case 'resources-short': {
          const { resource, needed, free } = rejection;
          return t('decision.reasons.resources-short', { resource, needed, free });
        }
        case 'resources-impossible': {
          const { resource, needed, capacity } = rejection;
          if (capacity === undefined) return t('decision.reasons.resources-undeclared', { resource, needed });
          return t('decision.reasons.resources-impossible', { resource, needed, capacity });
        }
      }
    },
    [t, format],
  );
}
