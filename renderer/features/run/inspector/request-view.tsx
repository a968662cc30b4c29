import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import '../../../widgets/chip.css';
import type { Conversation } from '../../../../core/dialects/conversation/message.ts';
import { MessageParts } from './message-parts.tsx';
import { pairTools, type PairedMessage } from './tool-pairs.ts';

/** Of a long history, the end is what the reader came for. */
const OPEN_AT_END = 6;
const PREVIEW = 120;

export function RequestView({ conversation }: { readonly conversation: Conversation }) {
  const { t } = useTranslation();
  const { tools, settings } = conversation;
  const messages = useMemo(() => pairTools(conversation.messages), [conversation]);
  return (
    <div className="inspector-tab" tabIndex={0}>
      <div className="settings-line mono">
        {settings.map(([name, value]) => (
          <span key={name} className="chip">
            <span className="dim">{name}</span> {value}
          </span>
        ))}
      </div>
      {tools.length > 0 && (
        <div className="settings-line mono">
          <span className="dim">{t('body.tools')}</span>
          {tools.map((tool, index) => (
            <span key={index} className="chip">
              {tool}
            </span>
          ))}
        </div>
      )}
      {messages.map((message, index) => (
        <Message key={index} message={message} open={index >= messages.length - OPEN_AT_END} />
      ))}
    </div>
  );
}

function Message({ message, open }: { readonly message: PairedMessage; readonly open: boolean }) {
  const { role, parts } = message;
  return (
    <details className="message" open={open}>
      <summary>
        <span className="message-role">{role}</span>
        <span className="message-preview ellipsis dim">{previewOf(message)}</span>
      </summary>
      <div>
        <MessageParts parts={parts} />
      </div>
    </details>
  );
}

/** The beginning of what is said, else the names of what is called. */
function previewOf({ parts }: PairedMessage): string {
  const said = parts.flatMap((part) =>
    part.kind === 'text' || part.kind === 'tool-result' ? [part.text] : [],
  );
  const called = parts.flatMap((part) => (part.kind === 'tool-call' ? [part.name] : []));
  const text = said.find((one) => one !== '') ?? called.join(', ');
  return text.slice(0, PREVIEW);
}
