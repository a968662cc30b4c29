import { diffWordsWithSpace } from 'diff';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

/** Characters of both; more takes too long to compare word by word. */
const LONGEST = 40_000;
const LONGEST_MS = 50;

interface TextDifferenceProps {
  readonly before: string;
  readonly now: string;
}

/** A text with what was taken out of it and put into it, word by word; one that is too long, twice. */
export function TextDifference({ before, now }: TextDifferenceProps) {
  const { t } = useTranslation();
  const pieces = useMemo(() => {
    const isShort = before.length + now.length <= LONGEST;
    return (
      (isShort ? diffWordsWithSpace(before, now, { timeout: LONGEST_MS }) : undefined) ?? [
        { value: before, removed: true, added: false },
        { value: now, removed: false, added: true },
      ]
    );
  }, [before, now]);
  return (
    <p className="chat-text">
      {pieces.map(({ value, added, removed }, index) => {
        if (added) return <ins key={index}>{value}</ins>;
        if (removed)
          return (
            <del key={index} title={t('conversation.was')}>
              {value}
            </del>
          );
        return <span key={index}>{value}</span>;
      })}
    </p>
  );
}
