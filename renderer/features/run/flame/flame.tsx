import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LoaderCircle, Flame as FlameIcon } from 'lucide-react';
import { ORDERS, type FlameOrder } from '../../../charts/flame/flame-model.ts';
import { useFlameModel } from '../../../charts/flame/use-flame-model.ts';
import { WEIGHTS, type Weight } from '../../../charts/flame/weights.ts';
import { Notice } from '../../../widgets/notice.tsx';
import type { Selection } from '../use-selection.ts';
import { FlameChart } from './flame-chart.tsx';
import { FlameLegend } from './flame-legend.tsx';
import type { FlameRun } from './flame-source.ts';
import './flame.css';

interface FlameProps {
  readonly run: FlameRun;
  readonly selection: Selection;
}

/** All spans of a run as boxes under each other: in time, or by what weighs most. */
export function Flame({ run, selection }: FlameProps) {
  const { t } = useTranslation();
  const [order, setOrder] = useState<FlameOrder>('time');
  const [chosen, setWeight] = useState<Weight>('time');
  const [search, setSearch] = useState('');
  const { source, version, now, seq } = run;
  const weight = order === 'time' ? 'time' : chosen;
  const model = useFlameModel({
    source,
    version,
    order,
    weight,
    now,
    seq,
  });
  return (
    <div className="flame">
      <div className="flame-bar">
        <label>
          <span className="dim">{t('flame.order')}</span>
          <select value={order} onChange={({ target }) => setOrder(target.value as FlameOrder)}>
            {ORDERS.map((known) => (
              <option key={known} value={known}>
                {t(`flame.orders.${known}`)}
              </option>
            ))}
          </select>
        </label>
        {order === 'heavy' && (
          <label>
            <span className="dim">{t('flame.weight')}</span>
            <select value={weight} onChange={({ target }) => setWeight(target.value as Weight)}>
              {WEIGHTS.map((known) => (
                <option key={known} value={known}>
                  {t(`flame.weights.${known}`)}
                </option>
              ))}
            </select>
          </label>
        )}
        <input
          type="search"
          value={search}
          aria-label={t('flame.search')}
          placeholder={t('flame.search')}
          onChange={({ target }) => setSearch(target.value)}
        />
        <FlameLegend />
      </div>
      {!model && <Notice title={t('flame.making')} icon={<LoaderCircle size={24} aria-hidden />} />}
      {model?.order === 'heavy' && !(model.total > 0) && (
        <Notice title={t(`flame.nothing.${weight}`)} icon={<FlameIcon size={24} aria-hidden />} />
      )}
      {model && (model.order === 'time' || model.total > 0) && (
        <FlameChart
          key={`${order} ${weight}`}
          model={model}
          run={run}
          weight={weight}
          search={search}
          selection={selection}
        />
      )}
    </div>
  );
}
