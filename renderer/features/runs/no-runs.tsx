import { Inbox, LoaderCircle, SearchX } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { routeHash } from '../../app/router.ts';
import '../../widgets/button.css';
import { Notice } from '../../widgets/notice.tsx';

interface NoRunsProps {
  readonly isLoaded: boolean;
  /** Why they could not be read. */
  readonly problem: string | undefined;
  readonly onRetry: () => void;
  /** Where a filter leaves nothing of them. */
  readonly onShowAll?: () => void;
}

/** In place of the list where there is none: not yet, not at all, or not like this. */
export function NoRuns({ isLoaded, problem, onRetry, onShowAll }: NoRunsProps) {
  const { t } = useTranslation();
  if (isLoaded && onShowAll) {
    return (
      <Notice title={t('runs.noneFound')} icon={<SearchX size={24} aria-hidden />}>
        <p>{t('runs.noneFoundHint')}</p>
        <button type="button" className="button" onClick={onShowAll}>
          {t('runs.showAll')}
        </button>
      </Notice>
    );
  }
  if (isLoaded) {
    return (
      <Notice title={t('runs.empty')} icon={<Inbox size={24} aria-hidden />}>
        <p>{t('runs.emptyHint')}</p>
        <a className="button" href={routeHash({ page: 'connect' })}>
          {t('nav.connect')}
        </a>
      </Notice>
    );
  }
  if (problem !== undefined) {
    return (
      <Notice title={t('runs.failed')} tone="stop">
        <p>{problem}</p>
        <button type="button" className="button" onClick={onRetry}>
          {t('runs.retry')}
        </button>
      </Notice>
    );
  }
  return <Notice title={t('runs.loading')} icon={<LoaderCircle size={24} aria-hidden />} />;
}
