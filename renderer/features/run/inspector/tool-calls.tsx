import { useTranslation } from 'react-i18next';
import type { ToolCall } from './chat-answer.ts';
import { Json } from './code-view.tsx';
import { prettyJson } from './json-lines.ts';

export function ToolCalls({ calls }: { readonly calls: readonly ToolCall[] }) {
  const { t } = useTranslation();
  return calls.map((call, index) => (
    <div key={index} className="tool-call">
      <span className="dim">{t('body.toolCall')}</span> <strong className="mono">{call.name}</strong>
      <pre>
        <Json text={prettyJson(call.arguments)} />
      </pre>
    </div>
  ));
}
