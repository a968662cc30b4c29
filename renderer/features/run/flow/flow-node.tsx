import { Bot, Box, Cpu, Plug, Target, Wrench } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../../format/use-format.ts';
import type { FlowNodeKind } from './flow-graph.ts';
import type { PlacedNode } from './flow-places.ts';

const ICONS = {
  agent: Bot,
  step: Box,
  target: Target,
  instance: Cpu,
  server: Plug,
  tool: Wrench,
} as const satisfies Record<FlowNodeKind, typeof Bot>;

interface FlowNodeCardProps {
  readonly node: PlacedNode;
  readonly id: string;
  readonly isActive: boolean;
  readonly isSelected: boolean;
  readonly onActive: () => void;
  readonly onOpen: () => void;
}

export function FlowNodeCard({ node, id, isActive, isSelected, onActive, onOpen }: FlowNodeCardProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { kind, name, open, errors, tokens, x, y } = node;
  // Of an agent there is one span, and what it calls is what it does.
  const spans = kind === 'agent' ? node.sent : node.spans;
  const Icon = ICONS[kind];
  const figures = [
    t('flow.spans', { count: spans, formatted: format.count(spans) }),
    ...(tokens > 0 ? [t('flow.tokens', { tokens: format.tokens(tokens) })] : []),
  ];
  return (
    <div
      id={id}
      role="option"
      aria-selected={isSelected}
      className={`flow-node flow-${kind}${isActive ? ' flow-active' : ''}`}
      style={{ transform: `translate(${x}px, ${y}px)` }}
      onClick={onActive}
      onDoubleClick={onOpen}
    >
      <span className="flow-name">
        <Icon size={13} aria-hidden />
        <span className="sr-only">{t(`flow.kinds.${kind}`)} </span>
        <span className="ellipsis" title={name}>
          {name}
        </span>{' '}
        {open > 0 && <span className="flow-open">{t('flow.open', { count: open })}</span>}
      </span>{' '}
      <span className="flow-figures dim">
        {figures.join(' · ')}
        {errors > 0 && <span className="stop"> · ✕ {t('flow.errors', { count: errors })}</span>}
      </span>
    </div>
  );
}
