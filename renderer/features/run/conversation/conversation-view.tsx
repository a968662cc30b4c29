import { ChevronLeft, ChevronRight, LoaderCircle, MessagesSquare } from 'lucide-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useCommands } from '../../../app/commands.ts';
import { ordinalIn, spanRow, type ShownRun } from '../../../stores/shown-run.ts';
import '../../../widgets/button.css';
import { Notice } from '../../../widgets/notice.tsx';
import '../inspector/body-tab.css';
import type { Selection } from '../use-selection.ts';
import { conversationCalls, placeOfSelected } from './conversation-calls.ts';
import './conversation-view.css';
import { TurnView } from './turn-view.tsx';
import { useTurns } from './use-turns.ts';

interface ConversationViewProps {
  readonly view: ShownRun;
  readonly selection: Selection;
}

/** One call after the other as its model saw it: what was new in its context, and what it answered. */
export function ConversationView({ view, selection }: ConversationViewProps) {
  const { t } = useTranslation();
  const calls = useMemo(() => conversationCalls(view), [view]);
  const place = placeOfSelected(view, calls, ordinalIn(view, selection.span));
  const turns = useTurns(view, calls, place);
  const { select } = selection;
  const { columns } = view;
  const [before, after] = [calls[place - 1], place < 0 ? undefined : calls[place + 1]];
  useCommands(
    useMemo(() => {
      const group = t('run.views.conversation');
      const command = (id: string, title: string, keys: string, to: number | undefined) =>
        to === undefined ? [] : [{ id, group, title, keys, run: () => select(columns.idAt(to)) }];
      return [
        ...command('turn-before', t('conversation.previous'), 'k', before),
        ...command('turn-after', t('conversation.next'), 'j', after),
      ];
    }, [t, select, columns, before, after]),
  );
  if (calls.length === 0) {
    return (
      <Notice title={t('conversation.none')} icon={<MessagesSquare size={24} aria-hidden />}>
        <p>{t('conversation.noneHint')}</p>
      </Notice>
    );
  }
  const ordinal = calls[place];
  if (ordinal === undefined) {
    return (
      <Notice title={t('conversation.notOfThis')} icon={<MessagesSquare size={24} aria-hidden />}>
        <button type="button" className="button" onClick={() => select(columns.idAt(calls.at(-1)!))}>
          {t('conversation.toLast')}
        </button>
      </Notice>
    );
  }
  const row = spanRow(view, ordinal);
  const step = (to: number | undefined, title: string, icon: React.ReactNode) => (
    <button
      type="button"
      className="icon-button"
      aria-label={title}
      title={title}
      disabled={to === undefined}
      onClick={() => to !== undefined && select(columns.idAt(to))}
    >
      {icon}
    </button>
  );
  return (
    <div className="conversation">
      <header className="conversation-head">
        {step(before, t('conversation.previous'), <ChevronLeft size={16} aria-hidden />)}
        {step(after, t('conversation.next'), <ChevronRight size={16} aria-hidden />)}
        <h2>{t('conversation.place', { place: place + 1, count: calls.length })}</h2>
        <span className="mono ellipsis">{row.label}</span>
        <button type="button" className="button conversation-open" onClick={() => selection.open(row.id)}>
          {t('conversation.inspect')}
        </button>
      </header>
      {turns.now ? (
        <TurnView turns={{ ...turns, now: turns.now }} isRunning={row.status === 'running'} />
      ) : turns.problem !== undefined ? (
        <Notice title={t('conversation.failed')} tone="stop">
          <p>{turns.problem}</p>
        </Notice>
      ) : (
        <Notice title={t('body.loading')} icon={<LoaderCircle size={24} aria-hidden />} />
      )}
    </div>
  );
}
