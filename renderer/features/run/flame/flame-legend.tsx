import { useTranslation } from 'react-i18next';

const KINDS = ['call', 'attempt', 'mcp', 'reported'] as const;

/** What the colours and signs of a flame mean. */
export function FlameLegend() {
  const { t } = useTranslation();
  return (
    <ul className="flame-legend" aria-label={t('run.legend')}>
      {KINDS.map((kind) => (
        <li key={kind}>
          <span className={`flame-key flame-${kind}`} aria-hidden />
          {t(`run.kinds.${kind}`)}
        </li>
      ))}
      <li>
        <span className="flame-key flame-failed" aria-hidden />
        {t('run.segments.failed')}
      </li>
      <li>
        <span className="flame-key flame-cut" aria-hidden />
        {t('run.segments.cut')}
      </li>
      <li>
        <span className="flame-key flame-merged" aria-hidden />
        {t('flame.merged')}
      </li>
    </ul>
  );
}
