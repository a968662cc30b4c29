import { Maximize2, ZoomIn, ZoomOut } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Command } from '../../../app/commands.ts';
import '../../../widgets/button.css';

const SHOWN = ['waiting', 'queued', 'backoff', 'first-token', 'generating', 'mcp', 'failed', 'cut'] as const;
const ICONS = [ZoomOut, ZoomIn, Maximize2] as const;

export function Legend({ commands }: { readonly commands: readonly Command[] }) {
  const { t } = useTranslation();
  return (
    <div className="legend">
      <ul aria-label={t('run.legend')}>
        {SHOWN.map((kind) => (
          <li key={kind}>
            <span className={`legend-key seg-${kind}`} aria-hidden />
            {t(`run.segments.${kind}`)}
          </li>
        ))}
        <li>
          <span className="legend-key mark-fallback" aria-hidden />
          {t('run.fellBack')}
        </li>
      </ul>
      <div className="legend-zoom">
        {commands.map((command, index) => {
          const Icon = ICONS[index]!;
          return (
            <button
              key={command.id}
              type="button"
              className="icon-button"
              aria-label={command.title}
              title={`${command.title} (${command.keys})`}
              onClick={command.run}
            >
              <Icon size={14} aria-hidden />
            </button>
          );
        })}
      </div>
    </div>
  );
}
