import { Eye, EyeOff } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CopyButton } from '../../widgets/copy-button.tsx';
import { Tabs } from '../../widgets/tabs.tsx';
import { connectCards, KEY_PLACE, maskKey, type CardId, type SnippetKind } from './snippets.ts';
import './connect-cards.css';

interface ConnectCardsProps {
  readonly dataPlane: string;
  readonly clientToken: string;
}

const KIND_TITLES: Readonly<Record<SnippetKind, string>> = {
  bash: 'bash',
  powershell: 'PowerShell',
  env: '.env',
  python: 'Python',
  typescript: 'TypeScript',
};

export function ConnectCards({ dataPlane, clientToken }: ConnectCardsProps) {
  const { t } = useTranslation();
  const cards = connectCards(dataPlane);
  const [chosen, setChosen] = useState<CardId>('command');
  const [wanted, setWanted] = useState<SnippetKind>('bash');
  const [revealed, setRevealed] = useState(false);
  const card = cards.find(({ id }) => id === chosen)!;
  const snippet = card.snippets.find(({ kind }) => kind === wanted) ?? card.snippets[0]!;
  const hasKey = snippet.text.includes(KEY_PLACE);
  const text = (key: string) => snippet.text.replaceAll(KEY_PLACE, key);
  const title = card.title ?? t('connect.agent.command');
  return (
    <div className="cards">
      <ul className="cards-list">
        {cards.map(({ id, title: cardTitle }) => (
          <li key={id}>
            <button type="button" className="card" aria-pressed={id === chosen} onClick={() => setChosen(id)}>
              {cardTitle ?? t('connect.agent.command')}
            </button>
          </li>
        ))}
      </ul>
      <Tabs
        label={title}
        className="card-snippets"
        tabs={card.snippets.map(({ kind }) => ({ id: kind, title: KIND_TITLES[kind] }))}
        selected={snippet.kind}
        onSelect={setWanted}
        aside={<CopyButton text={text(clientToken)} what={title} />}
      >
        <pre className="card-code" tabIndex={0} aria-label={title}>
          {text(revealed ? clientToken : maskKey(clientToken))}
        </pre>
      </Tabs>
      <p className="dim">
        {t(`connect.hints.${card.id}`)} {card.installed && <code>{card.installed}</code>}
      </p>
      {hasKey && (
        <p className="card-key dim">
          <span>{t('connect.agent.key')}</span>
          <button
            type="button"
            className="button"
            aria-pressed={revealed}
            onClick={() => setRevealed(!revealed)}
          >
            {revealed ? <EyeOff size={14} aria-hidden /> : <Eye size={14} aria-hidden />}
            {revealed ? t('connect.agent.hide') : t('connect.agent.reveal')}
          </button>
        </p>
      )}
    </div>
  );
}
