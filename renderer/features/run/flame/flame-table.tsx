import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { FlameModel } from '../../../charts/flame/flame-model.ts';
import type { Weight } from '../../../charts/flame/weights.ts';
import { longestBoxes } from '../../../charts/lanes/longest-boxes.ts';
import { statusOfTone } from '../../../charts/lanes/tone.ts';
import type { FlameRun } from './flame-source.ts';
import type { FlameSubjects } from './flame-subjects.ts';
import { useFigures } from './use-figures.ts';

interface FlameTableProps {
  readonly model: FlameModel;
  readonly run: FlameRun;
  readonly weight: Weight;
  readonly subjects: FlameSubjects;
}

const ROWS = 50;

/** What the flame shows, for those who do not see it: its heaviest boxes. */
export function FlameTable({ model, run, weight, subjects }: FlameTableProps) {
  const { t } = useTranslation();
  const figureOf = useFigures(model, run, weight);
  const { finest } = model.lanes;
  const boxes = useMemo(() => longestBoxes(finest, ROWS), [finest]);
  return (
    <table className="sr-only">
      <caption>{t('flame.table', { count: boxes.length })}</caption>
      <thead>
        <tr>
          <th scope="col">{t('table.name')}</th>
          <th scope="col">{t(`flame.weights.${weight}`)}</th>
          <th scope="col">{t('runs.status')}</th>
        </tr>
      </thead>
      <tbody>
        {boxes.map((box) => (
          <tr key={box}>
            <th scope="row">{subjects.label(finest.subject[box]!)}</th>
            <td>{figureOf(finest.subject[box]!)}</td>
            <td>{t(`status.${statusOfTone(finest.tones[0]![box]!)}`)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
