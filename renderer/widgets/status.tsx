import { Ban, CircleCheck, CircleDot, CircleX, Unplug } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { RunStatus, SpanStatus } from '../../core/journal/run-state.ts';
import './status.css';

const ICONS = {
  running: CircleDot,
  completed: CircleCheck,
  ok: CircleCheck,
  failed: CircleX,
  error: CircleX,
  cancelled: Ban,
  interrupted: Unplug,
} as const satisfies Record<RunStatus | SpanStatus, unknown>;

/** A status in a sign and a word; colour only repeats them. */
export function Status({ status }: { readonly status: RunStatus | SpanStatus }) {
  const { t } = useTranslation();
  const Icon = ICONS[status];
  return (
    <span className={`status status-${status}`}>
      <Icon size={14} aria-hidden />
      {t(`status.${status}`)}
    </span>
  );
}
