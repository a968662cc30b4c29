import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { MessageParts } from '../inspector/message-parts.tsx';
import { pairTools } from '../inspector/tool-pairs.ts';
import { compareMessages, type MessageChange } from './compare-messages.ts';
import { Messages } from './message-change.tsx';
import { Surroundings } from './surroundings.tsx';
import type { Turns } from './use-turns.ts';

interface TurnViewProps {
  readonly turns: Turns & Required<Pick<Turns, 'now'>>;
  readonly isRunning: boolean;
}

/** Of one call what its model saw, with what was not so in the call before, and what it answered. */
export function TurnView({ turns: { now, before, after }, isRunning }: TurnViewProps) {
  const { t } = useTranslation();
  const { request, answer, detail } = now;
  const earlier = before?.turn.request;
  const changes = useMemo((): readonly MessageChange[] => {
    if (!request) return [];
    if (earlier) return compareMessages(earlier.messages, request.messages);
    // Without a call before, nothing is new beside the rest.
    return request.messages.map((message) => ({ kind: 'kept', message }));
  }, [request, earlier]);
  const answered = useMemo(() => {
    const heard = answer?.messages ?? [];
    return pairTools([...heard, ...(after?.request?.messages ?? [])]).slice(0, heard.length);
  }, [answer, after]);
  const { error } = detail.span;
  return (
    <div className="turn" tabIndex={0}>
      <p className="dim">
        {!request
          ? t('conversation.unread')
          : before
            ? t('conversation.since', { place: before.place + 1, ...countsOf(changes) })
            : t('conversation.first')}
      </p>
      {request && <Surroundings before={earlier} now={request} />}
      {groupsOf(changes).map((group, index) =>
        earlier && group[0]?.kind === 'kept' ? (
          <details key={index} className="turn-folded">
            <summary>{t('conversation.asBefore', { count: group.length })}</summary>
            <Messages changes={group} />
          </details>
        ) : (
          <Messages key={index} changes={group} />
        ),
      )}
      <section className="turn-answer" aria-label={t('conversation.answer')}>
        <h3>{t('conversation.answer')}</h3>
        {answered.map(({ role, parts }, index) => (
          <div key={index}>
            {answered.length > 1 && <strong>{role}</strong>}
            <MessageParts parts={parts} />
          </div>
        ))}
        {error && <p className="stop chat-text">{error.message}</p>}
        {!answer && !error && (
          <p className="dim">{isRunning ? t('body.running') : t('conversation.noAnswer')}</p>
        )}
      </section>
    </div>
  );
}

/** Neighbours of which the same became. */
function groupsOf(changes: readonly MessageChange[]): readonly (readonly MessageChange[])[] {
  const groups: MessageChange[][] = [];
  for (const change of changes) {
    const last = groups.at(-1);
    if (last?.[0]?.kind === change.kind) last.push(change);
    else groups.push([change]);
  }
  return groups;
}

function countsOf(changes: readonly MessageChange[]) {
  const count = (wanted: MessageChange['kind']) => changes.filter(({ kind }) => kind === wanted).length;
  return {
    added: count('added'),
    changed: count('changed'),
    removed: count('removed'),
    kept: count('kept'),
  };
}
