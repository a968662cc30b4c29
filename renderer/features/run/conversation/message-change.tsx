import { useTranslation } from 'react-i18next';
import type { ConversationMessage } from '../../../../core/dialects/conversation/message.ts';
import { MessageParts } from '../inspector/message-parts.tsx';
import { pairTools } from '../inspector/tool-pairs.ts';
import type { MessageChange } from './compare-messages.ts';
import { TextDifference } from './text-difference.tsx';

/** A sign besides the colour. */
const SIGNS = { kept: '', added: '+', removed: '−', changed: '±' } as const;

/** Messages of which the same became, with the results of tools at their calls. */
export function Messages({ changes }: { readonly changes: readonly MessageChange[] }) {
  const [first] = changes;
  if (!first) return null;
  if (first.kind === 'changed') {
    return changes.map((change, index) => change.kind === 'changed' && <Changed key={index} {...change} />);
  }
  return pairTools(changes.map(({ message }) => message)).map(({ role, parts }, index) => (
    <Message key={index} kind={first.kind} role={role}>
      <MessageParts parts={parts} />
    </Message>
  ));
}

interface ChangedProps {
  readonly before: ConversationMessage;
  readonly message: ConversationMessage;
}

function Changed({ before, message }: ChangedProps) {
  const [was, is] = [onlyText(before), onlyText(message)];
  return (
    <Message kind="changed" role={message.role}>
      {was !== undefined && is !== undefined ? (
        <TextDifference before={was} now={is} />
      ) : (
        <MessageParts parts={message.parts} />
      )}
    </Message>
  );
}

interface MessageProps {
  readonly kind: MessageChange['kind'];
  readonly role: string;
  readonly children: React.ReactNode;
}

function Message({ kind, role, children }: MessageProps) {
  const { t } = useTranslation();
  return (
    <article className={`turn-message turn-${kind}`} aria-label={`${role}, ${t(`conversation.${kind}`)}`}>
      <header>
        <span className="turn-sign" aria-hidden>
          {SIGNS[kind]}
        </span>
        <strong>{role}</strong>
        {kind !== 'kept' && <span className="dim">{t(`conversation.${kind}`)}</span>}
      </header>
      <div className="turn-parts">{children}</div>
    </article>
  );
}

/** The text of a message that is nothing else. */
function onlyText({ parts }: ConversationMessage): string | undefined {
  const texts = parts.flatMap((part) => (part.kind === 'text' ? [part.text] : []));
  return texts.length === parts.length ? texts.join('\n') : undefined;
}
