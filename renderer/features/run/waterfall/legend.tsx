import { Maximize2, ZoomIn, ZoomOut } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { RunSummary } from '../../../../core/journal/run-state.ts';
import type { Command } from '../../../app/commands.ts';
import '../../../widgets/button.css';

const CALLS = ['waiting', 'queued', 'backoff', 'first-token', 'generating'] as const;
const ENDS = ['failed', 'cut'] as const;
const ICONS = [ZoomOut, ZoomIn, Maximize2] as const;

interface LegendProps {
  readonly run: RunSummary;
  readonly commands: readonly Command[];
}

/** What the colours mean; of what a run may lack, only what it has. */
export function Legend({ run, commands }: LegendProps) {
  const { t } = useTranslation();
  const kinds = [
    ...CALLS,
    ...(run.mcpRequests ? (['mcp'] as const) : []),
    ...(run.reportedSpans ? (['reported'] as const) : []),
    ...ENDS,
  ];
  return (
    <div className="legend">
      <ul aria-label={t('run.legend')}>
        {kinds.map((kind) => (
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
