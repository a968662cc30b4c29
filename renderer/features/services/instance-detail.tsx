import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { InstanceInfo } from '../../../core/api/contract.ts';
import { useFormat } from '../../format/use-format.ts';
import '../../widgets/chip.css';
import type { InstanceColumn } from './instance-columns.tsx';

interface InstanceDetailProps {
  readonly instance: InstanceInfo;
  readonly pools: readonly string[];
  /** Columns that the table has no room for. */
  readonly hidden: readonly InstanceColumn[];
}

/** How an instance is set up, and whatever its row has no room for. */
export function InstanceDetail({ instance, pools, hidden }: InstanceDetailProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { provider, endpoint, price, weight, priority, zone, labels, capabilities } = instance;
  const { contextWindow, assumedContextWindow } = instance;
  return (
    <dl className="instance-detail">
      {hidden.map(({ id, title, cell }) => (
        <Fact key={id} title={title}>
          {cell(instance)}
        </Fact>
      ))}
      <Fact title={t('services.provider')}>{provider}</Fact>
      <Fact title={t('services.endpoint')}>
        <span className="mono">{endpoint}</span>
      </Fact>
      <Fact title={t('services.pools')}>{pools.length > 0 && <Chips words={pools} />}</Fact>
      <Fact title={t('services.capabilities')}>
        {capabilities ? <Chips words={capabilities} /> : t('services.anyCapability')}
      </Fact>
      <Fact title={t('services.contextWindow')}>
        {contextWindow !== undefined
          ? t('services.tokens', { tokens: format.tokens(contextWindow) })
          : assumedContextWindow !== undefined &&
            t('services.assumedTokens', { tokens: format.tokens(assumedContextWindow) })}
      </Fact>
      <Fact title={t('services.price')}>
        {price &&
          t('services.prices', { input: format.cost(price.input), output: format.cost(price.output) })}
      </Fact>
      <Fact title={t('services.weight')}>{format.term(weight)}</Fact>
      <Fact title={t('services.priority')}>{format.term(priority)}</Fact>
      <Fact title={t('services.zone')}>{zone}</Fact>
      <Fact title={t('services.labels')}>{labels && <Chips words={labelWords(labels)} />}</Fact>
    </dl>
  );
}

/** One line; none where nothing is known. */
function Fact({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  if (children === undefined || children === false) return null;
  return (
    <div>
      <dt>{title}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Chips({ words }: { readonly words: readonly string[] }) {
  return (
    <span className="chips">
      {words.map((word) => (
        <span key={word} className="chip">
          {word}
        </span>
      ))}
    </span>
  );
}

function labelWords(labels: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(labels).map(([name, value]) => `${name} = ${value}`);
}
