import { useTranslation } from 'react-i18next';
import type { Conversation } from '../../../../core/dialects/conversation/message.ts';
import '../../../widgets/chip.css';
import { compareSurroundings } from './compare-messages.ts';

interface SurroundingsProps {
  readonly before: Conversation | undefined;
  readonly now: Conversation;
}

/** Tools and settings of a request: all of them, those marked that were others before. */
export function Surroundings({ before, now }: SurroundingsProps) {
  const { t } = useTranslation();
  const { toolsAdded, toolsRemoved, settings } = compareSurroundings(before ?? now, now);
  if (now.tools.length === 0 && toolsRemoved.length === 0 && settings.length === 0) return null;
  return (
    <div className="turn-surroundings mono">
      {(now.tools.length > 0 || toolsRemoved.length > 0) && <span className="dim">{t('body.tools')}</span>}
      {now.tools.map((tool, index) => (
        <span key={index} className="chip">
          {toolsAdded.includes(tool) ? <ins>+ {tool}</ins> : tool}
        </span>
      ))}
      {toolsRemoved.map((tool) => (
        <del key={tool} className="chip">
          − {tool}
        </del>
      ))}
      {settings.map((setting) => (
        <span key={setting.name} className="chip">
          <span className="dim">{setting.name}</span>{' '}
          {setting.before !== undefined && <del>{setting.before}</del>}{' '}
          {setting.now !== undefined && <ins>{setting.now}</ins>}
        </span>
      ))}
    </div>
  );
}
