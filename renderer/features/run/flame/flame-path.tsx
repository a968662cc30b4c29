import { useTranslation } from 'react-i18next';
import type { FlameModel } from '../../../charts/flame/flame-model.ts';
import type { Weight } from '../../../charts/flame/weights.ts';
import type { Lanes } from '../../../charts/lanes/lanes.ts';
import type { FlameRun } from './flame-source.ts';
import type { FlameSubjects } from './flame-subjects.ts';
import { useFigures } from './use-figures.ts';

interface FlamePathProps {
  readonly lanes: Lanes;
  /** A box of theirs. */
  readonly selected: number | undefined;
  readonly subjects: FlameSubjects;
  readonly model: FlameModel;
  readonly run: FlameRun;
  readonly weight: Weight;
  /** Without a box: to the whole. */
  readonly onZoom: (box: number | undefined) => void;
}

/** A circle of parents, as damaged traces have it, ends here. */
const LONGEST = 64;

/** What the selected box hangs under, from the whole run down: each brings its own stretch on the screen. */
export function FlamePath({ lanes, selected, subjects, model, run, weight, onZoom }: FlamePathProps) {
  const { t } = useTranslation();
  const figureOf = useFigures(model, run, weight);
  const path: number[] = [];
  if (selected !== undefined) {
    let subject = lanes.subject[selected]!;
    for (; subject >= 0 && path.length < LONGEST; subject = subjects.parent(subject)) path.unshift(subject);
  }
  const last = path.at(-1);
  return (
    <nav className="flame-path" aria-label={t('flame.path')}>
      <ol>
        <li>
          <button type="button" onClick={() => onZoom(undefined)}>
            {t('flame.whole')}
          </button>
        </li>
        {path.map((subject) => (
          <li key={subject}>
            <button type="button" onClick={() => onZoom(lanes.subject.indexOf(subject))}>
              {subjects.label(subject)}
            </button>
          </li>
        ))}
      </ol>
      {last !== undefined && (
        <span className="dim" aria-live="polite">
          {figureOf(last)}
          {model.order === 'heavy' && ` · ${t('flame.spans', { count: model.nodes.spans[last]! })}`}
        </span>
      )}
    </nav>
  );
}
