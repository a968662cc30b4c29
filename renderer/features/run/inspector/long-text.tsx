import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../../format/use-format.ts';
import '../../../widgets/button.css';

const SHOWN = 12_000;

/** Text of any length; of a very long one, the beginning until the rest is asked for. */
export function LongText({ text }: { readonly text: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [whole, setWhole] = useState(false);
  const cut = !whole && text.length > SHOWN;
  return (
    <>
      <p className="chat-text">{cut ? `${text.slice(0, SHOWN)}…` : text}</p>
      {cut && (
        <button type="button" className="button" onClick={() => setWhole(true)}>
          {t('body.showAll', { size: format.count(text.length) })}
        </button>
      )}
    </>
  );
}
