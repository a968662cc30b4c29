import { useTranslation } from 'react-i18next';
import type { CallSpan } from '../../../../core/journal/run-state.ts';
import { Notice } from '../../../widgets/notice.tsx';
import { FallbackStep, WaitStep } from './between-decisions.tsx';
import { storyOf, type Step } from './call-story.ts';
import { Decision } from './decision.tsx';
import './decision-tab.css';
import { TaskFacts } from './task-facts.tsx';

interface DecisionTabProps {
  readonly call: CallSpan;
  /** Only the decision that led to this attempt. */
  readonly attempt?: number;
}

/** What was understood of a call, and why it went where it went: decisions, waits and fallbacks in the order of time. */
export function DecisionTab({ call, attempt }: DecisionTabProps) {
  const { t } = useTranslation();
  const story = storyOf(call);
  const steps = attempt === undefined ? story : story.filter((step) => ledTo(step, attempt));
  if (steps.length === 0 && !call.task) return <Notice title={t('decision.none')} />;
  return (
    <div className="inspector-tab" tabIndex={0}>
      {attempt === undefined && <TaskFacts call={call} />}
      <ol>
        {steps.map((step, index) => (
          <StepOf key={index} step={step} after={step.at - call.startedAt} />
        ))}
      </ol>
    </div>
  );
}

function StepOf({ step, after }: { readonly step: Step; readonly after: number }) {
  switch (step.kind) {
    case 'route':
      return <Decision route={step.route} after={after} afterFailure={step.afterFailure} />;
    case 'wait':
      return <WaitStep wait={step.wait} after={after} />;
    case 'fallback':
      return <FallbackStep fallback={step.fallback} after={after} />;
  }
}

function ledTo(step: Step, attempt: number): boolean {
  return step.kind === 'route' && step.route.pick.chosen !== undefined && step.route.attempt === attempt;
}
