import { Trash2, Wrench } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { InstanceInfo } from '../../../core/api/contract.ts';
import '../../widgets/button.css';
import { changesOf, type Change } from './changes.ts';

interface InstanceActionsProps {
  readonly instance: InstanceInfo;
  readonly onChange: (change: Change) => void;
}

/** What can be done with an instance, each button with its name for those who do not see the row. */
export function InstanceActions({ instance, onChange }: InstanceActionsProps) {
  const { t } = useTranslation();
  return (
    <span className="instance-actions">
      {changesOf(instance).map((change) => {
        const { verb, name } = change;
        const title = t(`services.verbs.${verb}`);
        const common = {
          'aria-label': `${title} ${name}`,
          onClick: () => onChange(change),
        } as const;
        switch (verb) {
          case 'maintain':
          case 'resume':
            return (
              <button
                type="button"
                key="maintenance"
                {...common}
                className="icon-button"
                aria-label={`${t('services.maintenance')} ${name}`}
                aria-pressed={verb === 'resume'}
                title={title}
              >
                <Wrench size={14} aria-hidden />
              </button>
            );
          case 'remove':
            return (
              <button type="button" key={verb} {...common} className="icon-button" title={title}>
                <Trash2 size={14} aria-hidden />
              </button>
            );
          default:
            return (
              <button type="button" key="isolation" {...common} className="button">
                {title}
              </button>
            );
        }
      })}
    </span>
  );
}
