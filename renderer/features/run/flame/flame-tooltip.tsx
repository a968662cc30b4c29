import { useTranslation } from 'react-i18next';
import type { FlameHit } from '../../../charts/flame/flame-hit.ts';
import type { FlameModel } from '../../../charts/flame/flame-model.ts';
import type { Weight } from '../../../charts/flame/weights.ts';
import { kindOfTone, statusOfTone } from '../../../charts/lanes/tone.ts';
import { useFormat } from '../../../format/use-format.ts';
import { Status } from '../../../widgets/status.tsx';
import type { FlameRun } from './flame-source.ts';
import { subjectsOf } from './flame-subjects.ts';
import { useFigures } from './use-figures.ts';

interface FlameTooltipProps {
  readonly hit: FlameHit;
  readonly model: FlameModel;
  readonly run: FlameRun;
  readonly weight: Weight;
}

/** The box under the pointer in a few words; of a crowd in one pixel, one of its worst, and how many there are. */
export function FlameTooltip({ hit: { box, several, worst }, model, run, weight }: FlameTooltipProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const figureOf = useFigures(model, run, weight);
  const subject = model.lanes.finest.subject[box]!;
  return (
    <div>
      <p>
        {t(`run.kinds.${kindOfTone(worst)}`)} <strong>{subjectsOf(model, run.source).label(subject)}</strong>
      </p>
      <p>
        {figureOf(subject)}
        {model.order === 'heavy' && ` · ${t('flame.spans', { count: model.nodes.spans[subject]! })}`}
      </p>
      <Status status={statusOfTone(worst)} />
      {several > 1 && <p className="dim">{t('flame.several', { formatted: format.count(several) })}</p>}
    </div>
  );
}
