import { useTranslation } from 'react-i18next';
import type { ProposalInfo } from '../../../core/api/contract.ts';
import { useNow } from '../../app/use-now.ts';
import { useFormat } from '../../format/use-format.ts';
import '../../widgets/button.css';
import '../../widgets/chip.css';
import { decisionsOf, type Change } from './changes.ts';
import { formatEvidence, isEvidenceName, isProposalKind, isProposalReason } from './proposal-words.ts';
import './proposals-section.css';
import { Section } from './section.tsx';

interface ProposalsSectionProps {
  readonly proposals: readonly ProposalInfo[];
  readonly onChange: (change: Change) => void;
}

/** What the optimisers would change, with the figures that speak for it. */
export function ProposalsSection({ proposals, onChange }: ProposalsSectionProps) {
  const { t } = useTranslation();
  if (proposals.length === 0) return null;
  const open = proposals.filter(({ state }) => state === 'proposed');
  const decided = proposals.filter(({ state }) => state !== 'proposed');
  return (
    <Section title={t('services.proposals')}>
      <ProposalList proposals={open} onChange={onChange} />
      {decided.length > 0 && (
        <details className="proposals-decided">
          <summary>{t('services.decided', { count: decided.length })}</summary>
          <ProposalList proposals={decided} onChange={onChange} />
        </details>
      )}
    </Section>
  );
}

function ProposalList({ proposals, onChange }: ProposalsSectionProps) {
  return (
    <ul>
      {proposals.map((proposal) => (
        <Proposal key={proposal.id} proposal={proposal} onChange={onChange} />
      ))}
    </ul>
  );
}

interface ProposalProps {
  readonly proposal: ProposalInfo;
  readonly onChange: (change: Change) => void;
}

function Proposal({ proposal, onChange }: ProposalProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow(1000);
  const { kind, target, from, to, reason, evidence, at, state } = proposal;
  const decisions = decisionsOf(proposal);
  const what = isProposalKind(kind) ? t(`services.proposalKinds.${kind}`) : kind;
  // What is over is one line.
  const open = decisions.length > 0;
  return (
    <li className={`proposal proposal-${state}`}>
      <p className="proposal-what">
        <strong>{target}</strong>
        <span>{what}</span>
        <span className="mono">
          {format.term(from)} → <strong>{format.term(to)}</strong>
        </span>
      </p>
      {open && (
        <>
          <p className="proposal-why">
            {isProposalReason(reason) ? t(`services.proposalReasons.${reason}`) : reason}
          </p>
          <p className="chips">
            {Object.entries(evidence).map(([name, value]) => (
              <span key={name} className="chip">
                <span className="dim">{isEvidenceName(name) ? t(`services.evidence.${name}`) : name}</span>{' '}
                {formatEvidence(format, name, value)}
              </span>
            ))}
          </p>
        </>
      )}
      <p className="proposal-when dim">
        {t(`services.proposalStates.${state}`)}{' '}
        <time dateTime={new Date(at).toISOString()} title={format.moment(at)}>
          {format.ago(at, now)}
        </time>
      </p>
      <p className="proposal-verbs">
        {decisions.map((change) => (
          <button
            key={change.verb}
            type="button"
            className="button"
            aria-label={`${t(`services.verbs.${change.verb}`)}: ${target} ${what}`}
            onClick={() => onChange(change)}
          >
            {t(`services.verbs.${change.verb}`)}
          </button>
        ))}
      </p>
    </li>
  );
}
