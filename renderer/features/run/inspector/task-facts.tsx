import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { CallSpan } from '../../../../core/journal/run-state.ts';
import { useFormat } from '../../../format/use-format.ts';
import '../../../widgets/chip.css';

/** What was understood of a call before it was routed; nothing where it could not be read. */
export function TaskFacts({ call: { task, routes } }: { readonly call: CallSpan }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (!task) return null;
  const { category, inputTokens, outputTokens, maxOutputTokens, tools, complexity, capabilities } = task;
  const rule = routes.find((route) => route.rule !== undefined)?.rule;
  const tokens = t('decision.task.tokensText', {
    input: format.tokens(inputTokens),
    output: format.tokens(outputTokens),
  });
  const most =
    maxOutputTokens !== undefined && t('decision.task.most', { most: format.tokens(maxOutputTokens) });
  return (
    <section className="step task">
      <h3>{t('decision.task.title')}</h3>
      <dl>
        <Fact title={t('decision.task.category')}>{t(`categories.${category}`)}</Fact>
        <Fact title={t('decision.task.tokens')}>
          {tokens}
          {most && <span className="dim"> · {most}</span>}
        </Fact>
        <Fact title={t('decision.task.complexity')}>{format.term(complexity)}</Fact>
        <Fact title={t('decision.task.priority')}>
          {format.count(task.priority)}
          {task.urgent && <span className="dim"> · {t('decision.task.urgent')}</span>}
        </Fact>
        {tools > 0 && <Fact title={t('decision.task.tools')}>{format.count(tools)}</Fact>}
        {capabilities.length > 0 && (
          <Fact title={t('decision.task.needs')}>
            <span className="chips">
              {capabilities.map((capability) => (
                <span key={capability} className="chip">
                  {capability}
                </span>
              ))}
            </span>
          </Fact>
        )}
        {rule !== undefined && (
          <Fact title={t('decision.task.rule')}>
            <code>routing[{rule}]</code>
          </Fact>
        )}
      </dl>
    </section>
  );
}

function Fact({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{title}</dt>
      <dd>{children}</dd>
    </div>
  );
}
