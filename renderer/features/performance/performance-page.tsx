import { LoaderCircle } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FilterBar } from '../../filter/filter-bar.tsx';
import { DataGrid } from '../../widgets/data-grid.tsx';
import { Notice } from '../../widgets/notice.tsx';
import { CourseCharts } from './course-charts.tsx';
import { useGroupColumns } from './group-columns.tsx';
import './performance-page.css';
import { RANGES, type RangeId } from './ranges.ts';
import { UsageCharts } from './usage-charts.tsx';
import { GROUPS, usePerformance, type GroupBy } from './use-performance.ts';

/** How fast, how much and how well everything is answered, and what this host takes for it. */
export function PerformancePage() {
  const { t } = useTranslation();
  const [range, setRange] = useState<RangeId>('hour');
  const [by, setBy] = useState<GroupBy>('model');
  const [where, setWhere] = useState('');
  const [active, setActive] = useState<string>();
  const { performance, problem } = usePerformance({ range, by, where });
  const columns = useGroupColumns(by, RANGES[range].lengthMs);
  return (
    <div className="page performance">
      <header className="page-head performance-head">
        <h1>{t('nav.performance')}</h1>
        <FilterBar target="spans" where={where} onChange={setWhere} searched="name" problem={problem} />
        <Choice
          label={t('performance.range')}
          options={Object.keys(RANGES) as RangeId[]}
          titleOf={(id) => t(`performance.ranges.${id}`)}
          chosen={range}
          onChoose={setRange}
        />
      </header>
      {performance ? (
        <div className="performance-body">
          <CourseCharts performance={performance} range={range} />
          <section aria-label={t('performance.groups')}>
            <div className="performance-groups">
              <h2>{t('performance.groups')}</h2>
              <Choice
                label={t('performance.by')}
                options={GROUPS}
                titleOf={(id) => t(`performance.groupings.${id}`)}
                chosen={by}
                onChoose={setBy}
              />
            </div>
            {performance.groups.length > 0 ? (
              <div className="performance-table" style={{ height: (performance.groups.length + 1) * 32 + 2 }}>
                <DataGrid
                  label={t('performance.groups')}
                  columns={columns}
                  rows={performance.groups}
                  keyOf={(row) => row.group}
                  active={active}
                  onActive={setActive}
                  onOpen={({ group }) => setWhere(conditionOf(by, group))}
                />
              </div>
            ) : (
              <p className="dim">{t('performance.none')}</p>
            )}
          </section>
          <UsageCharts samples={performance.usage} />
        </div>
      ) : (
        !problem && <Notice title={t('services.loading')} icon={<LoaderCircle size={24} aria-hidden />} />
      )}
    </div>
  );
}

/** What a group has in common, as a filter. */
function conditionOf(by: GroupBy, group: string): string {
  return `${by === 'agent' ? 'agent' : 'label'} == ${JSON.stringify(group)}`;
}

interface ChoiceProps<Id extends string> {
  readonly label: string;
  readonly options: readonly Id[];
  readonly titleOf: (id: Id) => string;
  readonly chosen: Id;
  readonly onChoose: (id: Id) => void;
}

function Choice<Id extends string>({ label, options, titleOf, chosen, onChoose }: ChoiceProps<Id>) {
  return (
    <div className="performance-choice" role="group" aria-label={label}>
      {options.map((id) => (
        <button
          key={id}
          type="button"
          className="button"
          aria-pressed={id === chosen}
          onClick={() => onChoose(id)}
        >
          {titleOf(id)}
        </button>
      ))}
    </div>
  );
}
