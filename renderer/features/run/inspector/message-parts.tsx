import { useTranslation } from 'react-i18next';
import '../../../widgets/chip.css';
import { Json } from './code-view.tsx';
import { prettyJson } from './json-lines.ts';
import { LongText } from './long-text.tsx';
import type { PairedPart, ToolResult } from './tool-pairs.ts';

/** What a message says, piece by piece, in its own order. */
export function MessageParts({ parts }: { readonly parts: readonly PairedPart[] }) {
  return parts.map((part, index) => <Part key={index} part={part} />);
}

function Part({ part }: { readonly part: PairedPart }) {
  const { t } = useTranslation();
  switch (part.kind) {
    case 'text':
      return <LongText text={part.text} />;
    case 'thinking':
      return <Thinking text={part.text} />;
    case 'refusal':
      return (
        <div className="refusal">
          <span className="stop">{t('body.refusal')}</span>
          <LongText text={part.text} />
        </div>
      );
    case 'tool-call':
      return (
        <div className="tool-call">
          <span className="dim">{t('body.toolCall')}</span> <strong className="mono">{part.name}</strong>
          <Code text={part.arguments} />
          {part.result && <Result result={part.result} />}
        </div>
      );
    case 'tool-result':
      return (
        <div className="tool-call">
          <Result result={part} />
          {part.callId && <code className="dim">{part.callId}</code>}
        </div>
      );
    case 'attachment':
      return <Attachment media={part.media} source={part.source} />;
  }
}

/** Folded: it is long, and no part of what was said. */
function Thinking({ text }: { readonly text: string }) {
  const { t } = useTranslation();
  if (text === '') return <p className="thinking dim">{t('body.reasoningKept')}</p>;
  return (
    <details className="thinking">
      <summary>{t('body.reasoning')}</summary>
      <LongText text={text} />
    </details>
  );
}

function Result({ result: { text, failed } }: { readonly result: ToolResult }) {
  const { t } = useTranslation();
  return (
    <div className="tool-result">
      <span className={failed ? 'stop' : 'dim'}>{failed ? t('body.toolFailed') : t('body.toolResult')}</span>
      {text === '' ? <p className="dim">{t('body.noText')}</p> : <Code text={text} />}
    </div>
  );
}

const LONGEST_CODE = 12_000;

/** JSON in its colours; anything else, and what is too long for them, as text. */
function Code({ text }: { readonly text: string }) {
  if (text === '') return null;
  const pretty = prettyJson(text);
  if (pretty.length > LONGEST_CODE || !/^[[{]/.test(pretty)) return <LongText text={pretty} />;
  return (
    <pre>
      <Json text={pretty} />
    </pre>
  );
}

/** Never loaded: what a conversation points at is nobody's to fetch. */
function Attachment({ media, source }: { readonly media: string; readonly source: string | undefined }) {
  const place = source?.startsWith('data:') ? source.slice(0, source.indexOf(',')) : source;
  return (
    <p className="attachment mono">
      <span className="chip">{media}</span> {place && <span className="dim">{place}</span>}
    </p>
  );
}
