import { useTranslation } from 'react-i18next';
import type { ProposalInfo } from '../../../core/api/contract.ts';
import { useNow } from '../../app/use-now.ts';
import { useFormat } from '../../format/use-format.ts';
import '../../widgets/button.css';
import '../../widgets/chip.css';
import { decisionsOf, type Change } from './changes.ts';
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
  return (
    <Section title={t('services.proposals')}>
      <ul className="proposals">
        {proposals.map((proposal) => (
          <Proposal key={proposal.id} proposal={proposal} onChange={onChange} />
        ))}
      </ul>
    </Section>
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
  // What is over is one line.
  const open = decisions.length > 0;
  return (
    <li className={`proposal proposal-${state}`}>
      <p className="proposal-what">
        <strong>{target}</strong>
        <span className="mono">{kind}</span>
        <span className="mono">
          {format.term(from)} → <strong>{format.term(to)}</strong>
        </span>
      </p>
      {open && (
        <>
          <p className="proposal-why">{reason}</p>
          <p className="chips mono">
            {Object.entries(evidence).map(([name, value]) => (
              <span key={name} className="chip">
                <span className="dim">{name}</span> {format.term(value)}
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
            aria-label={`${t(`services.verbs.${change.verb}`)}: ${target} ${kind}`}
            onClick={() => onChange(change)}
          >
            {t(`services.verbs.${change.verb}`)}
          </button>
        ))}
      </p>
    </li>
  );
}
