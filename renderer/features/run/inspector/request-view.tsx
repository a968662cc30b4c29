import { useTranslation } from 'react-i18next';
import '../../../widgets/chip.css';
import type { ChatMessage, ChatRequest } from './chat-request.ts';
import { LongText } from './long-text.tsx';
import { ToolCalls } from './tool-calls.tsx';

/** Of a long history, the end is what the reader came for. */
const OPEN_AT_END = 6;
const PREVIEW = 120;

export function RequestView({ request: { messages, tools, settings } }: { readonly request: ChatRequest }) {
  const { t } = useTranslation();
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

function Message({ message, open }: { readonly message: ChatMessage; readonly open: boolean }) {
  const { role, text, attachments, toolCalls, answers } = message;
  const preview = text || toolCalls.map(({ name }) => name).join(', ');
  return (
    <details className="message" open={open}>
      <summary>
        <span className="message-role">{role}</span>
        <span className="message-preview ellipsis dim">{preview.slice(0, PREVIEW)}</span>
        {answers && <code className="dim ellipsis">{answers}</code>}
      </summary>
      <div>
        {text && <LongText text={text} />}
        {attachments.map((kind, index) => (
          <span key={index} className="chip mono">
            {kind}
          </span>
        ))}
        <ToolCalls calls={toolCalls} />
      </div>
    </details>
  );
}
