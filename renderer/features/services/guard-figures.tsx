import { useTranslation } from 'react-i18next';
import type { GuardView } from '../../../core/routing/guard.ts';
import { useFormat } from '../../format/use-format.ts';
import { Meter } from '../../widgets/meter.tsx';

/** Attempts in flight, and how many there may be. */
export function InFlight({ guard: { outstanding, capacity } }: { readonly guard: GuardView }) {
  const format = useFormat();
  return (
    <span className="mono">
      {format.count(outstanding)}
      {capacity !== undefined && <span className="dim"> / {format.count(capacity)}</span>}
    </span>
  );
}

/** What is left of each rate this minute. */
export function Rates({ guard: { rates } }: { readonly guard: GuardView }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (!rates) return <span className="dim">—</span>;
  return (
    <span className="rates">
      {rates.map(({ limit, perMinute, remaining }) => {
        const left = Math.max(0, Math.floor(remaining));
        const figures = { left: format.count(left), most: format.count(perMinute) };
        return (
          <span key={limit} className="rate">
            <span className="dim">{limit}</span>
            <Meter
              value={left}
              most={perMinute}
              spent={left < 1}
              label={t(`services.rateLeft.${limit}`, figures)}
            />
            <span className={left < 1 ? 'mono caution' : 'mono'}>{format.tokens(left)}</span>
          </span>
        );
      })}
    </span>
  );
}
