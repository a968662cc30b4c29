import { CornerDownRight, Hourglass, Timer, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Nanos } from '../../../../core/base/units.ts';
import type { Fallback, Wait } from '../../../../core/journal/run-state.ts';
import { useFormat } from '../../../format/use-format.ts';

interface WaitStepProps {
  readonly wait: Wait;
  /** Since the call began. */
  readonly after: Nanos;
}

/** A time in which a call had no place. */
export function WaitStep({ wait, after }: WaitStepProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { because, at, endedAt, queue = '', class: queueClass, ahead, outcome } = wait;
  const time = format.duration((endedAt ?? at) - at);
  if (because === 'backoff') {
    return (
      <Between Icon={Timer} after={after}>
        {t('decision.backoff', { time })}
      </Between>
    );
  }
  const details = [
    queueClass && t(`decision.classes.${queueClass}`),
    ahead !== undefined && ahead > 0 && t('decision.ahead', { count: ahead }),
    outcome && t(`decision.outcomes.${outcome}`),
  ];
  return (
    <Between Icon={Hourglass} after={after}>
      {endedAt === undefined ? t('decision.waits', { queue }) : t('decision.waited', { queue, time })}
      <span className="dim"> {details.filter(Boolean).join(' · ')}</span>
    </Between>
  );
}

interface FallbackStepProps {
  readonly fallback: Fallback;
  /** Since the call began. */
  readonly after: Nanos;
}

/** A call's way from one target to another. */
export function FallbackStep({ fallback: { from, to, because }, after }: FallbackStepProps) {
  const { t } = useTranslation();
  return (
    <Between Icon={CornerDownRight} after={after}>
      {t('decision.fellBack')} {from} → <strong>{to.kind === 'answer' ? t('run.preset') : to.name}</strong>
      <span className="dim"> {t(`decision.because.${because}`)}</span>
    </Between>
  );
}

interface BetweenProps {
  readonly Icon: LucideIcon;
  readonly after: Nanos;
  readonly children: ReactNode;
}

function Between({ Icon, after, children }: BetweenProps) {
  const format = useFormat();
  return (
    <li className="step between">
      <Icon size={14} aria-hidden />
      <p>{children}</p>
      <span className="dim">+{format.duration(after)}</span>
    </li>
  );
}
