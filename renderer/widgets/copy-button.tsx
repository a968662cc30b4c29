import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import './button.css';

type Outcome = 'idle' | 'copied' | 'failed';

/** Copies `text`; `what` names it for those who do not see where the button stands. */
export function CopyButton({ text, what }: { readonly text: string; readonly what: string }) {
  const { t } = useTranslation();
  const [outcome, setOutcome] = useState<Outcome>('idle');
  useEffect(() => {
    if (outcome === 'idle') return undefined;
    const timer = setTimeout(() => setOutcome('idle'), 1600);
    return () => clearTimeout(timer);
  }, [outcome]);
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => setOutcome('copied'),
      () => setOutcome('failed'),
    );
  const word = { idle: t('copy.copy'), copied: t('copy.copied'), failed: t('copy.failed') }[outcome];
  return (
    <button type="button" className="button copy-button" onClick={() => void copy()}>
      {outcome === 'copied' ? <Check size={14} aria-hidden /> : <Copy size={14} aria-hidden />}
      <span aria-live="polite">{word}</span>
      <span className="sr-only">{what}</span>
    </button>
  );
}
